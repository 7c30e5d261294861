/**
 * Sums of a sale that is being typed, exact: whole atoms, never a float. What
 * a charge asks for is the wallet's own sum; this one is for the eye.
 */
import type { AssetView } from "../bindings/AssetView";

/** An amount as it is typed, in atoms; none while it is not one. */
export function atomsOf(text: string, decimals: number): bigint | null {
  const match = /^(\d{1,30})(?:\.(\d*))?$/.exec(text);
  if (!match) return null;
  const [, whole = "", fraction = ""] = match;
  if (fraction.length > decimals) return null;
  return BigInt(whole + fraction.padEnd(decimals, "0"));
}

/** The number alone, as in `1234.50`: the form in which amounts cross to the wallet. */
export function plainOf(atoms: bigint, decimals: number): string {
  const digits = atoms.toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return decimals === 0 ? whole : `${whole}.${digits.slice(digits.length - decimals)}`;
}

/** For people, as the wallet writes it: `¥1,234.50`, or `0.5 CFX`. */
export function textOf(atoms: bigint, asset: AssetView): string {
  const [whole = "", fraction = ""] = plainOf(atoms, asset.decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const kept = fraction.replace(/0+$/, "");
  if (!asset.yuan) return `${grouped}${kept && `.${kept}`} ${asset.symbol}`;
  return `¥${grouped}.${kept.padEnd(2, "0")}`;
}

/** A typed amount with one more key of the keypad; the old one where the key does not fit. */
export function typed(text: string, key: string, decimals: number): string {
  if (key === "." && decimals === 0) return text;
  const next = key === "." && text === "" ? "0." : text + key;
  const tidy = next.replace(/^0+(?=\d)/, "");
  return tidy.length <= 16 && atomsOf(tidy, decimals) !== null ? tidy : text;
}
