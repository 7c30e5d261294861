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
