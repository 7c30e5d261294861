export type ShellPage = "home" | "pay" | "receive";
