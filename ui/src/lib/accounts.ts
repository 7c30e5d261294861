/** What accounts are called. */
import type { AccountView } from "../bindings/AccountView";
import { t } from "./i18n.svelte";

/** An account's name: the person's own, else its number; a watched one's is its wallet's. */
export function accountName({ label, index, wallet }: AccountView): string {
  if (label) return label;
  return wallet ? t("account_watched", { wallet }) : t("home_account", { number: index + 1 });
}

/** The same where it stands alone, as in a list of choices: it says whether it is only watched. */
export function accountChoice(account: AccountView): string {
  const name = accountName(account);
  return account.wallet && account.label ? t("account_choice", { name }) : name;
}

/** The account with this number as it is called; its number when it is not in the list (any more). */
export function accountOf(accounts: AccountView[], index: number): string {
  const account = accounts.find((known) => known.index === index);
  return account ? accountName(account) : t("home_account", { number: index + 1 });
}
