/** What customers take with them: printed where there is a printer, else saved. */
import type { PrintedView } from "../../bindings/PrintedView";
import type { TillView } from "../../bindings/TillView";
import { t } from "../../lib/i18n.svelte";
import * as ipc from "../../lib/ipc";
import { notices } from "../../lib/notices.svelte";

async function save(written: Promise<string | null>): Promise<void> {
  try {
    const path = await written;
    if (path !== null) notices.done(t("notice_saved", { path }));
  } catch (caught) {
    notices.failed(caught);
  }
}

async function print(printed: Promise<PrintedView>): Promise<void> {
  try {
    const { confirmed } = await printed;
    notices.done(t(confirmed ? "till_printed" : "till_sent_to_printer"));
  } catch (caught) {
    notices.failed(caught);
  }
}

/** Saves a charge's receipt as a document. */
export const saveReceipt = (id: string): Promise<void> => save(ipc.saveChargeReceipt(id, "pdf"));

/** Prints a charge's receipt, or saves it when there is no printer. */
export const paper = (id: string, till: TillView | null): Promise<void> =>
  till?.printer ? print(ipc.printCharge(id)) : saveReceipt(id);

/** The same for the receipt of a refund, by the shop's number of it. */
export const refundPaper = (number: string, till: TillView | null): Promise<void> =>
  till?.printer ? print(ipc.printRefund(number)) : save(ipc.saveRefundReceipt(number, "pdf"));
