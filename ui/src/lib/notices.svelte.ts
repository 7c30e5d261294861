/**
 * Short notices at the foot of the page. They take room of their own, so that
 * they never lie over an amount, a payee or a button.
 */
import type { ErrorView } from "../bindings/ErrorView";
import { asError } from "./ipc";
import { isDeclined } from "./errors";

/** A notice. */
export interface Notice {
  id: number;
  kind: "done" | "received" | "warning" | "error";
  text: string;
  error?: ErrorView;
  /** Something to open from it. */
  open?: { label: string; act: () => void };
}

/** How long a notice stays that nobody has to act on. */
const STAY_MS = 6000;

class Notices {
  all = $state.raw<Notice[]>([]);
  private last = 0;

  private add(notice: Omit<Notice, "id">): void {
    const id = ++this.last;
    // Two at a time: more would push the page away.
    this.all = [...this.all.slice(-1), { ...notice, id }];
    if (notice.kind === "done" || notice.kind === "received") setTimeout(() => this.close(id), STAY_MS);
  }

  /** Something was done. */
  done(text: string): void {
    this.add({ kind: "done", text });
  }

  /** Money came. */
  received(text: string, open: { label: string; act: () => void }): void {
    this.add({ kind: "received", text, open });
  }

  /** Something to act on. It stays until it is closed. */
  warn(text: string, open: { label: string; act: () => void }): void {
    this.add({ kind: "warning", text, open });
  }

  /** Something failed. It stays until it is closed; what a person stopped themselves is no failure. */
  failed(caught: unknown): void {
    const error = asError(caught);
    if (!isDeclined(error)) this.add({ kind: "error", text: "", error });
  }

  close(id: number): void {
    this.all = this.all.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
