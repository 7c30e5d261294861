// Steps of one story: after one that failed the rest is not tried.
import { test } from "node:test";

/** A `test` whose tests stop at the first failure, at which `look` takes a picture. */
export function story(look) {
  let broken = null;
  return (name, act) =>
    test(name, async (context) => {
      if (broken) throw new Error(`not tried, because this failed: ${broken}`);
      try {
        await act(context);
      } catch (error) {
        broken = name;
        await look?.().catch(() => undefined);
        throw error;
      }
    });
}
