/** What the shell last said, kept for every page, and how it is kept current. */
import type { AccountView } from "../bindings/AccountView";
import type { AppState } from "../bindings/AppState";
import type { ContactView } from "../bindings/ContactView";
import type { ErrorView } from "../bindings/ErrorView";
import type { HistoryView } from "../bindings/HistoryView";
import type { Overview } from "../bindings/Overview";
import type { PaymentView } from "../bindings/PaymentView";
import type { WalletEvent } from "../bindings/WalletEvent";
import type { ShellEvent } from "../bindings/shell/ShellEvent";
import { t, useLanguage } from "./i18n.svelte";
import * as ipc from "./ipc";
import { notices } from "./notices.svelte";
import { router } from "./route.svelte";
import { till } from "./till.svelte";

/** For `askFor`: what is done within this time, in milliseconds, needed no window of the vault's. */
export const PATIENCE_MS = 700;

class WalletStore {
  /** How the wallet stands; none before the first answer. */
  state = $state.raw<AppState | null>(null);
  /** Why the profile could not be opened. */
  fault = $state.raw<ErrorView | null>(null);
  /** The account whose page is shown. */
  account = $state(0);
  accounts = $state.raw<AccountView[]>([]);
  overview = $state.raw<Overview | null>(null);
  contacts = $state.raw<ContactView[]>([]);
  /** The payment that changed last, for pages that show one. */
  changed = $state.raw<PaymentView | null>(null);
  /** Counts changes of the list other than by one payment. */
  listChanges = $state(0);
  /** How far the ledger was read, of each account; what events told last. */
  histories = $state.raw<Record<number, HistoryView>>({});
  /** Whether the balance is hidden. */
  hidden = $state(globalThis.localStorage?.getItem("hidden") === "yes");
  /** Whether a question of the vault is being answered in its own window. */
  asking = $state(false);

  /** Fills the first screen from this computer's records, then from the ledger. */
  async start(): Promise<void> {
    try {
      this.take(await ipc.appState());
      await this.load();
    } catch (caught) {
      this.fault = ipc.asError(caught);
    }
    await ipc.frontEndReady((event) => this.hear(event)).catch((caught) => notices.failed(caught));
    void this.refresh();
  }

  /** Tries again to open the profile. */
  async reopen(): Promise<void> {
    try {
      this.take(await ipc.reopen());
      this.fault = null;
      await this.load();
      void this.refresh();
    } catch (caught) {
      this.fault = ipc.asError(caught);
    }
  }

  /** Takes a state that the shell gave. */
  take(state: AppState): void {
    this.state = state;
    useLanguage(state.language);
    document.documentElement.lang = state.language;
    if (state.theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = state.theme;
  }

  /** How far the ledger was read for the account that is shown. */
  get history(): HistoryView | null {
    const known = this.overview?.history;
    const told = this.histories[this.account];
    return told && told.network_id === known?.network_id && !known.complete ? told : (known ?? null);
  }

  /** Reads what this computer has. */
  async load(): Promise<void> {
    if (this.state?.stage !== "ready") return;
    const [overview, accounts, contacts] = await Promise.all([
      ipc.overview(this.account),
      ipc.accounts(),
      ipc.contacts(),
      till.load(),
    ]);
    this.overview = overview;
    this.accounts = accounts;
    this.contacts = contacts;
  }

  /** Asks the ledger. What it cannot answer, the overview itself says (`online`). */
  async refresh(): Promise<void> {
    if (this.state?.stage !== "ready") return;
    const account = this.account;
    try {
      const overview = await ipc.refresh(account);
      if (account === this.account) this.overview = overview;
    } catch {
      if (account === this.account) this.overview = await ipc.overview(account).catch(() => this.overview);
    }
  }

  /** Shows another account. */
  async choose(account: number): Promise<void> {
    this.account = account;
    this.overview = await ipc.overview(account);
    void this.refresh();
  }

  /** Hides the balance, or shows it. */
  toggleHidden(): void {
    this.hidden = !this.hidden;
    localStorage.setItem("hidden", this.hidden ? "yes" : "no");
  }

  /** Does something that the vault asks about in its own window, and takes the state that comes of it. */
  async ask(act: () => Promise<AppState>): Promise<boolean> {
    this.asking = true;
    try {
      this.take(await act());
      await this.load();
      return true;
    } finally {
      this.asking = false;
    }
  }

  /** Does something that the vault may ask about in its own window: says so when it takes that long. */
  async askFor<T>(act: () => Promise<T>, patience = 0): Promise<T> {
    const timer = setTimeout(() => (this.asking = true), patience);
    try {
      return await act();
    } finally {
      clearTimeout(timer);
      this.asking = false;
    }
  }

  private hear(event: ShellEvent): void {
    if (event.kind === "wallet") void this.changedBy(event.event).catch(() => undefined);
    // Before the wallet is ready the page waits behind the first screens.
    else if (event.kind === "link") router.root({ page: "pay", text: event.text });
    else router.root({ page: event.page });
  }

  private async changedBy(event: WalletEvent): Promise<void> {
    switch (event.kind) {
      case "payment":
        this.changed = event.payment;
        this.tell(event.payment);
        if (this.state?.stage === "ready") this.overview = await ipc.overview(this.account);
        break;
      case "overview":
        if (this.state?.stage === "ready") this.overview = await ipc.overview(this.account);
        break;
      case "activity":
        this.listChanges += 1;
        break;
      case "history":
        if (event.history.network_id === this.state?.network.id)
          this.histories = { ...this.histories, [event.history.account]: event.history };
        break;
      case "charge":
        till.hear(event.charge);
        break;
      case "till":
        await till.load();
        break;
      case "search":
        // The answer to the call has it all.
        break;
      case "vault":
        this.take(await ipc.appState());
        break;
      case "settings":
        this.take(await ipc.appState());
        await this.load();
        break;
    }
  }

  /** Says that money came, once, when it is final. */
  private tell(payment: PaymentView): void {
    if (payment.direction !== "in" || payment.state !== "settled") return;
    if (this.told.has(payment.id)) return;
    this.told.add(payment.id);
    notices.received(t("notice_received", { amount: payment.amount.text }), {
      label: t("notice_open"),
      act: () => router.open({ page: "receipt", id: payment.id }),
    });
  }

  private told = new Set<string>();
}

export const wallet = new WalletStore();
