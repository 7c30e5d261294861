import { describe, expect, it } from "vitest";
import type { ErrorView } from "../src/bindings/ErrorView";
import { Attempt } from "../src/lib/attempt.svelte";

const DECLINED: ErrorView = { code: "declined", retryable: true, money: "safe", values: {} };

describe("an attempt", () => {
  it("is made once at a time", async () => {
    const attempt = new Attempt();
    let done = 0;
    let finish = () => {};
    const act = () => new Promise<void>((resolve) => ((done += 1), (finish = resolve)));
    const running = attempt.run(act);
    await attempt.run(act);
    expect([done, attempt.busy]).toEqual([1, true]);
    finish();
    await running;
    expect(attempt.busy).toBe(false);
    void attempt.run(act);
    expect(done).toBe(2);
  });

  it("says why it failed until the next one", async () => {
    const attempt = new Attempt();
    await attempt.run(() => Promise.reject(DECLINED));
    expect([attempt.error, attempt.busy]).toEqual([DECLINED, false]);
    let meanwhile: ErrorView | null | undefined;
    await attempt.run(async () => void (meanwhile = attempt.error));
    expect([meanwhile, attempt.error]).toEqual([null, null]);
  });

  it("can fail with what was answered", async () => {
    const attempt = new Attempt();
    await attempt.run(async () => void (attempt.error = DECLINED));
    expect(attempt.error).toEqual(DECLINED);
  });
});
