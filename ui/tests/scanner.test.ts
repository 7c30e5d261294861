import { describe, expect, it } from "vitest";
import { Burst, codeOf, Trail, type Heard } from "../src/lib/scanner";

/** Hears keys that come `gap` milliseconds apart, from `start` on. */
function hear(burst: Burst, keys: string[], gap: number, start = 0): Heard[] {
  return keys.map((key, i) => burst.hear({ key, at: start + i * gap, held: false }));
}
const typing = (text: string) => [...text, "Enter"];

describe("a scanner", () => {
  it.each([1, 8, 20, 40])("that types every %i ms is told by its burst", (gap) => {
    const heard = hear(new Burst(), typing("6901234567892"), gap);
    expect(heard[0]).toEqual({ kind: "begins" });
    expect(heard.at(-1)).toEqual({ kind: "scanned", text: "6901234567892" });
  });

  it("presses Shift for capitals and colons", () => {
    const keys = ["Shift", "J", "i", "a", "o", "z", "i", "Shift", ":", "p", "a", "y", "Enter"];
    expect(hear(new Burst(), keys, 5).at(-1)).toEqual({ kind: "scanned", text: "Jiaozi:pay" });
  });

  it("is heard after a person who was typing, without what they typed", () => {
    const burst = new Burst();
    hear(burst, [..."lychee"], 140);
    expect(hear(burst, typing("69012345"), 10, 2000).at(-1)).toEqual({ kind: "scanned", text: "69012345" });
  });

  it("is heard again and again", () => {
    const burst = new Burst();
    for (const [i, code] of ["11112", "22223", "6901234567892"].entries())
      expect(hear(burst, typing(code), 10, i * 5000).at(-1)).toEqual({ kind: "scanned", text: code });
  });
});

describe("a person", () => {
  it.each([60, 90, 250])("who types a key every %i ms is not taken for one", (gap) => {
    const heard = hear(new Burst(), typing("lychees, two pounds"), gap);
    expect(heard.some(({ kind }) => kind === "scanned" || kind === "goes_on")).toBe(false);
  });

  it("who rolls a few keys and presses Enter is not", () => {
    expect(hear(new Burst(), typing("abc"), 20).at(-1)).toEqual({ kind: "other" });
  });

  it("who types at one go but looks before Enter is not", () => {
    const burst = new Burst();
    hear(burst, [..."12.50"], 25);
    expect(burst.hear({ key: "Enter", at: 400, held: false })).toEqual({ kind: "other" });
  });

  it("who holds a key down is not", () => {
    expect(hear(new Burst(), typing("0000000000"), 30).at(-1)).toEqual({ kind: "other" });
  });

  it("who uses shortcuts or moves about is not", () => {
    const burst = new Burst();
    hear(burst, [..."690"], 10);
    burst.hear({ key: "Backspace", at: 35, held: false });
    expect(hear(burst, typing("12"), 10, 45).at(-1)).toEqual({ kind: "other" });
    const held = [..."abcdef", "Enter"].map((key, i) => burst.hear({ key, at: 900 + i * 5, held: true }));
    expect(held.every(({ kind }) => kind === "other")).toBe(true);
  });

  it("types with an input method that names no character", () => {
    expect(hear(new Burst(), ["Process", "Process", "Process", "Process", "Enter"], 10).at(-1)).toEqual({
      kind: "other",
    });
  });
});

describe("a barcode of the shop's own goods", () => {
  const own = ["6901234567892", "67892000", "12345"];
  function type(text: string, gap: number, pause = gap): string | undefined {
    const trail = new Trail();
    const keys = [...text];
    keys.forEach((key, i) => trail.hear({ key, at: i * gap, held: false }));
    return trail.end((keys.length - 1) * gap + pause, own);
  }

  it.each([1, 60, 300, 1500])("is known when its keys come every %i ms", (gap) => {
    expect(type("6901234567892", gap)).toBe("6901234567892");
    expect(type("for Min6901234567892", gap)).toBe("6901234567892");
  });

  it("is nothing else: another code, a part of it, a short one, one of long ago", () => {
    for (const text of ["6901234567893", "690123456789", "12345", "12.50"])
      expect(type(text, 100)).toBeUndefined();
    expect(type("6901234567892", 100, 5000)).toBeUndefined();
    expect(type("6901234567892", 2500)).toBeUndefined();
  });

  it("is typed with nothing in between", () => {
    const trail = new Trail();
    [..."6901234"].forEach((key, i) => trail.hear({ key, at: i * 100, held: false }));
    trail.hear({ key: "Backspace", at: 750, held: false });
    [..."567892"].forEach((key, i) => trail.hear({ key, at: 800 + i * 100, held: false }));
    expect(trail.end(1500, own)).toBeUndefined();
  });
});

it("what was read is a payment's code or a barcode", () => {
  const address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
  const payments = [
    `jiaozi:pay?to=${address}`,
    `ETHEREUM:${address}@1030`,
    address,
    "cfx:aak2rra2njvd77ezwjvx04k",
  ];
  expect(payments.map(codeOf)).toEqual(["payment", "payment", "payment", "payment"]);
  expect(["6901234567892", "https://example.org", "0x12", "A-17"].map(codeOf)).toEqual(
    Array(4).fill("barcode"),
  );
});
