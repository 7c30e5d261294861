import { describe, expect, it } from "vitest";
import { atomsOf, plainOf, textOf, typed } from "../src/lib/money";

const yuan = { id: "", symbol: "SBY", decimals: 2, yuan: true };
const fine = { id: "", symbol: "AxCNH", decimals: 6, yuan: true };
const coin = { id: "", symbol: "CFX", decimals: 18, yuan: false };

describe("a sale's sum", () => {
  it("is exact for amounts that no float holds", () => {
    const atoms = atomsOf("90071992547409931.07", 2);
    expect(atoms).toBe(9007199254740993107n);
    expect(plainOf(9007199254740993107n, 2)).toBe("90071992547409931.07");
    expect(textOf(9007199254740993107n, yuan)).toBe("¥90,071,992,547,409,931.07");
  });

  it("is written as the wallet writes it", () => {
    expect([0n, 5n, 1250n, 123456789n].map((atoms) => textOf(atoms, yuan))).toEqual([
      "¥0.00",
      "¥0.05",
      "¥12.50",
      "¥1,234,567.89",
    ]);
    expect(textOf(1_234_500_000n, fine)).toBe("¥1,234.50");
    expect(textOf(1_000_001n, fine)).toBe("¥1.000001");
    expect(textOf(500_000_000_000_000_000n, coin)).toBe("0.5 CFX");
    expect(textOf(2n * 10n ** 18n, coin)).toBe("2 CFX");
  });

  it("takes nothing that is not an amount", () => {
    for (const text of ["", ".", "-1", "1.234", "1e3", "１２", "1,0", " 1", "0x1"])
      expect([text, atomsOf(text, 2)]).toEqual([text, null]);
    expect(atomsOf("12.", 2)).toBe(1200n);
    expect(atomsOf("7", 0)).toBe(7n);
  });
});

describe("the keypad", () => {
  const keys = (list: string, decimals = 2) =>
    [...list].reduce((text, key) => typed(text, key, decimals), "");

  it("makes an amount key by key, and no other text", () => {
    expect(keys("12.5")).toBe("12.5");
    expect(keys("007")).toBe("7");
    expect(keys("0.05")).toBe("0.05");
    expect(keys(".5")).toBe("0.5");
    expect(keys("1.239")).toBe("1.23");
    expect(keys("1..2")).toBe("1.2");
    expect(keys("1.5", 0)).toBe("15");
    expect(keys("9".repeat(40))).toHaveLength(16);
  });
});
