import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ErrorView } from "../src/bindings/ErrorView";
import { PagedRows, type Page } from "../src/lib/pagedrows.svelte";

interface Row {
  id: string;
  text?: string;
}
interface Query {
  text: string;
  after: string | null;
}
/** A question that waits for its answer. */
interface Asked {
  query: Query;
  answer: (page: Page<Row>) => Promise<void>;
  refuse: (why: unknown) => Promise<void>;
}

let text: string;
let asked: Asked[];
let list: PagedRows<Query, Row>;

const rows = (ids: string): Row[] => [...ids].map((id) => ({ id }));
const ids = () => list.rows.map(({ id }) => id).join("");
const settle = () => Promise.resolve().then(() => Promise.resolve());
const newest = () => asked.at(-1)!;
const page = (of: string, next: string | null = null, total = of.length): Page<Row> => ({
  rows: rows(of),
  next,
  total,
});

beforeEach(() => {
  text = "";
  asked = [];
  list = new PagedRows(
    (after) => ({ text, after }),
    (query) =>
      new Promise((resolve, reject) => {
        const answer = (page: Page<Row>) => (resolve(page), settle());
        const refuse = (why: unknown) => (reject(why), settle());
        asked.push({ query, answer, refuse });
      }),
  );
});
afterEach(() => {
  vi.useRealTimers();
});

async function begun(of: string, next: string | null = null): Promise<void> {
  void list.first();
  await newest().answer(page(of, next));
}

describe("rows that are read page by page", () => {
  it("are those of the newest question, whichever answer comes last", async () => {
    void list.first();
    text = "tea";
    void list.first();
    expect(asked.map(({ query }) => query)).toEqual([
      { text: "", after: null },
      { text: "tea", after: null },
    ]);
    await asked[1]!.answer(page("t"));
    await asked[0]!.answer(page("abc"));
    expect([ids(), list.total, list.loaded]).toEqual(["t", 1, true]);
  });

  it("say why they cannot be read, and no more when they can", async () => {
    void list.first();
    const error: ErrorView = { code: "store_damaged", money: "safe", retryable: true, values: {} };
    await newest().refuse(error);
    expect([list.error, list.loaded]).toEqual([error, false]);
    await begun("a");
    expect([list.error, list.loaded]).toEqual([null, true]);
  });

  it("go on where they ended, once a page, and stop at the end", async () => {
    await begun("dc", "c");
    void list.extend();
    void list.extend();
    expect(asked.length).toBe(2);
    expect(newest().query.after).toBe("c");
    await newest().answer(page("ba"));
    expect(ids()).toBe("dcba");
    void list.extend();
    expect(asked.length).toBe(2);
  });

  it("take no page of an old question", async () => {
    await begun("dc", "c");
    void list.extend();
    const old = newest();
    await begun("x", "x");
    await old.answer(page("ba"));
    expect(ids()).toBe("x");
    // And the next page is that of the new one.
    void list.extend();
    expect(newest().query.after).toBe("x");
  });

  it("keep what was scrolled to when something comes in at the top", async () => {
    await begun("dc", "c");
    void list.extend();
    await newest().answer(page("ba"));
    void list.renew();
    await newest().answer(page("fdc", "c", 5));
    expect([ids(), list.total]).toEqual(["fdcba", 5]);
  });

  it("show a row once that moved to the top", async () => {
    await begun("dcba");
    void list.renew();
    await newest().answer(page("adc"));
    expect(ids()).toBe("adcb");
  });

  it("begin anew when the top does not join them any more", async () => {
    await begun("ba", "a");
    void list.renew();
    await newest().answer(page("zy", "y"));
    expect(ids()).toBe("zy");
    void list.extend();
    expect(newest().query.after).toBe("y");
  });

  it("are not renewed for a question that is no longer asked", async () => {
    await begun("ba");
    void list.renew();
    const old = newest();
    await begun("x");
    await old.answer(page("cba"));
    expect(ids()).toBe("x");
  });

  it("change in their place, or are read anew for one that is not there", async () => {
    await begun("cba");
    list.take({ id: "b", text: "final" });
    expect([ids(), list.rows[1]?.text, asked.length]).toEqual(["cba", "final", 1]);
    list.take({ id: "d" });
    expect(asked.length).toBe(2);
    await newest().answer(page("dcba"));
    expect(ids()).toBe("dcba");
  });

  it("are read once for many changes, and not when nobody looks any more", async () => {
    vi.useFakeTimers();
    await begun("a");
    for (let change = 0; change < 20; change += 1) list.renewSoon();
    vi.runAllTimers();
    expect(asked.length).toBe(2);
    list.renewSoon();
    list.close();
    vi.runAllTimers();
    expect(asked.length).toBe(2);
    list.renewSoon();
    vi.runAllTimers();
    expect(asked.length).toBe(3);
  });
});
