// A newcomer's first day: a wallet with its backup checked, money from the
// sandbox bank, a request paid at once and a larger one approved in the vault,
// receipts. The real window, the real vault, a real keyring.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { join } from "node:path";
import { axe } from "./lib/axe.mjs";
import { until } from "./lib/display.mjs";
import { SHOP, requestFor } from "./lib/shop.mjs";
import { story } from "./lib/steps.mjs";
import { SCREENS, startWallet } from "./lib/wallet.mjs";

const test = story(() => shot("failed"));

const PHRASE = "blue teapot";
const PIN = "283917";

let wallet, page, vault, window_;
const shot = (name) => window_.picture(join(SCREENS, `${name}.png`));
const vaultShot = (name) => vault.picture(join(SCREENS, `${name}.png`));

before(async () => {
  wallet = await startWallet();
  window_ = await wallet.open();
  ({ page, vault } = window_);
  await page.size(960, 640);
});
after(() => wallet?.stop());

test("makes a wallet in the vault's window and types every word back", async () => {
  await page.find("h1", "paper you can trust");
  await shot("01-welcome");
  assert.deepEqual(await axe(page), []);
  await page.click(".way", "Make a new wallet");
  await page.click("fieldset label", "English");
  await page.find(".state", "The keyring works");
  await shot("02-make");
  assert.deepEqual(await axe(page), []);
  await page.click("button.primary", "Open the vault");
  await page.find("dialog", "This window never asks for your PIN");

  await vault.says("Your phrase");
  await vault.type(PHRASE);
  await shot("03-continue-in-the-vault");
  await vaultShot("04-vault-phrase");
  await vault.press("Return");
  await vault.at("PIN");
  await vault.type(PIN);
  await vault.press("Return");
  await vault.at("The same PIN again");
  await vault.type(PIN);
  await vaultShot("05-vault-pin");
  await vault.press("Return");

  await vault.says("Whoever sees the words can take the money");
  await vaultShot("06-vault-words-covered");
  await vault.press("Return");
  const heard = await vault.says("Word 12:");
  const words = Array.from({ length: 12 }, (_, i) => {
    const label = `Word ${i + 1}: `;
    return heard.find(({ name }) => name.startsWith(label)).name.slice(label.length);
  });
  await vaultShot("07-vault-words");
  await vault.press("Tab", "Tab", "Return");
  await vault.says("Type the words back");
  await vault.type(`${words.join(" ")} `);
  await vault.says("All 12 words are right");
  await vaultShot("08-vault-checked");
  await vault.press("Return");
  await vault.says("Your wallet is ready");
  await vaultShot("09-vault-done");
  await vault.press("Return");

  await page.find("[data-testid=balance]", "¥0");
  const { value: state } = await page.invoke("app_state");
  assert.equal(state.vault.backup, "checked");
  assert.equal(state.vault.sealing, "keyring");
  await shot("10-home-empty");
  assert.deepEqual(await axe(page), []);
});

test("tops up from the sandbox bank", async () => {
  await page.click(".acts button", "Top up");
  await page.find("dialog", "play money");
  await shot("11-top-up");
  assert.deepEqual(await axe(page), []);
  await page.click("dialog button.primary", "Top up ¥500");
  await page.find("[data-testid=balance]", "¥500.00");
  await page.find(".payment", "+¥500.00");
  await shot("12-home-topped-up");
});

test("pays a request at once, within quick pay", async () => {
  await page.click(".acts button", "Pay");
  await page.find("h1", "Pay");
  await shot("13-pay");
  assert.deepEqual(await axe(page), []);
  await page.type("input.input", requestFor({ fen: 1250, reference: "A-1024", name: "Old Wang's Fruit" }));
  await page.click("button.primary", "Read");
  await page.find("[data-testid=payee-name]", "Old Wang's Fruit");
  await page.find(".claimed", "Nobody has checked it");
  await page.find("[data-testid=after]", "¥487.50");
  await page.find(".hint", "no PIN needed");
  await shot("14-pay-quick");
  assert.deepEqual(await axe(page), []);
  await page.click("button.primary", "Pay ¥12.50");
  await page.find("[data-testid=ticket][data-state=settled] svg", "PAID");
  await shot("15-receipt");
  assert.deepEqual(await axe(page), []);
  await page.click("button", "Done");
  await page.find("[data-testid=balance]", "¥487.50");
});

test("a request is paid once", async () => {
  const again = await page.invoke("read_request", {
    text: requestFor({ fen: 1250, reference: "A-1024", name: "Old Wang's Fruit" }),
  });
  assert.ok(again.value.already, JSON.stringify(again));
  const proposal = await page.invoke("propose", {
    input: { request: again.value.request, amount: null, asset: null, account: 0, note: null },
  });
  assert.equal(proposal.rejected?.code, "already_paid", JSON.stringify(proposal));
});

test("a larger payment is approved in the vault, with the PIN", async () => {
  await page.click(".acts button", "Pay");
  await page.type("input.input", requestFor({ fen: 30000, reference: "A-1025", name: "Old Wang's Fruit" }));
  await page.click("button.primary", "Read");
  await page.find(".hint", "asks for your PIN");
  await shot("16-pay-approval");
  await page.click("button.primary", "Pay ¥300.00");

  const heard = await vault.says("300.00");
  assert.ok(
    heard.some(({ name }) => name.includes(PHRASE)),
    "the window shows the personal phrase",
  );
  const said = heard
    .map(({ name, text }) => `${name} ${text}`)
    .join(" ")
    .replaceAll(/\s/g, "");
  assert.ok(
    said.toLowerCase().includes(SHOP.slice(2, 10).toLowerCase()),
    "the vault shows the payee's address",
  );
  assert.ok(!said.includes("OldWang"), "the vault does not repeat a name that the request claims");
  await vault.type("111111");
  await vault.press("Return");
  await vault.says("not right");
  await vaultShot("17-vault-wrong-pin");
  for (let i = 0; i < 8; i++) await vault.press("BackSpace");
  await vault.type(PIN);
  await vaultShot("18-vault-approve");
  await vault.press("Return");
  await page.find("[data-testid=ticket][data-state=settled] svg", "PAID");
  await page.click("button", "Done");
  await page.find("[data-testid=balance]", "¥187.50");
  await shot("19-home-after");
});

test("a declined payment moves nothing", async () => {
  await page.click(".acts button", "Pay");
  await page.type("input.input", requestFor({ fen: 18000, reference: "A-1026" }));
  await page.click("button.primary", "Read");
  await page.click("button.primary", "Pay ¥180.00");
  // Within one payment's limit: this one is quick. The next is above it.
  await page.find("[data-testid=ticket][data-state=settled]");
  await page.invoke("lock");
  await page.click("button", "Done");
  await page.click(".acts button", "Pay");
  await page.type("input.input", requestFor({ fen: 500, reference: "A-1027" }));
  await page.click("button.primary", "Read");
  await page.click("button.primary", "Pay ¥5.00");
  // The vault is locked: first the PIN, then the payment, which can still be refused.
  await vault.says("Type your PIN to open the vault");
  await vault.type(PIN);
  await vault.press("Return");
  await vault.says("5.00");
  await vaultShot("20-vault-refusable");
  await vault.press("Escape");
  await vault.gone();
  await page.find("[data-code=declined]");
  await shot("21-declined");
  await page.press(["\uE00C"]);
  await page.find("[data-testid=balance]", "¥7.50");
});

test("what is wrong is said plainly, with a next step", async () => {
  await page.click(".acts button", "Pay");
  for (const [text, said] of [
    ["hello", "no payment request"],
    [`${SHOP.slice(0, -1)}`, "not a complete address"],
    [
      SHOP.replace(/[a-f]/, (c) => c.toUpperCase()).replace(/[A-F](?=[^A-F]*$)/, (c) => c.toLowerCase()),
      "wrong",
    ],
    ["ethereum:0x0000000000000000000000000000000000000001@1?value=1", "network"],
  ]) {
    await page.run(() => {
      const field = document.querySelector("input.input");
      field.value = "";
      field.dispatchEvent(new Event("input"));
    });
    await page.type("input.input", text);
    await page.click("button.primary", "Read");
    await page.find(".fault", said);
  }
  await shot("22-wrong-network");
  assert.deepEqual(await axe(page), []);
  const picture = await page.later(() =>
    window.__TAURI_INTERNALS__.invoke("read_image", new Uint8Array(20 * 1024 * 1024 + 2).fill(7)),
  );
  assert.match(picture.rejected.code, /^image_/);
});

test("everything is there after a restart, from this computer's records", async () => {
  await window_.close();
  window_ = await wallet.open();
  ({ page, vault } = window_);
  await page.find("[data-testid=balance]", "¥7.50");
  await page.find(".payment", "Old Wang's Fruit");
  const { value: activity } = await page.invoke("activity", {
    query: { text: "", direction: "all", state: "all", from: null, to: null, cursor: null, limit: 50 },
  });
  assert.equal(activity.rows.filter(({ direction }) => direction === "out").length, 3);
  await until("the sum", async () => (await page.invoke("refresh", { account: 0 })).value.online);
});

test("every page in both languages, both themes and both sizes", async () => {
  const shown = async (name) => {
    // Pages fill in from this computer's records.
    await until(`${name} to be filled`, () => page.run(() => !document.querySelector(".bone")));
    await shot(name);
  };
  for (const [width, height] of [
    [960, 640],
    [1280, 800],
  ]) {
    await page.size(width, height);
    for (const language of ["en", "zh-CN"]) {
      for (const theme of ["light", "dark"]) {
        const name = (part) => `pages/${part}-${language}-${theme}-${width}`;
        const nav = (index) => page.run((i) => document.querySelectorAll("nav li button")[i].click(), index);
        const faults = [];
        const look = async (part) => {
          await shown(name(part));
          if (width === 960)
            faults.push(...(await axe(page)).map((fault) => `${part} ${language} ${theme} ${fault}`));
        };
        // In the settings, as a person changes them.
        await nav(4);
        for (const value of [language, theme]) {
          await page.run((v) => document.querySelector(`main input[value="${v}"]`).click(), value);
        }
        await until(`${language} and ${theme}`, () =>
          page.run(
            (l, t) => document.documentElement.lang === l && document.documentElement.dataset.theme === t,
            language,
            theme,
          ),
        );
        await nav(0);
        await page.find("[data-testid=balance]");
        await look("home");
        await page.click(".acts button:nth-child(1)");
        await page.find(".drop");
        await look("pay");
        await page.type("input.input", SHOP);
        await page.click("form button.primary");
        await page.type("input.amount", "2.5");
        await page.find("[data-testid=after] .money");
        await look("pay-form");
        await page.press(["\uE00C"]);
        await page.press(["\uE00C"]);
        await nav(0);
        await page.click(".acts button:nth-child(2)");
        await page.find(".qr img");
        await look("receive");
        await nav(1);
        await page.find(".payment");
        await look("activity");
        await page.click(".payment");
        await page.find("[data-testid=ticket]");
        await page.run(() => document.querySelector("details").setAttribute("open", ""));
        await look("receipt");
        await nav(2);
        await page.find("main h1");
        await look("contacts");
        await nav(4);
        for (const section of ["general", "security", "networks", "about"]) {
          await page.run((value) => document.querySelector(`main input[value=${value}]`).click(), section);
          await look(`settings-${section}`);
        }
        assert.deepEqual(faults, []);
      }
    }
  }
});
