/** Addresses, amounts and links as people read them. Text only: no number is made of money. */

/** An address in groups: what a person compares is at the ends. */
export interface AddressParts {
  head: string;
  middle: string[];
  tail: string;
}

/** `0x` and forty digits as ends and groups of four; anything else as it is. */
export function addressParts(address: string): AddressParts {
  const digits = /^0x([0-9a-fA-F]{40})$/.exec(address)?.[1];
  if (!digits) return { head: address, middle: [], tail: "" };
  const groups = digits.match(/.{4}/g) ?? [];
  return { head: `0x${groups[0]}`, middle: groups.slice(1, -1), tail: groups.at(-1) ?? "" };
}

/** An address in short, for places where it is not to be compared. */
export function shortAddress(address: string): string {
  return address.length > 14 ? `${address.slice(0, 6)}…${address.slice(-4)}` : address;
}

/** A transaction's hash in groups of eight, after its `0x`. */
export function inGroups(text: string): string[] {
  const [, prefix = "", digits = ""] = /^(0x)?(.*)$/.exec(text) ?? [];
  const groups = digits.match(/.{1,8}/g) ?? [];
  return prefix ? [prefix, ...groups] : groups;
}

/** An amount's text as its large and its small part: `¥1,234` and `.50`. */
export function amountParts(text: string): [string, string] {
  const match = /^(.*\d)(\.\d+)(.*)$/.exec(text);
  return match ? [match[1] ?? "", (match[2] ?? "") + (match[3] ?? "")] : [text, ""];
}

/** An amount that must not be seen: a row of dots of one length, so that not even its size is. */
export const HIDDEN_AMOUNT = "••••••";

/** Whether text looks like a link that a payment can be read from, and not like a name typed by hand. */
export function looksComplete(text: string): boolean {
  const trimmed = text.trim();
  return /^(jiaozi|ethereum):/i.test(trimmed) || /^0x[0-9a-fA-F]{40}$/.test(trimmed);
}

/** Hundredths of a percent as a percentage: 150 is `1.5 %`. */
export function percent(basisPoints: number): string {
  const digits = String(basisPoints).padStart(3, "0");
  const fraction = digits.slice(-2).replace(/0+$/, "");
  return `${digits.slice(0, -2)}${fraction ? `.${fraction}` : ""} %`;
}
