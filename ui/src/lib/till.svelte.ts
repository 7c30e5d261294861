/** The till, kept for all of its pages: how it stands, the charges in hand and the sale that is being typed. */
import type { ChargeView } from "../bindings/ChargeView";
import type { ErrorView } from "../bindings/ErrorView";
import type { ItemView } from "../bindings/ItemView";
import type { TillView } from "../bindings/TillView";
import type { CodeReader } from "../bindings/shell/CodeReader";
import { alarmOf, isOver, type Alarm } from "./charges";
import { t } from "./i18n.svelte";
import * as ipc from "./ipc";
import { notices } from "./notices.svelte";
import { router } from "./route.svelte";
import { Sale } from "./sale.svelte";
import { codeOf } from "./scanner";
import { sayCharge } from "./voice";

/** How long a customer sees that they have paid, when no other charge follows. */
const THANKS_MS = 30_000;

class TillStore {
  /** How the till stands; none before it is set up. */
  view = $state.raw<TillView | null>(null);
  /** Whether the wallet has answered. */
  loaded = $state(false);
  /** Why it has not. */
  error = $state.raw<ErrorView | null>(null);
  /** Charges in hand: open ones, and those that ended while the till was watched. Oldest first. */
  charges = $state.raw<ChargeView[]>([]);
  /** The charge that is shown, to the customer too; none while a sale is typed. */
  chosen = $state<string | null>(null);
  /** Whose code is shown. */
  reader = $state<CodeReader>("jiaozi");
  /** The charge that changed last, for pages that show one. */
  changed = $state.raw<ChargeView | null>(null);
  /** Counts changes of the list. */
  changes = $state(0);
  /** Whether the voice is silent until it is turned on again. */
  muted = $state(globalThis.localStorage?.getItem("till-muted") === "yes");
  /** Who is at the till. */
  staff = $state(globalThis.localStorage?.getItem("till-staff") ?? "");
  /** The sale that is being typed. */
  sale = new Sale();
  /** Who takes a payment code that is scanned, when one is asked for. */
  private target: ((text: string) => void) | null = null;
  private said = new Set<string>();
  private alarmed = new Set<string>();
  private thanks: ReturnType<typeof setTimeout> | undefined;

  /** The charge that is shown. */
  get shown(): ChargeView | null {
    return this.charges.find(({ id }) => id === this.chosen) ?? null;
  }

  /** Who is at the till, as long as they work here. */
  get cashier(): string | null {
    return this.view?.staff.some(({ name }) => name === this.staff) ? this.staff : null;
  }

  /** Reads what this computer has. */
  async load(): Promise<void> {
    try {
      this.view = await ipc.till();
      this.error = null;
      if (this.view && !this.loaded) {
        const open = await ipc.charges({ ...ALL, state: "open" });
        const unclear = await ipc.charges({ ...ALL, state: "unclear" });
        this.charges = [...unclear.charges, ...open.charges].sort((a, b) => a.created_at - b.created_at);
      }
      this.loaded = true;
    } catch (caught) {
      this.error = ipc.asError(caught);
    }
  }

  /** Takes how the till stands after a change of its own. */
  take(view: TillView): void {
    this.view = view;
    this.loaded = true;
  }

  /** A charge as the till's own look at the ledger has it. */
  hear(charge: ChargeView, inHand = !isOver(charge)): void {
    const before = this.charges.find(({ id }) => id === charge.id);
    if (before && before.version > charge.version) return;
    this.changed = charge;
    this.changes += 1;
    if (before) this.charges = this.charges.map((known) => (known.id === charge.id ? charge : known));
    else if (inHand) this.charges = [...this.charges, charge];
    if (charge.state === "paid" && before && before.state !== "paid") this.tell(charge);
    const alarm = alarmOf(before, charge);
    if (alarm) this.alarm(alarm, charge);
  }

  /** Asks a customer for the sale that was typed. */
  async charge(): Promise<void> {
    const input = this.sale.input(this.cashier);
    if (!input) return;
    const charge = await ipc.makeCharge(input);
    this.sale.clear();
    this.hear(charge, true);
    this.choose(charge.id);
  }

  /** Shows a charge, to the customer too; none shows the keypad. */
  choose(id: string | null): void {
    clearTimeout(this.thanks);
    this.chosen = id;
    this.showCustomer(id);
  }

  /** Changes whose code is shown. */
  read(reader: CodeReader): void {
    this.reader = reader;
    this.showCustomer(this.chosen);
  }

  /** Lays a charge that is over aside, and turns to the next customer. */
  dismiss(id: string): void {
    this.charges = this.charges.filter((charge) => charge.id !== id);
    if (this.chosen === id) this.choose(null);
  }

  /** Turns the voice off or on, on this computer. */
  mute(muted: boolean): void {
    this.muted = muted;
    localStorage.setItem("till-muted", muted ? "yes" : "no");
  }

  /** Someone else stands at the till. */
  relieve(staff: string): void {
    this.staff = staff;
    localStorage.setItem("till-staff", staff);
  }

  /** Has payment codes that are scanned go to `take`, until what it gives is called. */
  expect(take: (text: string) => void): () => void {
    this.target = take;
    return () => {
      if (this.target === take) this.target = null;
    };
  }

  /** What a scanner has typed. */
  scanned(text: string): void {
    if (!this.view) return;
    if (codeOf(text) === "payment") {
      if (this.target) this.target(text);
      else notices.done(t("till_scan_payment"));
      return;
    }
    const item = this.view.items.find(({ barcode }) => barcode === text);
    if (!item) return notices.done(t("till_scan_unknown", { code: text.slice(0, 48) }));
    this.add(item);
  }

  /** Puts an item into the sale. */
  add(item: ItemView): void {
    this.sale.add(item);
    if (this.chosen !== null) this.choose(null);
    if (router.current.page !== "till") router.root({ page: "till" });
  }

  private tell(charge: ChargeView): void {
    if (this.said.has(charge.id)) return;
    this.said.add(charge.id);
    notices.received(t("till_notice_paid", { code: charge.code, amount: charge.paid.text }), {
      label: t("notice_open"),
      act: () => router.open({ page: "till_charge", id: charge.id }),
    });
    const voice = this.view?.voice;
    if (voice?.on && !this.muted) {
      // A charge that is paid is paid, heard or not.
      void sayCharge(charge.id, voice.volume).catch(() => undefined);
    }
    if (charge.id === this.chosen) {
      clearTimeout(this.thanks);
      this.thanks = setTimeout(() => this.showCustomer(null), THANKS_MS);
    }
  }

  private alarm(alarm: Alarm, charge: ChargeView): void {
    // Paid once more is said once more.
    if (alarm === "taken_back") this.said.delete(charge.id);
    // What is on the screen says it there.
    else if (charge.id === this.chosen && router.current.page === "till") return;
    const key = `${charge.id} ${alarm} ${charge.payments.length}`;
    if (this.alarmed.has(key)) return;
    this.alarmed.add(key);
    notices.warn(t(`till_notice_${alarm}`, { code: charge.code }), {
      label: t("notice_open"),
      act: () => router.open({ page: "till_charge", id: charge.id }),
    });
  }

  private showCustomer(id: string | null): void {
    void ipc.showCustomer(id, this.reader).catch((caught) => notices.failed(caught));
  }
}

const ALL = { text: null, to_return: false, day: null, after: null, limit: 200 } as const;

export const till = new TillStore();
