export type ReceiptFormat = "pdf" | "png";
