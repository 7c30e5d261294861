// A customer: the terminal's wallet with a profile of its own, on the same sandbox.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { PROGRAM } from "./wallet.mjs";

const run = promisify(execFile);
const JIAOZI = join(PROGRAM, "..", "jiaozi");
const PASSPHRASE = "seven lanterns over the river";

export class Payer {
  /** A customer of the shop whose wallet is `wallet`, with a folder of their own. */
  constructor(wallet, name) {
    this.env = { ...wallet.env, JIAOZI_PROFILE: join(wallet.folder, name), TZ: "UTC" };
  }

  /** What a command answers to a script. */
  async json(...args) {
    const { stdout } = await run(JIAOZI, ["--no-input", ...args, "--json"], { env: this.env });
    return JSON.parse(stdout);
  }

  /** A wallet with some money, unlocked in the background. */
  async start(yuan) {
    for (const args of [["init", "--passphrase-only", "--later"], ["unlock"]]) {
      const child = spawn(JIAOZI, ["--no-input", ...args, "--passphrase-stdin"], {
        env: this.env,
        stdio: ["pipe", "ignore", "pipe"],
      });
      let said = "";
      child.stderr.on("data", (part) => (said += part));
      child.stdin.end(`${PASSPHRASE}\n`);
      const [code] = await once(child, "exit");
      if (code !== 0) throw new Error(`jiaozi ${args.join(" ")}: ${said}`);
    }
    await this.json("topup", yuan);
  }

  /** Pays a link, or an amount to an address. */
  pay(to, amount) {
    return this.json("pay", to, ...(amount ? ["--amount", amount] : []), "--yes");
  }

  async balance() {
    return (await this.json("balance")).balances[0].total.plain;
  }

  /** Ends the agent in the background. */
  stop() {
    return run(JIAOZI, ["--no-input", "lock"], { env: this.env }).catch(() => undefined);
  }
}
