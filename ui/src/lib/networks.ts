/** What networks are called. */
import type { NetworkView } from "../bindings/NetworkView";
import { language, t } from "./i18n.svelte";

/** The embedded sandbox (CAIP-2), whose name is ours to translate. */
const SANDBOX = "eip155:10231023";

/** A network's name: the person's own, but for the sandbox. */
export const networkName = (id: string, name: string): string => (id === SANDBOX ? t("sandbox_name") : name);

/** The text in the language: the Chinese one where there is one. */
export const either = (english?: string | null, chinese?: string | null): string =>
  (language() === "zh-CN" ? (chinese ?? english) : english) ?? "";

/** A network's name in the language. */
export const nameOf = (network: Pick<NetworkView, "id" | "name" | "name_zh">): string =>
  network.id === SANDBOX ? t("sandbox_name") : either(network.name, network.name_zh);
