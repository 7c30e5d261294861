/** The languages, each called by its own name in every language. */
import type { Language } from "../bindings/Language";

export const LANGUAGES: { value: Language; label: string }[] = [
  { value: "zh-CN", label: "中文" },
  { value: "en", label: "English" },
];
