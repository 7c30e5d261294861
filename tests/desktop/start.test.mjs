// Starting: a profile that is in use, a second start, a vault that is not there.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe } from "./lib/axe.mjs";
import { requestFor } from "./lib/shop.mjs";
import { PROGRAM, SCREENS, startWallet } from "./lib/wallet.mjs";

let wallet;
before(async () => {
  wallet = await startWallet({ LANG: "zh_CN.UTF-8" });
});
after(() => wallet?.stop());

test("a profile that is in use says so, and opens as soon as it is free", async () => {
  const profile = wallet.env.JIAOZI_PROFILE;
  mkdirSync(profile, { recursive: true });
  const holder = spawn("flock", [join(profile, "lock"), "cat"], { stdio: ["pipe", "ignore", "inherit"] });
  const { page, picture, close } = await wallet.open();
  // No preferences can be read yet: the page speaks the webview's language.
  await page.find("main[data-code=profile_open] h1");
  await picture(join(SCREENS, "30-profile-open.png"));
  assert.deepEqual(await axe(page), []);
  holder.stdin.end();
  await once(holder, "exit");
  await page.click("button.primary");
  await page.find(".way", "新建钱包");
  await close();
});

test("a second start hands its link to the first window", async () => {
  const { page, close } = await wallet.open();
  await page.find(".way");
  const second = spawn(PROGRAM, [requestFor({ fen: 100, reference: "L-1" })], { env: wallet.env });
  const [code] = await once(second, "exit");
  assert.equal(code, 0);
  // The link waits behind the first screens; the window is still the first's.
  await page.find(".way");
  await close();
});

test("without the vault's program nothing is asked and the reason is said", async (context) => {
  if (existsSync("/usr/bin/jiaozi-vault") || existsSync("/usr/libexec/jiaozi/jiaozi-vault")) {
    return context.skip("a vault is installed here");
  }
  const folder = join(wallet.folder, "bare");
  mkdirSync(folder);
  const program = join(folder, "jiaozi-desktop");
  copyFileSync(PROGRAM, program);
  const { page, close } = await wallet.open(program);
  await page.find("main[data-code=vault_missing]");
  await close();
});
