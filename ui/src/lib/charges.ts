/** How charges stand, in words. */
import type { ChargeFlags } from "../bindings/ChargeFlags";
import type { ChargeState } from "../bindings/ChargeState";
import type { ChargeView } from "../bindings/ChargeView";
import { t } from "./i18n.svelte";
import { textOf } from "./money";

/** Whether nothing more is waited for. */
export const isOver = ({ state }: ChargeView): boolean => state !== "open" && state !== "unclear";

/** Whether there is money that can go back. */
export const canReturn = ({ returnable, returnable_other }: ChargeView): boolean =>
  [returnable, ...returnable_other].some(({ atoms }) => BigInt(atoms) > 0n);

/** Whether something came that was not asked for, and is still here. */
export const hasUnasked = (charge: ChargeView): boolean => {
  const { flags, state, returnable_other } = charge;
  const here = surplusOf(charge) > 0n || returnable_other.some(({ atoms }) => BigInt(atoms) > 0n);
  return here && (flags.over || flags.late || flags.wrong_asset || state === "revoked");
};

/** What someone at the till has to be told of, whatever is on the screen. */
export type Alarm = "taken_back" | "unasked";

/**
 * What changed for the worse between a charge as it was known, if it was, and
 * as it is: a payment that the ledger took back, or money to return. What goes
 * back is no news.
 */
export function alarmOf(before: ChargeView | undefined, now: ChargeView): Alarm | null {
  if (now.flags.taken_back && now.state !== "paid" && (!before?.flags.taken_back || before.state === "paid"))
    return "taken_back";
  const more = before ? now.payments.length > before.payments.length : now.refunds.length === 0;
  return more && hasUnasked(now) ? "unasked" : null;
}

/** What has come of it so far, for people. */
export const came = ({ amount, missing }: ChargeView): string =>
  textOf(BigInt(amount.atoms) - BigInt(missing.atoms), amount.asset);

/** What is here beyond what was asked for, in atoms: all of it where the charge is not paid. */
export const surplusOf = ({ amount, returnable, state }: ChargeView): bigint => {
  const more = BigInt(returnable.atoms) - (state === "paid" ? BigInt(amount.atoms) : 0n);
  return more > 0n ? more : 0n;
};

/** What is here beyond what was asked for, for people. */
export const surplus = (charge: ChargeView): string => textOf(surplusOf(charge), charge.amount.asset);

/** How surely it is there and what is waited for, as a sentence. */
export function standing(charge: ChargeView): string {
  const { state, assurance, wanted, flags } = charge;
  if (state === "paid") return t(assurance === "final" ? "till_paid_final" : "till_paid_included");
  if (state === "closed") return t("till_closed_text");
  if (state === "revoked") return t(flags.taken_back ? "till_revoked_taken_back" : "till_revoked_text");
  if (flags.taken_back && assurance === null) return t("till_taken_back");
  if (assurance === "seen") return t("till_seen");
  if (assurance === "included" && wanted === "final") return t("till_included_waiting");
  if (flags.under)
    return t(state === "unclear" ? "till_under_unclear" : "till_under_waiting", {
      paid: came(charge),
      missing: charge.missing.text,
    });
  return t(state === "unclear" ? "till_unclear_text" : "till_open_text");
}

/** How it stands in a word. */
export const stateWord = (state: ChargeState): string => t(`till_state_${state}`);

const FLAGS = ["under", "over", "late", "wrong_asset", "taken_back"] as const satisfies (keyof ChargeFlags)[];

/** What is unusual about it, in words. */
export const flagWords = (flags: ChargeFlags): string[] =>
  FLAGS.filter((flag) => flags[flag]).map((flag) => t(`till_flag_${flag}`));
