/** Keyrings by the names that people know. */
const NAMES: Record<string, string> = {
  "secret-service": "Secret Service",
  keychain: "Keychain",
  "credential-manager": "Credential Manager",
};

/** A keyring's name; its id when it has none. */
export const keyringName = (backend: string): string => NAMES[backend] ?? backend;
