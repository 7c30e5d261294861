import { describe, expect, it } from "vitest";
import { shiftOf, windowOf } from "../src/lib/window";

const rows = (...ids: string[]) => ids.map((id) => ({ id }));

describe("a long list", () => {
  it("keeps what is read in its place when rows come in above", () => {
    const before = rows("c", "b", "a");
    expect(shiftOf(before, rows("e", "d", "c", "b", "a"), 1)).toBe(2);
    expect(shiftOf(before, rows("c", "a"), 2)).toBe(-1);
    expect(shiftOf(before, before, 1)).toBe(0);
    expect(shiftOf(before, rows("x"), 1)).toBe(0);
    expect(shiftOf([], before, 0)).toBe(0);
  });

  it("draws a screenful of a hundred thousand rows", () => {
    const { from, to } = windowOf(100_000, 60, 3_000_000, 600);
    expect(from).toBeLessThanOrEqual(50_000);
    expect(to).toBeGreaterThanOrEqual(50_010);
    expect(to - from).toBeLessThan(60);
  });
});
