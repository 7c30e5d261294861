/** Rows that are read page by page, the newest first: what a list of any length shows. */
import type { ErrorView } from "../bindings/ErrorView";
import * as ipc from "./ipc";
import { notices } from "./notices.svelte";
import { joinOf } from "./window";

/** Changes are read together, not more often than can be looked at. */
const RENEW_MS = 500;

/** Some rows of a list. */
export interface Page<T> {
  rows: T[];
  /** Where the next page begins; none at the end. */
  next: string | null;
  /** How many there are in all, where that is known. */
  total?: number;
}

/** A list of rows that match a query. */
export class PagedRows<Query, T extends { id: string }> {
  rows = $state.raw<T[]>([]);
  /** How many there are in all; 0 where that is not known. */
  total = $state(0);
  /** Whether the first page was read once. */
  loaded = $state(false);
  /** Why the first page could not be read. */
  error = $state.raw<ErrorView | null>(null);

  private next: string | null = null;
  /** Counts the questions: the answer to one that is no longer asked is dropped. */
  private asked = 0;
  private more = false;
  private renewing: ReturnType<typeof setTimeout> | undefined;

  /** `query` says what is asked for now, from a place on; `read` asks it. */
  constructor(
    readonly query: (after: string | null) => Query,
    private readonly read: (query: Query) => Promise<Page<T>>,
  ) {}

  /** Reads the list anew, for a new query. */
  first = async (): Promise<void> => {
    const mine = ++this.asked;
    try {
      const page = await this.read(this.query(null));
      if (mine !== this.asked) return;
      this.begin(page);
      [this.loaded, this.error] = [true, null];
    } catch (caught) {
      if (mine === this.asked) this.error = ipc.asError(caught);
    }
  };

  /** Takes in what changed at the top, and keeps what was scrolled to. */
  renew = async (): Promise<void> => {
    const mine = this.asked;
    try {
      const page = await this.read(this.query(null));
      if (mine !== this.asked) return;
      const rows = joinOf(page.rows, this.rows);
      // Beyond the first page nothing is known to have changed, unless it no longer joins.
      if (rows === null) this.begin(page);
      else [this.rows, this.total] = [rows, page.total ?? 0];
    } catch (caught) {
      notices.failed(caught);
    }
  };

  /** Renews soon, once for all that changes until then. */
  renewSoon(): void {
    this.renewing ??= setTimeout(() => {
      this.renewing = undefined;
      void this.renew();
    }, RENEW_MS);
  }

  /** Nobody looks any more. */
  close(): void {
    clearTimeout(this.renewing);
    this.renewing = undefined;
  }

  /** Reads the next page, if there is one and it is not on its way. */
  extend = async (): Promise<void> => {
    if (this.next === null || this.more) return;
    const mine = this.asked;
    this.more = true;
    try {
      const page = await this.read(this.query(this.next));
      if (mine !== this.asked) return;
      this.rows = [...this.rows, ...page.rows];
      this.next = page.next;
    } catch (caught) {
      notices.failed(caught);
    } finally {
      this.more = false;
    }
  };

  /** A row that changed is drawn anew in its place; one that is not here may belong at the top. */
  take(changed: T): void {
    if (this.rows.some(({ id }) => id === changed.id)) {
      this.rows = this.rows.map((row) => (row.id === changed.id ? changed : row));
    } else void this.renew();
  }

  private begin({ rows, next, total = 0 }: Page<T>): void {
    [this.rows, this.next, this.total] = [rows, next, total];
  }
}
