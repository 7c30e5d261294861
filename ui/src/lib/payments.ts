/** What a payment is called and how it stands. */
import type { PayeeView } from "../bindings/PayeeView";
import type { PaymentView } from "../bindings/PaymentView";
import type { Sight } from "../bindings/Sight";
import { t } from "./i18n.svelte";
import { shortAddress } from "./text";

/** The address that tokens are issued from (ERC-20): on the sandbox, the bank's top-ups come from it. */
const ISSUER = "0x0000000000000000000000000000000000000000";

/** Who the other side is, in a word or two: a name where one is known. */
export function counterpartyName(payment: PaymentView): string {
  const { counterparty } = payment;
  if (counterparty.address === ISSUER) return t("row_bank");
  return payeeName(counterparty);
}

/** A payee's name; what the request claims only when nothing better is known. */
export function payeeName(payee: PayeeView): string {
  return payee.name ?? payee.claimed_name ?? shortAddress(payee.address);
}

/** Whether it is not over yet. */
export const isWaiting = ({ state }: PaymentView): boolean =>
  state === "approved" ||
  state === "signed" ||
  state === "submitted" ||
  state === "included" ||
  state === "unknown";

/** Whether it ended without moving money. */
export const isFailed = ({ state }: PaymentView): boolean =>
  state === "failed" || state === "replaced" || state === "expired";

/** What kind of row it is, in a word or two. Only what is final is said to be paid or received. */
export function kindOf({ direction, state }: PaymentView): string {
  if (direction === "own") return t("row_own");
  return state === "settled" ? t(`row_${direction}`) : t(`row_${direction}_unsettled`);
}

/** How it stands, as a sentence: what was seen besides says more than the state. */
export function standing(payment: PaymentView): string {
  if (payment.sight && payment.state !== "unknown") return t(`sight_${sightKey(payment.sight)}`);
  if (payment.cancelling) return t("sight_cancelling");
  if (payment.state === "failed" && payment.money === "moved") return t("state_paid_elsewhere");
  return t(`state_${payment.state}`);
}

/** What goes first may be a payment of ours, which can be opened. */
function sightKey(sight: Sight) {
  return sight.kind === "behind" && sight.payment === null ? "behind_elsewhere" : sight.kind;
}

/** Where the steps of a payment lead, in order. */
export const STEPS = ["approved", "signed", "submitted", "included", "settled"] as const;
