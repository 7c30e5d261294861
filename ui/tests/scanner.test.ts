import { describe, expect, it } from "vitest";
import { Burst, codeOf, type Heard } from "../src/lib/scanner";

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
