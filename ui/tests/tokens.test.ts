import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tokensCss } from "../tokens.plugin";

const tokens = JSON.parse(readFileSync("../icons/tokens.json", "utf8"));

/** Relative luminance and contrast of WCAG 2.1. */
const luminance = (colour: string): number =>
  [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i]!, 0);
const contrast = (one: string, other: string): number => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

describe.each(["light", "dark"])("the %s colours", (theme) => {
  const roles = tokens[theme] as Record<string, string>;

  it.each(["ink_soft", "vermilion", "jade", "amber"])("show %s at AA on paper and sheets", (role) => {
    expect(contrast(roles[role]!, roles.paper!)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(roles[role]!, roles.sheet!)).toBeGreaterThanOrEqual(4.5);
  });

  it("show amounts at AAA, and buttons at AA", () => {
    expect(contrast(roles.ink!, roles.paper!)).toBeGreaterThanOrEqual(7);
    expect(contrast(roles.ink!, roles.sheet!)).toBeGreaterThanOrEqual(7);
    expect(contrast(roles.on_vermilion!, roles.vermilion!)).toBeGreaterThanOrEqual(4.5);
  });
});

it("the style sheet has every role in both themes", () => {
  const css = tokensCss(tokens);
  for (const role of Object.keys(tokens.light)) {
    expect(css.split(`--${role.replaceAll("_", "-")}:`)).toHaveLength(4);
  }
});
