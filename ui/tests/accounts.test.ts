import { afterEach, describe, expect, it } from "vitest";
import type { AccountView } from "../src/bindings/AccountView";
import type { PaymentView } from "../src/bindings/PaymentView";
import { accountChoice, accountName, accountOf } from "../src/lib/accounts";
import { errorText } from "../src/lib/errors";
import { useLanguage } from "../src/lib/i18n.svelte";
import { isFailed, isWaiting, standing } from "../src/lib/payments";

const account = (values: Partial<AccountView>): AccountView => ({
  index: 0,
  label: "",
  address: "0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
  path: "m/44'/60'/0'/0/0",
  wallet: null,
  ...values,
});

afterEach(() => useLanguage("en"));

describe("an account", () => {
  it("is called by its label, its number, or the wallet that has its keys", () => {
    useLanguage("en");
    expect(accountName(account({ index: 2 }))).toBe("Account 3");
    expect(accountName(account({ label: "Savings", wallet: "73c5da0a" }))).toBe("Savings");
    // Its number here says nothing to a person.
    expect(accountName(account({ index: 1000, wallet: "73c5da0a" }))).toBe("Watched 73c5da0a");
    useLanguage("zh-CN");
    expect(accountName(account({ index: 1000, wallet: "73c5da0a" }))).toBe("观察账户 73c5da0a");
  });

  it("says in a list of choices that it is only watched, once", () => {
    useLanguage("en");
    expect(accountChoice(account({ label: "Savings", wallet: "73c5da0a" }))).toBe("Savings · watched");
    expect(accountChoice(account({ wallet: "73c5da0a" }))).toBe("Watched 73c5da0a");
    expect(accountChoice(account({ label: "Daily" }))).toBe("Daily");
  });

  it("is found by its number", () => {
    useLanguage("en");
    const all = [account({}), account({ index: 1000, label: "Savings", wallet: "73c5da0a" })];
    expect(accountOf(all, 1000)).toBe("Savings");
    expect(accountOf(all, 7)).toBe("Account 8");
  });
});

describe("a payment that awaits its signature", () => {
  const payment = { state: "awaits_signature", sight: null, cancelling: false } as PaymentView;

  it("is neither on its way nor failed", () => {
    expect(isWaiting(payment)).toBe(false);
    expect(isFailed(payment)).toBe(false);
    for (const [language, said] of [
      ["en", "No money has moved"],
      ["zh-CN", "钱没有动"],
    ] as const) {
      useLanguage(language);
      expect(standing(payment)).toContain(said);
    }
  });

  it("says what is wrong with an answer, in both languages", () => {
    const incomplete = {
      code: "cold_incomplete",
      retryable: false,
      money: "safe",
      values: { have: "2", need: "5" },
    } as const;
    for (const language of ["en", "zh-CN"] as const) {
      useLanguage(language);
      const { what, next } = errorText(incomplete);
      expect(what).toMatch(/2.*5|5.*2/);
      expect(next).not.toContain("jiaozi ");
      for (const code of ["cold_other_signer", "cold_not_asked", "cold_damaged", "cold_mixed"] as const)
        expect(errorText({ ...incomplete, code }).what).not.toBe(
          errorText({ ...incomplete, code: "internal" }).what,
        );
    }
  });
});
