/** The till's set-up while it is being typed. */
import type { Language } from "../bindings/Language";
import type { TillInput } from "../bindings/TillInput";
import type { TillView } from "../bindings/TillView";

/** Which languages a customer reads. */
export type DisplayLanguages = "both_zh" | "both_en" | Language;

/** What is typed. */
export interface TillDraft {
  shop: string;
  till: string;
  whose: "own" | "watch_only";
  account: string;
  publicKey: string;
  asset: string;
  minutes: string;
  instant: string;
  display: DisplayLanguages;
  voice: boolean;
  voiceLanguage: Language;
  volume: number;
  printer: "none" | "device" | "network";
  printerPlace: string;
}

const DISPLAY: Record<DisplayLanguages, Language[]> = {
  both_zh: ["zh-CN", "en"],
  both_en: ["en", "zh-CN"],
  "zh-CN": ["zh-CN"],
  en: ["en"],
};

function displayOf(languages: Language[]): DisplayLanguages {
  const [first = "zh-CN", second] = languages;
  if (second === undefined) return first;
  return first === "en" ? "both_en" : "both_zh";
}

/** What a new till begins with. */
export function newDraft(language: Language, asset: string): TillDraft {
  return {
    shop: "",
    till: "1",
    whose: "own",
    account: "0",
    publicKey: "",
    asset,
    minutes: "15",
    instant: "1000",
    display: language === "en" ? "both_en" : "both_zh",
    voice: true,
    voiceLanguage: language,
    volume: 80,
    printer: "none",
    printerPlace: "",
  };
}

/** A till as it is, to be changed. */
export function draftOf(view: TillView): TillDraft {
  const { printer } = view;
  return {
    shop: view.shop,
    till: String(view.till),
    whose: view.watch_only ? "watch_only" : "own",
    account: String(view.account ?? 0),
    publicKey: view.watch_only ? view.public_key : "",
    asset: view.asset.id,
    minutes: String(Math.round(view.charge_seconds / 60)),
    instant: view.instant_up_to.plain,
    display: displayOf(view.display_languages),
    voice: view.voice.on,
    voiceLanguage: view.voice.language,
    volume: view.voice.volume,
    printer: printer?.kind ?? "none",
    printerPlace: printer === null ? "" : printer.kind === "device" ? printer.path : printer.address,
  };
}

/** A whole number from 0 on; none where the text is none. */
const whole = (text: string): number | null =>
  /^\d{1,5}$/.test(text.trim()) ? parseInt(text.trim(), 10) : null;

/** What the wallet is told; none while something is missing. `before` keeps what the form does not show. */
export function inputOf(draft: TillDraft, before: TillView | null): TillInput | null {
  const [till, minutes] = [whole(draft.till), whole(draft.minutes)];
  const place = draft.printerPlace.trim();
  if (draft.shop.trim() === "" || till === null || minutes === null) return null;
  if (draft.whose === "watch_only" && draft.publicKey.trim() === "") return null;
  if (draft.printer !== "none" && place === "") return null;
  return {
    shop: draft.shop.trim(),
    till,
    account:
      draft.whose === "own"
        ? { kind: "own", account: whole(draft.account) ?? 0 }
        : { kind: "watch_only", public_key: draft.publicKey.trim() },
    asset: draft.asset || null,
    charge_seconds: minutes * 60,
    unclear_seconds: before?.unclear_seconds ?? null,
    instant_up_to: draft.instant.trim() || null,
    display_languages: DISPLAY[draft.display],
    // The shop's days are those of this computer's place.
    utc_offset: before?.utc_offset ?? -new Date().getTimezoneOffset(),
    other_tills: before?.other_tills ?? [],
    voice: { on: draft.voice, volume: draft.volume, language: draft.voiceLanguage },
    printer:
      draft.printer === "none"
        ? null
        : draft.printer === "device"
          ? { kind: "device", path: place }
          : { kind: "network", address: place },
  };
}

/** Digits of a staff code. */
const CODE_DIGITS = 6;

/**
 * A staff code, given out by the till: whoever gets one has no cause to type
 * the PIN of the wallet in its place.
 */
export function newStaffCode(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes),
): string {
  let code = "";
  while (code.length < CODE_DIGITS) {
    // Bytes from 250 on would make small digits likelier.
    for (const byte of random(new Uint8Array(16))) {
      if (byte < 250 && code.length < CODE_DIGITS) code += String(byte % 10);
    }
  }
  return code;
}
