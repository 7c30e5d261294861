/** Bars of a day. Sums become heights by whole-number division: a picture, not money. */
import type { HourTotal } from "../bindings/HourTotal";

/** A bar. */
export interface Bar {
  hour: number;
  /** From 0 to [`HIGHEST`]. */
  height: number;
}

/** The height of the highest bar. */
export const HIGHEST = 120;

/** Bars from the first hour with sales to the last, at least eight of them, hours without sales between them too. */
export function barsOf(hours: HourTotal[]): Bar[] {
  const [first, last] = [hours[0]?.hour, hours.at(-1)?.hour];
  if (first === undefined || last === undefined) return [];
  const from = Math.max(0, Math.min(first, last - 7, 16));
  const to = Math.min(23, Math.max(last, from + 7));
  const sums = new Map(hours.map(({ hour, total }) => [hour, BigInt(total.atoms)]));
  const most = [...sums.values()].reduce((a, b) => (b > a ? b : a), 1n);
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const sum = sums.get(from + i) ?? 0n;
    // Something sold is something seen.
    const height = parseInt(String((sum * BigInt(HIGHEST)) / most), 10);
    return { hour: from + i, height: sum > 0n ? Math.max(2, height) : 0 };
  });
}
