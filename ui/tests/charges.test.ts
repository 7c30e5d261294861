import { describe, expect, it } from "vitest";
import type { AmountView } from "../src/bindings/AmountView";
import type { ChargePayment } from "../src/bindings/ChargePayment";
import type { ChargeView } from "../src/bindings/ChargeView";
import type { RefundView } from "../src/bindings/RefundView";
import { alarmOf, hasUnasked } from "../src/lib/charges";

const money = (fen: number): AmountView => ({
  asset: { id: "yuan", symbol: "CNYS", decimals: 2, yuan: true },
  atoms: String(fen),
  plain: String(fen),
  text: String(fen),
});
const none = { under: false, over: false, late: false, wrong_asset: false, taken_back: false };
const charge = (state: ChargeView["state"], part: Partial<ChargeView> = {}) =>
  ({
    state,
    flags: none,
    amount: money(500),
    payments: [],
    refunds: [],
    returnable: money(0),
    returnable_other: [],
    ...part,
  }) as unknown as ChargeView;
const payments = (count: number) => Array.from({ length: count }, () => ({}) as ChargePayment);

describe("what someone at the till has to be told of", () => {
  const closed = charge("closed");
  const late = charge("closed", {
    flags: { ...none, late: true },
    payments: payments(1),
    returnable: money(500),
  });

  it("is money that came late, once", () => {
    expect(alarmOf(closed, late)).toBe("unasked");
    expect(alarmOf(undefined, late)).toBe("unasked");
    expect(alarmOf(late, { ...late, version: 9 })).toBeNull();
    expect(alarmOf(late, { ...late, payments: payments(2) })).toBe("unasked");
  });

  it("is not what goes back", () => {
    expect(alarmOf(late, { ...late, refunds: [{} as RefundView] })).toBeNull();
    expect(alarmOf(undefined, { ...late, refunds: [{} as RefundView] })).toBeNull();
    expect(alarmOf(late, { ...late, returnable: money(0) })).toBeNull();
  });

  it("is a payment that the ledger took back, each time", () => {
    const paid = charge("paid", { payments: payments(1), returnable: money(500) });
    const back = charge("open", { flags: { ...none, taken_back: true }, payments: payments(1) });
    expect(alarmOf(paid, back)).toBe("taken_back");
    expect(alarmOf(undefined, back)).toBe("taken_back");
    expect(alarmOf(back, { ...back, version: 9 })).toBeNull();
    const again = { ...paid, flags: back.flags };
    expect(alarmOf(back, again)).toBeNull();
    expect(alarmOf(again, { ...back, state: "revoked" })).toBe("taken_back");
  });

  it("is what was paid too much, until it is returned", () => {
    const over = charge("paid", {
      flags: { ...none, over: true },
      payments: payments(1),
      returnable: money(800),
    });
    expect(alarmOf(charge("open"), over)).toBe("unasked");
    expect(hasUnasked({ ...over, returnable: money(500), refunds: [{} as RefundView] })).toBe(false);
  });

  it("is not a payment as it was asked for", () => {
    const paid = charge("paid", { payments: payments(1), returnable: money(500) });
    expect(alarmOf(charge("open"), paid)).toBeNull();
  });
});
