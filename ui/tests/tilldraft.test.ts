import { describe, expect, it } from "vitest";
import { barsOf, HIGHEST } from "../src/lib/chart";
import { inputOf, newDraft, newStaffCode } from "../src/lib/tilldraft";
import { clockOf, dayName } from "../src/lib/time";

describe("the set-up", () => {
  const full = { ...newDraft("zh-CN", "asset"), shop: " 老王水果店 " };

  it("says what was typed, and nothing while something is missing", () => {
    expect(inputOf(full, null)).toMatchObject({
      shop: "老王水果店",
      till: 1,
      account: { kind: "own", account: 0 },
      charge_seconds: 900,
      display_languages: ["zh-CN", "en"],
      printer: null,
    });
    for (const part of [
      { shop: " " },
      { till: "" },
      { till: "-1" },
      { minutes: "1.5" },
      { whose: "watch_only" as const },
      { printer: "device" as const },
    ])
      expect([part, inputOf({ ...full, ...part }, null)]).toEqual([part, null]);
  });

  it("takes a public key and a printer", () => {
    const draft = {
      ...full,
      whose: "watch_only" as const,
      publicKey: " xpub6 ",
      printer: "network" as const,
    };
    expect(inputOf({ ...draft, printerPlace: "192.0.2.7:9100" }, null)).toMatchObject({
      account: { kind: "watch_only", public_key: "xpub6" },
      printer: { kind: "network", address: "192.0.2.7:9100" },
    });
  });
});

describe("staff codes", () => {
  it("have six digits, each as likely as the others", () => {
    let next = 0;
    const all = Array.from({ length: 250 }, () => newStaffCode((bytes) => bytes.map(() => next++ % 256)));
    expect(all.every((code) => /^\d{6}$/.test(code))).toBe(true);
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => 240 + i);
    expect(newStaffCode(() => bytes)).toBe("012345");
  });
});

describe("the hours", () => {
  const hour = (at: number, atoms: string) => ({
    hour: at,
    count: 1,
    total: { atoms, plain: "", text: "", asset: { id: "", symbol: "", decimals: 2, yuan: true } },
  });

  it("are bars as high as their sums, exactly", () => {
    const bars = barsOf([hour(9, "9007199254740993"), hour(12, "18014398509481986"), hour(13, "1")]);
    expect(bars.map(({ hour: at }) => at)).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
    expect(bars.find(({ hour: at }) => at === 12)?.height).toBe(HIGHEST);
    expect(bars.find(({ hour: at }) => at === 9)?.height).toBe(HIGHEST / 2);
    expect(bars.find(({ hour: at }) => at === 13)?.height).toBe(2);
    expect(bars.find(({ hour: at }) => at === 10)?.height).toBe(0);
  });

  it("stay within the day", () => {
    expect(barsOf([])).toEqual([]);
    expect(barsOf([hour(23, "5")]).map(({ hour: at }) => at)).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
    expect(barsOf([hour(0, "5"), hour(23, "0")])).toHaveLength(24);
  });
});

it("a countdown reads as a clock", () => {
  expect([0, 59, 60, 899, 3600, 86_399].map(clockOf)).toEqual([
    "0:00",
    "0:59",
    "1:00",
    "14:59",
    "1:00:00",
    "23:59:59",
  ]);
  expect(dayName(1, new Date(2026, 2, 1))).toBe("2026-02-28");
});
