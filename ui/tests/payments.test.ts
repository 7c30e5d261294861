import { afterEach, describe, expect, it } from "vitest";
import type { PaymentState } from "../src/bindings/PaymentState";
import type { PaymentView } from "../src/bindings/PaymentView";
import { useLanguage } from "../src/lib/i18n.svelte";
import { kindOf } from "../src/lib/payments";

afterEach(() => useLanguage("en"));

describe("a payment in a list", () => {
  // Every state but the final one: the type says when one is left out.
  const UNSETTLED: Record<Exclude<PaymentState, "settled">, true> = {
    proposed: true,
    approved: true,
    awaits_signature: true,
    signed: true,
    submitted: true,
    included: true,
    failed: true,
    replaced: true,
    expired: true,
    unknown: true,
  };
  const kind = (direction: PaymentView["direction"], state: PaymentState) =>
    kindOf({ direction, state } as PaymentView);

  it.each([
    ["en", "out", "Paid", "Payment"],
    ["en", "in", "Received", "Incoming payment"],
    ["en", "own", "Between own accounts", "Between own accounts"],
    ["zh-CN", "out", "已付款", "付款"],
    ["zh-CN", "in", "已收款", "收款"],
    ["zh-CN", "own", "自己账户间", "自己账户间"],
  ] as const)("in %s, going %s, is called %s when it is final, and %s in any other state", (...row) => {
    const [language, direction, settled, unsettled] = row;
    useLanguage(language);
    expect(kind(direction, "settled")).toBe(settled);
    for (const state of Object.keys(UNSETTLED) as PaymentState[]) {
      expect([state, kind(direction, state)]).toEqual([state, unsettled]);
    }
  });
});
