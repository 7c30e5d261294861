// placeholder, written by the bindings test
export type RemovalProof = "backup" | "loss";
