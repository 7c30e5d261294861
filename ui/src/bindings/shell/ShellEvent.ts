// placeholder
import type { WalletEvent } from "../WalletEvent";
import type { ShellPage } from "./ShellPage";
export type ShellEvent = { "kind": "wallet", event: WalletEvent } | { "kind": "link", text: string } | { "kind": "page", page: ShellPage };
