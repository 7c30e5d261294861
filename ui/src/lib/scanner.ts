/**
 * Tells a scanner that types like a keyboard ("wedge") from a person: a burst
 * of keys, each at the heels of the last, that ends with Enter. Knows nothing
 * of the page, so that it can be tried with times alone.
 */

/** A key as it came. */
export interface Stroke {
  /** The character or the key's name. */
  key: string;
  /** Milliseconds, of any clock that does not jump. */
  at: number;
  /** Whether a modifier that makes no character is held. */
  held: boolean;
}

/** What a key was. */
export type Heard =
  /** A person's key, or the first of a burst: what is on the page now is what a burst must not change. */
  | { kind: "begins" }
  /** Another key of a burst. */
  | { kind: "goes_on" }
  /** Neither: a key that makes no character. */
  | { kind: "other" }
  /** The end of a burst: a scanner typed this. */
  | { kind: "scanned"; text: string };

/** Between two keys of a scanner pass at most so many milliseconds; slow ones take 30. */
const GAP_MS = 45;
/** Shorter bursts are a person's, who can roll three keys but not four and Enter. */
const LEAST = 4;
/** A code is never longer: what goes on and on is a key that is held down. */
const MOST = 4096;

/** Listens to keys, one after the other. */
export class Burst {
  private text = "";
  private last = Number.NEGATIVE_INFINITY;

  hear({ key, at, held }: Stroke): Heard {
    const quick = at - this.last <= GAP_MS;
    if (key === "Enter" && !held) {
      const text = this.text;
      this.text = "";
      if (quick && text.length >= LEAST && !isOneKey(text)) return { kind: "scanned", text };
      return { kind: "other" };
    }
    // Shift is pressed by scanners for capitals and colons.
    if (key === "Shift") return { kind: "other" };
    if (held || [...key].length !== 1) {
      this.text = "";
      return { kind: "other" };
    }
    this.last = at;
    if (quick && this.text !== "" && this.text.length < MOST) {
      this.text += key;
      return { kind: "goes_on" };
    }
    this.text = key;
    return { kind: "begins" };
  }
}

/** Barcodes of goods are at least so long (EAN-8); what is shorter may be an amount. */
const LEAST_BY_HAND = 8;
/** Whoever types a code by hand pauses no longer between two of its keys, in milliseconds. */
const PAUSE_MS = 2000;

/**
 * What was typed lately, however slowly: a barcode of the shop's own goods is meant as one also where a
 * scanner is slow, or where a person reads it off a torn label.
 */
export class Trail {
  private text = "";
  private last = Number.NEGATIVE_INFINITY;

  /** Hears a key that makes a character. */
  hear({ key, at, held }: Stroke): void {
    if (key === "Shift" || key === "Enter") return;
    if (held || [...key].length !== 1 || at - this.last > PAUSE_MS) this.text = "";
    if (held || [...key].length !== 1) return;
    this.text = (this.text + key).slice(-MOST);
    this.last = at;
  }

  /** The longest of these codes with which it ends, at Enter; then it begins anew. */
  end(at: number, codes: readonly string[]): string | undefined {
    const text = at - this.last <= PAUSE_MS ? this.text : "";
    this.text = "";
    const fits = codes.filter((code) => code.length >= LEAST_BY_HAND && text.endsWith(code));
    return fits.sort((a, b) => b.length - a.length)[0];
  }
}

/** A key that is held down repeats itself as quickly as a scanner types. */
const isOneKey = (text: string): boolean => new Set(text).size === 1;

/** What a scanner read. */
export type Code = "payment" | "barcode";

/** A payment link or an address, or else a barcode. */
export const codeOf = (text: string): Code =>
  /^(jiaozi|ethereum|web\+jiaozi):/i.test(text) || /^(0x[0-9a-f]{40}|cfx(test)?:[0-9a-z:.]+)$/i.test(text)
    ? "payment"
    : "barcode";
