// A shop that pays the fee: in the real window, on a real Conflux node. The payer has yuan in Core Space
// and no coin at all, before and after; that, and who paid the fee, is asked of the node itself. Runs in
// a network namespace of its own (run.sh): the node listens on every interface.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { join } from "node:path";
import { finished, started } from "../nodes/lib/started.mjs";
import { call } from "../nodes/lib/rpc.mjs";
import { axe } from "./lib/axe.mjs";
import { pause, until } from "./lib/display.mjs";
import { restoreWallet } from "./lib/restored.mjs";
import { requestFor } from "./lib/shop.mjs";
import { story } from "./lib/steps.mjs";
import { SCREENS, startWallet } from "./lib/wallet.mjs";

// A published vector of BIP-39. Never put money there.
const WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const PHRASE = "paper kite";
const PIN = "604718";
const NAME = "Core test";
/** `balanceOf(address)`. */
const BALANCE_OF = "0x70a08231";

let node, yuan, shop, wallet, window_, page, vault, payer;
const shot = (name) => window_.picture(join(SCREENS, `sponsored-${name}.png`));
const test = story(() => shot("failed"));

/** What the deploying script says; it works with the contract of `yuan` once there is one. */
async function deploy(...more) {
  const { coreUrl, fundedKeys } = node.facts;
  const { code, output } = await finished(
    "deploy-core.mjs",
    "--url",
    coreUrl,
    "--key",
    fundedKeys[0].key,
    ...more,
  );
  assert.equal(code, 0, output);
  return JSON.parse(output);
}

const core = (method, ...params) => call(node.facts.coreUrl, method, params);
const coinOf = async (address) => BigInt(await core("cfx_getBalance", address, "latest_state"));

/** Fen of a funded key's account, which in Core Space begins with 1. */
async function fenOf({ address }) {
  const data = `${BALANCE_OF}${`1${address.slice(3).toLowerCase()}`.padStart(64, "0")}`;
  return BigInt(await core("cfx_call", { to: yuan, data }, "latest_state"));
}

before(async () => {
  node = await started("conflux.mjs");
  ({ token: yuan, minter: shop } = await deploy("--sponsor"));
  wallet = await startWallet();
  window_ = await wallet.open();
  ({ page, vault } = window_);
  await page.size(960, 640);
});
after(async () => {
  await wallet?.stop();
  node?.child.stdin.end();
  await node?.ended;
});

test("a network of Core Space is added in the settings, and its yuan taught to the vault", async () => {
  await restoreWallet(window_, { words: WORDS, phrase: PHRASE, pin: PIN });
  await page.click("nav button", "Settings");
  await page.run(() => document.querySelector("main input[value=networks]").click());
  await page.click("button", "Add a network");
  await page.fill("Name", NAME);
  await page.fill("Chain (CAIP-2)", `conflux:net${node.facts.coreChainId}`);
  await page.fill("Code of the coin for fees", "CFX");
  await page.fill("Endpoint", node.facts.coreUrl);
  await page.fill("Token contract", yuan);
  await page.choose("A payment is final", "risk");
  await page.click("label.check", "Its money is real");
  await page.click("dialog button.primary", "Check");
  await page.find("dialog .found", "The network works");
  await page.find("dialog .found", "nobody can check what it says");
  await shot("01-network");
  await page.click("dialog button.primary", "Add");
  for (const currency of ["SBY", "CFX"]) {
    await vault.says(currency);
    // A sheet without a PIN is not to be answered by what was typed before it came.
    await pause(1_000);
    // The first focus is on the refusal.
    await vault.press("Tab", "Return");
  }
  await page.click(".setting button", "Use");
  const network = await until("the network to be in use", async () => {
    const { value } = await page.invoke("app_state");
    return value.network.name === NAME && value.network;
  });
  assert.equal(network.id, `conflux:net${node.facts.coreChainId}`);
});

test("the payer gets yuan, and has no coin", async () => {
  payer = (await page.invoke("accounts")).value[0].address;
  assert.match(payer, /^net1234:/);
  await deploy("--token", yuan, "--mint", `${payer}=30000`);
  assert.equal(await coinOf(payer), 0n);
  await page.run(() => document.querySelectorAll("nav li button")[0].click());
  await page.find("[data-testid=balance]", "¥300.00");
});

test("the shop pays the fee: the form says so, the vault asks, the receipt is stamped", async () => {
  await page.click(".acts button", "Pay");
  const to = `conflux:${shop}`;
  await page.type(
    "input.input",
    requestFor({ fen: 1250, reference: "K-2048", name: "Old Wang's Fruit", to }),
  );
  await page.click("button.primary", "Read");
  await page.find("[data-testid=fee]", "The shop pays the fee");
  await page.find("[data-testid=after]", "¥287.50");
  await shot("02-the-shop-pays-the-fee");
  assert.deepEqual(await axe(page), []);
  await page.click("button.primary", "Pay ¥12.50");

  await vault.says("12.50");
  await vault.says("If the shop pays the fee");
  await vault.picture(join(SCREENS, "sponsored-03-vault.png"));
  await vault.type(PIN);
  await vault.press("Return");
  await page.find("[data-testid=ticket][data-state=settled] svg", "PAID");
  await shot("04-receipt");
  await page.click("button", "Done");
  await page.find("[data-testid=balance]", "¥287.50");
});

test("the node says the same: the contract's sponsor paid, and the payer never had a coin", async () => {
  const { value: activity } = await page.invoke("activity", {
    query: { text: "", direction: "out", state: "all", from: null, to: null, cursor: null, limit: 10 },
  });
  assert.equal(activity.rows.length, 1);
  const [paid] = activity.rows;
  assert.equal(paid.fee, null);
  const receipt = await core("cfx_getTransactionReceipt", paid.transaction);
  assert.equal(receipt.outcomeStatus, "0x0");
  // The node writes the kind of the address, too.
  assert.equal(receipt.from.toLowerCase().replace(":type.user", ""), payer);
  assert.equal(receipt.gasCoveredBySponsor, true);
  assert.equal(receipt.storageCoveredBySponsor, true);
  assert.ok(BigInt(receipt.gasFee) > 0n, "somebody paid for the gas");
  assert.equal(await coinOf(payer), 0n);
  assert.equal(BigInt(await core("cfx_getNextNonce", payer)), 1n);
  assert.equal(await fenOf(node.facts.fundedKeys[0]), 1250n);
});
