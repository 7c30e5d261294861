/** Errors as sentences: what happened, where the money is, what to do. */
import en from "../../../wallet-core/wallet/messages/errors.en.json";
import zh from "../../../wallet-core/wallet/messages/errors.zh-CN.json";
import type { ErrorCode } from "../bindings/ErrorCode";
import type { ErrorView } from "../bindings/ErrorView";
import type { Language } from "../bindings/Language";
import { fill, language } from "./i18n.svelte";

interface Sentences {
  errors: Record<ErrorCode, { what: string; next: string }>;
  money: Record<ErrorView["money"], string>;
}

const SENTENCES: Record<Language, Sentences> = { en, "zh-CN": zh };

/** What is said of an error. */
export interface ErrorText {
  what: string;
  money: string;
  next: string;
}

/** An error in the language in use. */
export function errorText(error: ErrorView): ErrorText {
  const { errors, money } = SENTENCES[language()];
  const { what, next } = errors[error.code] ?? errors.internal;
  return { what: fill(what, error.values), money: money[error.money], next: fill(next, error.values) };
}

/** Whether a person stopped it themselves: nothing needs to be said. */
export const isDeclined = (error: ErrorView): boolean => error.code === "declined";
