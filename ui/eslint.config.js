import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const money = "Money is text from the wallet to the screen: no numbers are made of it.";

export default ts.config(
  { ignores: ["dist/", "src/bindings/"] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: globals.browser } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    files: ["src/**"],
    rules: {
      "no-restricted-globals": ["error", { name: "parseFloat", message: money }],
      "no-restricted-syntax": [
        "error",
        { selector: "CallExpression[callee.name='Number']", message: money },
        { selector: "CallExpression[callee.property.name='toFixed']", message: money },
        { selector: "Literal[value=/^#[0-9a-fA-F]{3,8}$/]", message: "Colours come from icons/tokens.json." },
      ],
      "no-restricted-imports": [
        "error",
        { paths: [{ name: "@tauri-apps/api/core", message: "Only lib/ipc.ts talks to the shell." }] },
      ],
      "svelte/no-at-html-tags": "error",
      eqeqeq: "error",
    },
  },
  { files: ["src/lib/ipc.ts"], rules: { "no-restricted-imports": "off" } },
  { files: ["tests/**"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
  { files: ["tests/**", "*.ts", "*.js"], languageOptions: { globals: globals.node } },
);
