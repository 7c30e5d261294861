// Money whose keys are on a computer without a network: its account is watched, a payment from it is
// prepared, signed by the real vault (in a network namespace that has no interface at all) from pictures
// of this window, and the answer is brought back as pictures, of which some are missing at first.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { after, before } from "node:test";
import { join } from "node:path";
import { promisify } from "node:util";
import { axe } from "./lib/axe.mjs";
import { pause, until, windowsOf } from "./lib/display.mjs";
import { restoreWallet } from "./lib/restored.mjs";
import { SHOP } from "./lib/shop.mjs";
import { story } from "./lib/steps.mjs";
import { PROGRAM, SCREENS, startWallet } from "./lib/wallet.mjs";

const run = promisify(execFile);
const VAULT = join(PROGRAM, "..", "jiaozi-vault");
/** The wallet of this computer, and the one of the computer without a network (BIP-39 test vectors). */
const HERE = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const COLD = `${"abandon ".repeat(11)}about`;
const FINGERPRINT = "73c5da0a";
const ADDRESS = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94";

let wallet, page, window_, cold;
const shot = (name) => window_.picture(join(SCREENS, "cold", `${name}.png`));
const test = story(() => shot("failed"));

/** Runs the vault where there is no network, with these words. */
async function offline(words, ...args) {
  const isolated = process.getuid() === 0 ? ["--net"] : ["--map-root-user", "--net"];
  const child = spawn("unshare", [...isolated, VAULT, ...args, "--secret-stdin"], {
    cwd: cold,
    env: wallet.env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (part) => (said += part));
  child.stderr.on("data", (part) => (said += part));
  child.stdin.end(`${words}\n`);
  const [code] = await once(child, "close");
  return { code, said };
}

const pictures = (stem) =>
  readdirSync(cold)
    .filter((name) => name.startsWith(`${stem}-`))
    .sort();

/** Drops files onto the page, as from the desktop. */
const drop = (...names) =>
  page.run(
    (files) => {
      const data = new DataTransfer();
      for (const { name, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        data.items.add(new File([bytes], name));
      }
      window.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    names.map((name) => ({ name, base64: readFileSync(join(cold, name)).toString("base64") })),
  );

/** Takes pictures of the window while the code moves, as a person would with a telephone. */
async function photograph(stem, count) {
  for (let i = 0; i < count; i++) {
    await window_.picture(join(cold, `${stem}-${String(i).padStart(2, "0")}.png`));
  }
}

/** Answers the desktop's own dialogue with a path, typed by hand; `act` opens it. */
async function choose(act, path) {
  const before = new Set(await windowsOf(window_.pid, wallet.env));
  await act();
  const dialogue = await until("the desktop's dialogue", async () =>
    (await windowsOf(window_.pid, wallet.env)).find((window) => !before.has(window)),
  );
  const keys = (...args) => run("xdotool", ["windowfocus", "--sync", dialogue, ...args], { env: wallet.env });
  // A slash opens the dialogue's own line for a path. What is typed while it opens gets lost, so the path
  // itself is typed afterwards, and again if it was not taken.
  await pause(500);
  await keys("type", "--", "/");
  await until("the dialogue to close", async () => {
    await pause(500);
    await keys("key", "ctrl+a").catch(() => undefined);
    await keys("type", "--delay", "30", "--", path).catch(() => undefined);
    await keys("key", "Return").catch(() => undefined);
    await pause(1000);
    const windows = await windowsOf(window_.pid, wallet.env);
    return windows.length > 0 && !windows.includes(dialogue);
  });
}

async function prepare(amount) {
  await page.click(".acts button", "Pay");
  await page.type("input.input", SHOP);
  await page.click("form button.primary", "Read");
  await page.type("input.amount", amount);
  await page.find(".hint", "Its keys are on another computer");
  await page.click("form button.primary", "Prepare payment of");
  await page.find("[data-testid=cold] svg");
}

before(async () => {
  wallet = await startWallet();
  cold = join(wallet.folder, "cold");
  mkdirSync(cold);
  window_ = await wallet.open();
  ({ page } = window_);
  await page.size(960, 640);
  await restoreWallet(window_, { words: HERE, phrase: "blue teapot", pin: "283917" });
});
after(() => wallet?.stop());

test("an account of the other computer is watched", async () => {
  const { code, said } = await offline(COLD, "watch", "--out", "keys.png");
  assert.equal(code, 0, said);
  await page.run(() => document.querySelectorAll("nav li button")[4].click());
  await page.click("button", "Watch an account");
  await page.find("dialog", "cannot spend");
  assert.deepEqual(await axe(page), []);
  await shot("01-watch");
  // A payment address is no public key, and a part of one is not all of it.
  await page.type("dialog .entry input", ADDRESS);
  await page.click("dialog .entry button", "Take");
  await page.find("dialog [data-code=cold_no_frame]");
  const keys = pictures("keys");
  await drop(keys[0]);
  await page.find("dialog [data-testid=codes-progress]", "Add more pictures");
  await shot("02-watch-part");
  await drop(...keys.slice(1));
  await page.find("[data-testid=watch-preview]", FINGERPRINT);
  const previewed = await page.text("[data-testid=watch-preview]");
  assert.ok(previewed.replaceAll(/\s/g, "").includes(ADDRESS), previewed);
  assert.deepEqual(await axe(page), []);
  await shot("03-watch-preview");
  await page.type("dialog form input", "Savings");
  await page.click("dialog button.primary", "Watch this account");
  await page.find(".setting", "Savings");
  await page.find(".watched", FINGERPRINT);
  await shot("04-watched");
  // Twice is once.
  await page.click("button", "Watch an account");
  await drop(...keys);
  await page.find("dialog [data-code=cold_known]");
  // A QR code has one key, a text file both: the address on Core Space is added to the same account.
  const both = await offline(COLD, "watch", "--out", "keys.txt");
  assert.equal(both.code, 0, both.said);
  await drop("keys.txt");
  await page.find("dialog .hint", "“Savings” is watched already");
  await page.find("[data-testid=watch-preview]", "cfx:");
  await shot("05-watch-both");
  await page.click("dialog button.primary", "Watch this account");
  await page.find(".setting", "Savings");
  const { value: accounts } = await page.invoke("accounts");
  assert.deepEqual(
    accounts.map(({ index, label, wallet }) => [index, label, wallet]),
    [
      [0, "", null],
      [1000, "Savings", FINGERPRINT],
    ],
  );
});

test("its money is seen here", async () => {
  await page.run(() => document.querySelectorAll("nav li button")[0].click());
  await page.find(".card select");
  await page.run(() => {
    const list = document.querySelector(".card select");
    list.value = "1000";
    list.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await page.find(".card .watched", FINGERPRINT);
  await page.click(".acts button", "Top up");
  await page.click("dialog button.primary", "Top up ¥500");
  await page.find("[data-testid=balance]", "¥500.00");
  await shot("05-home");
  assert.deepEqual(await axe(page), []);
  await page.click(".acts button", "Receive");
  await page.find(".about", ADDRESS.slice(-4));
  await page.press(["\uE00C"]);
});

test("a payment from it waits for its signature, and is found again after a restart", async () => {
  await prepare("12.5");
  await shot("06-to-sign");
  assert.deepEqual(await axe(page), []);
  await window_.close();
  window_ = await wallet.open();
  ({ page } = window_);
  await page.size(960, 640);
  await page.find(".payment .state", "To be signed");
  await shot("07-home-after-restart");
  await page.click(".payment");
  await page.find("[data-testid=cold] svg");
});

test("the vault without a network reads it from pictures of the window, shows it and signs", async () => {
  await photograph("seen", 16);
  const other = await offline(HERE, "sign", ...pictures("seen"), "--yes", "--out", "other.png");
  assert.notEqual(other.code, 0, "another wallet does not sign it");
  assert.ok(!existsSync(join(cold, "other-01.png")));
  const { code, said } = await offline(COLD, "sign", ...pictures("seen"), "--yes", "--out", "answer.png");
  assert.equal(code, 0, said);
  assert.ok(said.includes("12.50"), said);
  assert.ok(said.replaceAll(/\s/g, "").includes(SHOP.slice(2, 10)), said);
});

test("saved as pictures through the desktop's dialogue it is the same request", async (context) => {
  const folder = join(cold, "stick");
  mkdirSync(folder);
  await choose(() => page.click("button", "Save pictures"), folder);
  const saved = await until("the pictures", () => {
    const names = readdirSync(folder).sort();
    return names.length > 10 && names;
  });
  const kept = saved.filter((_, i) => i % 5 > 1).map((name) => join(folder, name));
  context.diagnostic(`${kept.length} of ${saved.length} pictures are left`);
  const { code, said } = await offline(COLD, "sign", ...kept, "--yes", "--out", "from-stick.txt");
  assert.equal(code, 0, said);
  const camera = await page.run(() => typeof navigator.mediaDevices?.getUserMedia);
  context.diagnostic(`getUserMedia in this webview: ${camera}`);
});

test("what is not the answer is refused in plain words, and nothing is sent", async () => {
  // A code of the request itself.
  await drop(...pictures("seen"));
  await page.find("[data-code=cold_other_type]");
  await shot("08-not-the-answer");
  assert.deepEqual(await axe(page), []);
  const balance = await page.invoke("refresh", { account: 1000 });
  assert.equal(balance.value.balances[0].total.plain, "500.00");
});

test("the answer comes bit by bit, is sent, and there is a receipt", async () => {
  const answer = pictures("answer");
  await drop(answer[0]);
  await page.find("[data-testid=codes-progress]", "1 of");
  await shot("09-part-of-the-answer");
  // Two of five are lost.
  await drop(...answer.slice(1).filter((_, i) => i % 5 > 1));
  await page.find("[data-testid=ticket][data-state=settled] svg", "PAID");
  await page.find("[data-testid=ticket]", "Savings");
  await shot("10-receipt");
  assert.deepEqual(await axe(page), []);
  await page.click("button", "Done");
  await page.find("[data-testid=balance]");
});

test("a payment is given up, and a signature that comes late is refused", async () => {
  await page.run(() => {
    const list = document.querySelector(".card select");
    list.value = "1000";
    list.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await page.find("[data-testid=balance]", "¥487.50");
  await prepare("1");
  await photograph("late", 16);
  const { code, said } = await offline(COLD, "sign", ...pictures("late"), "--yes", "--out", "late.txt");
  assert.equal(code, 0, said);
  await page.click("button", "Give up");
  await page.find("dialog", "No money has moved");
  await shot("11-give-up");
  assert.deepEqual(await axe(page), []);
  await page.click("dialog button.primary", "Give it up");
  await page.find("[data-testid=ticket][data-state=failed]");
  const text = readFileSync(join(cold, "late.txt"), "utf8");
  const late = await page.invoke("cold_answer", { text });
  assert.equal(late.rejected?.code, "cold_not_asked", JSON.stringify(late));
  await page.click("button", "Done");
});

test("the pages in both languages, both themes and both sizes", async () => {
  await page.run(() => {
    const list = document.querySelector(".card select");
    list.value = "1000";
    list.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await page.find("[data-testid=balance]", "¥487.50");
  await prepare("2");
  const nav = (index) => page.run((i) => document.querySelectorAll("nav li button")[i].click(), index);
  const faults = [];
  for (const [width, height] of [
    [960, 640],
    [1280, 800],
  ]) {
    await page.size(width, height);
    for (const language of ["en", "zh-CN"]) {
      for (const theme of ["light", "dark"]) {
        const look = async (part) => {
          await until(`${part} to be filled`, () => page.run(() => !document.querySelector(".bone")));
          await shot(`${part}-${language}-${theme}-${width}`);
          if (width === 960) faults.push(...(await axe(page)).map((fault) => `${part} ${fault}`));
        };
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
        await look("settings");
        await page.click("main .setting .row button");
        await page.find("dialog .drop");
        await look("watch");
        await page.press(["\uE00C"]);
        await nav(0);
        await page.find(".payment .state");
        await look("home");
        await page.click(".payment");
        await page.find("[data-testid=cold] svg");
        await look("to-sign");
        const fits = await page.run(() => {
          const bring = document.querySelector("main .drop").getBoundingClientRect();
          return bring.bottom <= innerHeight;
        });
        assert.ok(fits, `the place for the answer is on the screen: ${language} ${width}`);
      }
    }
  }
  assert.deepEqual(faults, []);
});

test("a file on a stick goes there and back through the desktop's dialogues", async () => {
  const asked = join(cold, "ask.txt");
  await choose(() => page.click(".saves button:nth-child(2)"), asked);
  await until("the file", () => existsSync(asked));
  const { code, said } = await offline(COLD, "sign", "ask.txt", "--yes", "--out", "back.txt");
  assert.equal(code, 0, said);
  await choose(() => page.click(".drop button"), join(cold, "back.txt"));
  await page.find("[data-testid=ticket][data-state=settled]");
});
