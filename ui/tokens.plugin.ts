/**
 * Makes CSS of the design tokens in `icons/tokens.json`, which the vault's
 * windows read too: one source of colours for every face of the product.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const SOURCE = fileURLToPath(new URL("../icons/tokens.json", import.meta.url));
const NAME = "virtual:tokens.css";

type Roles = Record<string, string>;

interface Tokens {
  light: Roles;
  dark: Roles;
  radius: number[];
  type: number[];
  motion_ms: number;
}

const declarations = (roles: Roles): string =>
  Object.entries(roles)
    .map(([role, colour]) => `--${role.replaceAll("_", "-")}: ${colour};`)
    .join(" ");

/** The style sheet of some tokens. */
export function tokensCss(tokens: Tokens): string {
  const dark = `color-scheme: dark; ${declarations(tokens.dark)}`;
  const sizes = [
    ...tokens.radius.map((px, i) => `--radius-${i + 1}: ${px}px;`),
    ...tokens.type.map((px, i) => `--type-${i + 1}: ${px}px;`),
    `--motion: ${tokens.motion_ms}ms;`,
  ].join(" ");
  return [
    `:root { color-scheme: light; ${declarations(tokens.light)} ${sizes} }`,
    `@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { ${dark} } }`,
    `:root[data-theme="dark"] { ${dark} }`,
  ].join("\n");
}

/** `import "virtual:tokens.css"`. */
export function designTokens(): Plugin {
  return {
    name: "design-tokens",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load(id) {
      if (id !== `\0${NAME}`) return undefined;
      this.addWatchFile(SOURCE);
      return tokensCss(JSON.parse(readFileSync(SOURCE, "utf8")) as Tokens);
    },
  };
}
