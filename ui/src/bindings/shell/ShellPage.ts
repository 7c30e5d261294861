export type ShellPage = "pay" | "receive";
