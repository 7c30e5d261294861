/** The sale that is being typed: items, and an amount on the keypad. */
import type { AssetView } from "../bindings/AssetView";
import type { ChargeInput } from "../bindings/ChargeInput";
import type { ItemView } from "../bindings/ItemView";
import { t } from "./i18n.svelte";
import { atomsOf, plainOf, textOf, typed } from "./money";

/** A line of the sale. */
export interface SaleLine {
  id: string;
  name: string;
  quantity: number;
  price: bigint;
}

/** Most lines, and most of one of them, that a charge takes. */
const LINES = 100;
const QUANTITY = 10_000;

export class Sale {
  lines = $state.raw<SaleLine[]>([]);
  /** The amount on the keypad. */
  text = $state("");
  note = $state("");
  private asset = $state.raw<AssetView | null>(null);
  private last = 0;

  /** The asset that the till asks for. */
  use(asset: AssetView): void {
    if (this.asset?.id !== asset.id) this.clear();
    this.asset = asset;
  }

  /** The sum, in atoms. */
  get total(): bigint {
    const lines = this.lines.reduce((sum, { price, quantity }) => sum + price * BigInt(quantity), 0n);
    return lines + this.typed;
  }

  /** The sum, for people. */
  get totalText(): string {
    return this.asset ? textOf(this.total, this.asset) : "";
  }

  /** A line's own sum, for people. */
  lineText({ price, quantity }: SaleLine): string {
    return this.asset ? textOf(price * BigInt(quantity), this.asset) : "";
  }

  get empty(): boolean {
    return this.lines.length === 0 && this.text === "";
  }

  private get typed(): bigint {
    return (this.asset && atomsOf(this.text, this.asset.decimals)) ?? 0n;
  }

  /** A key of the keypad. */
  press(key: string): void {
    if (this.asset) this.text = typed(this.text, key, this.asset.decimals);
  }

  erase(): void {
    this.text = this.text.slice(0, -1);
  }

  /** Makes a line of the amount on the keypad, so that another can be typed. */
  plus(): void {
    const price = this.typed;
    if (price === 0n || this.lines.length >= LINES) return;
    this.lines = [
      ...this.lines,
      { id: `typed-${++this.last}`, name: t("till_line_typed"), quantity: 1, price },
    ];
    this.text = "";
  }

  /** One more of an item. */
  add(item: ItemView): void {
    const there = this.lines.find(({ id }) => id === item.id);
    if (there) return this.count(there, 1);
    if (this.lines.length >= LINES) return;
    this.lines = [
      ...this.lines,
      { id: item.id, name: item.name, quantity: 1, price: BigInt(item.price.atoms) },
    ];
  }

  /** More or fewer of a line; none of it takes it out. */
  count(line: SaleLine, by: 1 | -1): void {
    const quantity = Math.min(line.quantity + by, QUANTITY);
    this.lines = this.lines
      .map((known) => (known.id === line.id ? { ...known, quantity } : known))
      .filter((known) => known.quantity > 0);
  }

  clear(): void {
    [this.lines, this.text, this.note] = [[], "", ""];
  }

  /** What can be put back with [`Sale.restore`]. */
  mark(): { lines: SaleLine[]; text: string } {
    return { lines: this.lines, text: this.text };
  }

  restore({ lines, text }: { lines: SaleLine[]; text: string }): void {
    [this.lines, this.text] = [lines, text];
  }

  /** What to ask the customer for; none while there is nothing. */
  input(staff: string | null): ChargeInput | null {
    const { asset, typed: rest } = this;
    if (!asset || this.total === 0n) return null;
    const plain = (atoms: bigint) => plainOf(atoms, asset.decimals);
    const all =
      rest === 0n ? this.lines : [...this.lines, { name: t("till_line_typed"), quantity: 1, price: rest }];
    return {
      amount: plain(this.total),
      lines:
        this.lines.length === 0
          ? []
          : all.map(({ name, quantity, price }) => ({ name, quantity, price: plain(price) })),
      note: this.note.trim() || null,
      staff,
      order: null,
      seconds: null,
    };
  }
}
