import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { designTokens } from "./tokens.plugin";

export default defineConfig({
  plugins: [svelte(), designTokens()],
  // The webview takes relative addresses in the packaged app.
  base: "./",
  clearScreen: false,
  build: {
    target: "safari15",
    outDir: "dist",
    emptyOutDir: true,
    // The policy allows `img-src data:` but no `font-src data:`: nothing is inlined by surprise.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The window, and the customer display with no more than it shows.
    rolldownOptions: { input: ["index.html", "customer.html"] },
  },
  server: { host: "127.0.0.1", fs: { allow: [".."] } },
  test: { environment: "node", include: ["tests/**/*.test.ts"] },
});
