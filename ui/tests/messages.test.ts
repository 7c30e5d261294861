import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";
import errorsEn from "../../wallet-core/wallet/messages/errors.en.json";
import errorsZh from "../../wallet-core/wallet/messages/errors.zh-CN.json";
import en from "../src/messages/en.json";
import zh from "../src/messages/zh-CN.json";

const placeholders = (text: string) => [...text.matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => name).sort();

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".svelte") || (path.endsWith(".ts") && !path.startsWith("bindings")))
  .map((path) => ({ path, text: readFileSync(join("src", path), "utf8") }));

describe("the messages", () => {
  it("have the same keys and placeholders in both languages", () => {
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      // A count of one is often written out.
      if (!key.endsWith("_one")) expect([key, placeholders(zh[key])]).toEqual([key, placeholders(en[key])]);
      expect(en[key].trim()).not.toBe("");
      expect(zh[key].trim()).not.toBe("");
    }
  });

  it("are all used", () => {
    const all = sources.map(({ text }) => text).join("\n");
    const built = [...all.matchAll(/t\(`([a-z_]+)\$\{/g)].map(([, start]) => start ?? "");
    const plural = [...all.matchAll(/tn\("([a-z_]+)"/g)].map(([, base]) => base ?? "");
    const unused = Object.keys(en).filter(
      (key) =>
        !all.includes(`"${key}"`) &&
        !built.some((start) => key.startsWith(start)) &&
        !plural.some((base) => key.startsWith(`${base}_`)),
    );
    expect(unused).toEqual([]);
  });

  it("never speak of what people need not know", () => {
    for (const text of [...Object.values(en), ...Object.values(zh)]) {
      expect(text).not.toMatch(/\b(gas|wei|nonce|hex|mnemonic|seed)\b|助记词|私钥/i);
      expect(text).not.toMatch(/[!！]/);
    }
  });
});

describe("the errors", () => {
  const codes = [
    ...readFileSync("src/bindings/ErrorCode.ts", "utf8")
      .split("export type")[1]!
      .matchAll(/"([a-z_]+)"/g),
  ].map(([, code]) => code ?? "");

  it("have what and next in both languages, for every code and no other", () => {
    expect(codes.length).toBeGreaterThan(70);
    for (const file of [errorsEn, errorsZh]) {
      expect(Object.keys(file.errors).sort()).toEqual([...codes].sort());
      for (const { what, next } of Object.values(file.errors)) {
        expect(what.length).toBeGreaterThan(3);
        expect(next.length).toBeGreaterThan(3);
      }
      expect(Object.keys(file.money).sort()).toEqual(["moved", "moving", "safe"]);
    }
  });

  it("have the same placeholders in both languages", () => {
    for (const code of codes as (keyof typeof errorsEn.errors)[]) {
      const [one, other] = [errorsEn.errors[code], errorsZh.errors[code]];
      expect([code, placeholders(one.what + one.next)]).toEqual([
        code,
        placeholders(other.what + other.next),
      ]);
    }
  });
});

describe("the pages", () => {
  const pages = sources.filter(({ path }) => path.endsWith(".svelte"));

  it("have no words of their own", () => {
    const found: string[] = [];
    for (const { path, text } of pages) {
      const visit = (node: unknown): void => {
        if (Array.isArray(node)) return node.forEach(visit);
        if (typeof node !== "object" || node === null) return;
        const { type, data, name, value } = node as {
          type?: string;
          data?: string;
          name?: string;
          value?: unknown;
        };
        if (type === "Text" && /\p{L}/u.test(data ?? "")) found.push(`${path}: ${data}`);
        if (type === "StyleDirective") return;
        if (type === "Attribute") {
          if (["aria-label", "placeholder", "title", "alt", "legend", "label"].includes(name ?? ""))
            visit(value);
          return;
        }
        Object.values(node).forEach(visit);
      };
      visit(parse(text, { modern: true }).fragment);
    }
    // The alternative text of a picture is a sentence; the address around its data is not one.
    expect(found.filter((text) => !text.includes("data:image"))).toEqual([]);
  });

  it("have no colours of their own", () => {
    for (const { path, text } of pages) {
      const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? "";
      expect([path, style.match(/#[0-9a-f]{3,8}\b|\bhsl\(|\boklch\(/gi)]).toEqual([path, null]);
      expect([path, text.includes(' style="')]).toEqual([path, false]);
    }
  });
});
