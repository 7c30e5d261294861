/** Sentences in the person's language. */
import type { Language } from "../bindings/Language";
import en from "../messages/en.json";
import zh from "../messages/zh-CN.json";

/** The name of a sentence. */
export type Key = keyof typeof en;
/** What a sentence leaves open. */
export type Values = Record<string, string | number>;

const MESSAGES: Record<Language, Record<Key, string>> = { en, "zh-CN": zh };

/** The language that the desktop asks for, until the wallet says which. */
function preferred(): Language {
  const tag = globalThis.navigator?.language ?? "en";
  return tag.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

let current = $state<Language>(preferred());

/** The language in use. */
export const language = (): Language => current;

/** Changes the language of everything that is drawn. */
export function useLanguage(next: Language): void {
  current = next;
}

/** Puts values where a sentence says `{name}`. A value that is missing leaves nothing behind. */
export function fill(sentence: string, values: Values = {}): string {
  return sentence.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** A sentence. */
export function t(key: Key, values?: Values): string {
  return fill(MESSAGES[current][key], values);
}

/** A sentence in a given language, where several are shown side by side. */
export function tIn(other: Language, key: Key, values?: Values): string {
  return fill(MESSAGES[other][key], values);
}

type PluralBase = Key extends infer K ? (K extends `${infer Base}_other` ? Base : never) : never;

/** A sentence about a count, which is its value `{count}`. */
export function tn(base: PluralBase, count: number, values?: Values): string {
  const form = new Intl.PluralRules(current).select(count);
  const one = `${base}_one` as Key;
  const key = form === "one" && one in MESSAGES[current] ? one : (`${base}_other` as Key);
  return t(key, { ...values, count: new Intl.NumberFormat(current).format(count) });
}
