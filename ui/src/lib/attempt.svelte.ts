/** Something that is tried once at a time, and why it did not come about. */
import type { ErrorView } from "../bindings/ErrorView";
import * as ipc from "./ipc";

/** What a form does when it is sent. */
export class Attempt {
  /** Whether it is being done. */
  busy = $state(false);
  /** Why the last one failed; none while another is under way. */
  error = $state.raw<ErrorView | null>(null);

  /** Does it, unless it is being done: what is sent twice is done once. */
  async run(act: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    [this.busy, this.error] = [true, null];
    try {
      await act();
    } catch (caught) {
      this.error = ipc.asError(caught);
    } finally {
      this.busy = false;
    }
  }
}
