/** Which rows of a list of equal rows are to be drawn. */

/** Rows drawn beyond each edge, so that keyboard and quick scrolling find them. */
const MARGIN = 6;

/** Half-open range of rows around what is in sight. Pixels. */
export function windowOf(count: number, rowHeight: number, top: number, height: number) {
  const first = Math.floor(Math.max(0, top) / rowHeight);
  const last = Math.ceil((Math.max(0, top) + height) / rowHeight);
  const from = Math.min(Math.max(0, first - MARGIN), count);
  return { from, to: Math.max(from, Math.min(count, last + MARGIN)) };
}

/** How many rows further down the row at `index` stands in `after`, when it still is there. */
export function shiftOf<T extends { id: string }>(before: T[], after: T[], index: number): number {
  const anchor = before[index];
  if (!anchor || after[index]?.id === anchor.id) return 0;
  const now = after.findIndex(({ id }) => id === anchor.id);
  return now < 0 ? 0 : now - index;
}

/** The rows with a first page that was read anew; none where its last row is not among them. */
export function joinOf<T extends { id: string }>(first: T[], rows: T[]): T[] | null {
  const last = first.at(-1)?.id;
  const at = rows.findIndex(({ id }) => id === last);
  if (at < 0) return null;
  const fresh = new Set(first.map(({ id }) => id));
  return [...first, ...rows.slice(at + 1).filter(({ id }) => !fresh.has(id))];
}
