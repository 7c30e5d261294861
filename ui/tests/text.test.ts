import { describe, expect, it } from "vitest";
import { addressParts, amountParts, inGroups, looksComplete, percent, shortAddress } from "../src/lib/text";
import { windowOf } from "../src/lib/window";

const ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

describe("addresses", () => {
  it("fall into groups that give the address back", () => {
    const { head, middle, tail } = addressParts(ADDRESS);
    expect(head).toBe("0x5aAe");
    expect(tail).toBe("eAed");
    expect(middle).toHaveLength(8);
    expect([head, ...middle, tail].join("")).toBe(ADDRESS);
  });

  it("of another form stay as they are", () => {
    expect(addressParts("cfx:abc")).toEqual({ head: "cfx:abc", middle: [], tail: "" });
  });

  it("are shortened in the middle", () => {
    expect(shortAddress(ADDRESS)).toBe("0x5aAe…eAed");
    expect(shortAddress("short")).toBe("short");
  });
});

describe("amounts", () => {
  it.each([
    ["¥1,234.50", "¥1,234", ".50"],
    ["¥0.05", "¥0", ".05"],
    ["12 SBY", "12 SBY", ""],
    ["0.000000000000000001 CFX", "0", ".000000000000000001 CFX"],
  ])("%s is %s and %s", (text, large, small) => {
    expect(amountParts(text)).toEqual([large, small]);
    expect(amountParts(text).join("")).toBe(text);
  });

  it("larger than any number keep every digit", () => {
    const text = `¥${"123,".repeat(40)}456.78`;
    expect(amountParts(text).join("")).toBe(text);
  });
});

describe("other texts", () => {
  it("hashes fall into groups after their prefix", () => {
    expect(inGroups(`0x${"ab".repeat(32)}`)).toEqual(["0x", ...Array(8).fill("abababab")]);
  });

  it("percentages are exact", () => {
    expect([1, 10, 99, 100, 150, 12345].map(percent)).toEqual([
      "0.01 %",
      "0.1 %",
      "0.99 %",
      "1 %",
      "1.5 %",
      "123.45 %",
    ]);
  });

  it("links and addresses are read at once, words are not", () => {
    expect(["jiaozi:pay?x", " ETHEREUM:0x0", ADDRESS].map(looksComplete)).toEqual([true, true, true]);
    expect(["老王", "0x12", "https://example.org", ""].some(looksComplete)).toBe(false);
  });
});

describe("the list's window", () => {
  it("has what is in sight, and never more than there is", () => {
    expect(windowOf(10_000, 60, 0, 600)).toEqual({ from: 0, to: 16 });
    expect(windowOf(10_000, 60, 60 * 5000, 600)).toEqual({ from: 4994, to: 5016 });
    expect(windowOf(10_000, 60, 60 * 9995, 600)).toEqual({ from: 9989, to: 10_000 });
    expect(windowOf(3, 60, 99_999, 600)).toEqual({ from: 3, to: 3 });
    expect(windowOf(0, 60, -10, 600)).toEqual({ from: 0, to: 0 });
  });
});
