// A shop's day at the till: set up in the real window, charges paid by the
// terminal's wallet of another profile, green on both windows, a refund that
// the vault allows, the day closed.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { join } from "node:path";
import { axe } from "./lib/axe.mjs";
import { until } from "./lib/display.mjs";
import { Payer } from "./lib/payer.mjs";
import { story } from "./lib/steps.mjs";
import { SCREENS, startWallet } from "./lib/wallet.mjs";

const PIN = "518264";
const PHRASE = "paper lantern";
const SHOP = "Old Wang's Fruit";
const CUSTOMER = "Customer display";

/** The window's title in each language. */
const TITLES = { en: "Jiaozi", "zh-CN": "交子" };

let wallet, page, vault, window_, customer, payer, code;
let title = TITLES.en;
const shot = (name) => window_.picture(join(SCREENS, `${name}.png`), title);
const customerShot = (name) => window_.picture(join(SCREENS, `${name}.png`), CUSTOMER);
const test = story(() => shot("till-failed"));
const way = (index) => page.click(`.ways button:nth-child(${index})`);
const toTill = () => page.run(() => document.querySelectorAll("nav li button")[3].click());

before(async () => {
  wallet = await startWallet();
  payer = new Payer(wallet, "customer");
  window_ = await wallet.open();
  ({ page, vault } = window_);
  await page.size(960, 640);
});
after(async () => {
  await payer?.stop();
  await wallet?.stop();
});

test("a shopkeeper has a wallet", async () => {
  await page.click(".way", "Make a new wallet");
  await page.click("fieldset label", "English");
  await page.click("fieldset label", "Later");
  await page.find(".state", "The keyring works");
  await page.click("button.primary", "Open the vault");
  await vault.says("Your phrase");
  await vault.type(PHRASE);
  await vault.press("Return");
  await vault.at("PIN");
  await vault.type(PIN);
  await vault.press("Return");
  await vault.at("The same PIN again");
  await vault.type(PIN);
  await vault.press("Return");
  await vault.says("Your wallet is ready");
  await vault.press("Return");
  await page.find("[data-testid=balance]", "¥0");
  await page.invoke("top_up", { account: 0, amount: "500" });
  await payer.start("500");
});

test("sets the till up, and the vault signs the shop's name", async () => {
  await toTill();
  await page.find("h1", "Open a till");
  assert.deepEqual(await axe(page), []);
  await page.type("input[name=shop]", SHOP);
  await shot("till-01-set-up");
  await page.click("button.primary", "Open the till");
  await vault.says(SHOP);
  await vault.picture(join(SCREENS, "till-02-vault-name.png"));
  await vault.type(PIN);
  await vault.press("Return");
  await page.find("[data-testid=till] h1", SHOP);
  const till = await until("the shop's name to be signed", async () => {
    const { value } = await page.invoke("till");
    return value.signed_until !== null && value;
  });
  assert.equal(till.shop, SHOP);
  assert.ok(till.signed_until > till.health.seen_at);
  await vault.gone();
});

test("has items with barcodes, and staff with codes that the till gives out", async () => {
  await way(5);
  for (const [name, price, barcode] of [
    ["Lychees", "4", "6901234567892"],
    ["Mangoes", "8.50", ""],
    ["Oranges", "3.20", ""],
  ]) {
    await page.type("input[name=item]", name);
    await page.type("input[name=price]", price);
    if (barcode) await page.type("input[name=barcode]", barcode);
    await page.click("form button.primary", "Add");
    await page.find(".setting", name);
  }
  assert.deepEqual(await axe(page), []);
  await shot("till-03-items");
  await page.click("fieldset label", "Staff");
  await page.type("input[name=staff]", "Lin Wei");
  await page.click(".check", "May refund");
  await page.click("form button.primary", "Add");
  code = (await page.find("[data-testid=staff-code]")) && (await page.text("[data-testid=staff-code]"));
  code = code.replaceAll(/\D/g, "");
  assert.match(code, /^\d{6}$/);
  assert.deepEqual(await axe(page), []);
  await page.click("dialog button.primary", "Written down");
});

test("opens the customer display, which can do nothing", async () => {
  await toTill();
  await way(3);
  customer = await page.other();
  await page.inside(customer, async (display) => {
    await display.find("main[data-stage=idle] h1", SHOP);
    for (const command of [
      "app_state",
      "till",
      "make_charge",
      "refund",
      "show_customer",
      "approve",
      "plugin:window|close",
    ]) {
      const answer = await display.invoke(command, { charge: null, reader: "jiaozi", input: {} });
      assert.match(JSON.stringify(answer.rejected), /not allowed|not found/i, command);
    }
  });
});

test("a scanner adds an item wherever the focus is, and a person's typing stays", async () => {
  await page.click("[data-testid=till] .left input");
  await page.type("[data-testid=till] .left input", "for Min");
  await page.press([..."6901234567892", "\uE007"]);
  await page.find(".sale li", "Lychees");
  assert.equal(await page.run(() => document.querySelector(".left input").value), "for Min");
  await page.click(".grid button", "Mangoes");
  await page.find("[data-testid=sum]", "¥12.50");
  await shot("till-04-sale");
  assert.deepEqual(await axe(page), []);
});

test("a charge is shown to both, paid by another wallet, and green on both", async () => {
  await page.run(() => document.activeElement.blur());
  await page.press(["\uE007"]);
  await page.find("[data-testid=charge-panel] .qr img");
  const { value } = await page.invoke("charges", { query: { state: "open" } });
  const [charge] = value.charges;
  assert.equal(charge.amount.plain, "12.50");
  await page.inside(customer, async (display) => {
    await display.find("main[data-stage=pay] h1", "¥12.50");
    await display.find("[data-testid=countdown]");
    assert.deepEqual(await axe(display), []);
  });
  await shot("till-05-charge");
  await customerShot("till-06-customer");
  assert.deepEqual(await axe(page), []);

  await payer.pay(charge.link);
  await page.find("[data-testid=charge-panel][data-state=paid] [data-testid=code]", charge.code);
  await page.inside(customer, async (display) => {
    await display.find("main[data-stage=paid] [data-testid=code]", charge.code);
    assert.deepEqual(await axe(display), []);
  });
  await shot("till-07-green");
  await customerShot("till-08-customer-green");
  assert.deepEqual(await axe(page), []);
  assert.equal(await payer.balance(), "487.50");
});

test("too much is said in words, and goes back with the staff code and the vault", async () => {
  await page.click("button.primary", "Next customer");
  await page.press([..."5"]);
  await page.press(["\uE007"]);
  await page.find("[data-testid=charge-panel] .qr img");
  const { value } = await page.invoke("charges", { query: { state: "open" } });
  const [charge] = value.charges;
  await payer.pay(charge.address, "8");
  await page.find("[data-testid=charge-panel][data-state=paid] .odd", "¥3.00 too much");
  await page.click(".odd button", "Return it");
  await page.find("dialog", "It is not the wallet's PIN");
  assert.deepEqual(await axe(page), []);
  await page.type("dialog input[type=password]", code === "000000" ? "111111" : "000000");
  await page.click("dialog button.primary", "Return ¥3.00");
  await page.find("dialog .fault");
  await page.type("dialog input[type=password]", code);
  await shot("till-09-refund");
  await page.click("dialog button.primary", "Return ¥3.00");
  // Within quick pay the vault's policy allows it; above it its window asks.
  await until("the refund", async () => {
    const { value: now } = await page.invoke("charge", { id: charge.id });
    return now.refunds.some(({ state, amount }) => state === "paid" && amount.plain === "3.00");
  });
  await until("the money to be back", async () => (await payer.balance()) === "482.50");
});

test("the day is closed, and the books agree with the ledger", async () => {
  await page.run(() => document.querySelector("dialog button[aria-label]")?.click());
  await toTill();
  await way(2);
  await page.find("[data-testid=report][data-kind=x]");
  assert.deepEqual(await axe(page), []);
  await page.click("button.primary", "Close the day");
  await page.click("dialog button.primary", "Close the day");
  await page.find("[data-testid=report][data-kind=z][data-agrees=true]", "¥17.50");
  await shot("till-10-z-report");
  assert.deepEqual(await axe(page), []);
});

test("every page of the till in both languages and both themes", async () => {
  for (const language of ["zh-CN", "en"]) {
    for (const theme of ["light", "dark"]) {
      await page.run(() => document.querySelectorAll("nav li button")[4].click());
      for (const value of [language, theme])
        await page.run((v) => document.querySelector(`main input[value="${v}"]`).click(), value);
      await until(`${language} and ${theme}`, () =>
        page.run(
          (l, t) => document.documentElement.lang === l && document.documentElement.dataset.theme === t,
          language,
          theme,
        ),
      );
      title = TITLES[language];
      const faults = [];
      const look = async (part) => {
        await until(`${part} to be filled`, () => page.run(() => !document.querySelector(".bone")));
        await shot(`till/${part}-${language}-${theme}`);
        faults.push(...(await axe(page)).map((fault) => `${part} ${language} ${theme} ${fault}`));
      };
      await toTill();
      await page.find("[data-testid=sum]");
      await page.press([..."12.5"]);
      await look("sale");
      await page.press(["\uE007"]);
      await page.find("[data-testid=charge-panel] .qr img");
      await look("charge");
      await page.inside(customer, (display) => display.find("main[data-stage=pay]"));
      await customerShot(`till/customer-${language}-${theme}`);
      const { value } = await page.invoke("charges", { query: { state: "open" } });
      await payer.pay(value.charges[0].link);
      await page.find("[data-testid=charge-panel][data-state=paid]");
      await look("green");
      await page.inside(customer, (display) => display.find("main[data-stage=paid]"));
      await customerShot(`till/customer-green-${language}-${theme}`);
      await page.press(["\uE007"]);
      await way(1);
      await page.find("button.charge");
      await look("charges");
      await page.click("button.charge");
      await page.find("[data-testid=charge-page]");
      await look("charge-page");
      await toTill();
      await way(2);
      await page.find("[data-testid=report]");
      await page.run(() => {
        const which = document.querySelector("main select");
        which.value = which.options[1].value;
        which.dispatchEvent(new Event("change", { bubbles: true }));
      });
      await page.find("[data-testid=report][data-kind=z]");
      await look("z-report");
      await toTill();
      await way(5);
      await page.run(() => document.querySelector("main input[value=shop]").click());
      await page.find("main .shop");
      await look("settings");
      assert.deepEqual(faults, []);
    }
  }
});
