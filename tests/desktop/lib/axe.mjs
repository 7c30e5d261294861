// axe-core in the page: what it finds wrong, in short.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Violations of WCAG 2.1 A and AA and of best practice, as `rule: element`. */
export async function axe(page) {
  // The content policy forbids inline scripts; WebDriver's own are outside it.
  await page.ask("POST", "/execute/sync", { script: source, args: [] });
  const { value, rejected } = await page.later(async () => {
    // Colours in the middle of a transition are none of anybody's.
    await Promise.all(
      document
        .getAnimations()
        .map(
          (animation) =>
            animation.finished.catch(() => undefined).constructor === Promise &&
            Promise.race([
              animation.finished.catch(() => undefined),
              new Promise((done) => setTimeout(done, 400)),
            ]),
        ),
    );
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
  });
  if (rejected) throw new Error(`axe: ${JSON.stringify(rejected)}`);
  return value;
}
