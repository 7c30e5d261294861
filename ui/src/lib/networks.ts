/** What networks are called. */
import { t } from "./i18n.svelte";

/** The embedded sandbox (CAIP-2), whose name is ours to translate. */
const SANDBOX = "eip155:10231023";

/** A network's name: the person's own, but for the sandbox. */
export const networkName = (id: string, name: string): string => (id === SANDBOX ? t("sandbox_name") : name);
