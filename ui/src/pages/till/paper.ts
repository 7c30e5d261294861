/** The customer's receipt: printed where there is a printer, else saved. */
import type { TillView } from "../../bindings/TillView";
import { t } from "../../lib/i18n.svelte";
import * as ipc from "../../lib/ipc";
import { notices } from "../../lib/notices.svelte";

/** Saves it as a document. */
export async function saveReceipt(id: string): Promise<void> {
  try {
    const path = await ipc.saveChargeReceipt(id, "pdf");
    if (path !== null) notices.done(t("notice_saved", { path }));
  } catch (caught) {
    notices.failed(caught);
  }
}

/** Prints it, or saves it when there is no printer. */
export async function paper(id: string, till: TillView | null): Promise<void> {
  if (!till?.printer) return saveReceipt(id);
  try {
    await ipc.printCharge(id);
    notices.done(t("till_printed"));
  } catch (caught) {
    notices.failed(caught);
  }
}
