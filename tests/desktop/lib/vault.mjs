// The vault's window as a person uses it: read by ear (AT-SPI), typed by hand
// (xdotool). Nothing of the vault is opened for tests.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { picture, until, windowsOf } from "./display.mjs";

const run = promisify(execFile);
const READER = fileURLToPath(new URL("vault_window.py", import.meta.url));

/** Tells programs that a screen reader runs. */
export async function startScreenReader() {
  const set = (name) =>
    run("gdbus", [
      ..."call --session --dest org.a11y.Bus --object-path /org/a11y/bus".split(" "),
      ..."--method org.freedesktop.DBus.Properties.Set org.a11y.Status".split(" "),
      name,
      "<true>",
    ]);
  await set("IsEnabled");
  await set("ScreenReaderEnabled");
}

export class Vault {
  /** The agent that a desktop process started. */
  constructor(desktopPid, display) {
    this.desktop = desktopPid;
    this.env = { ...process.env, DISPLAY: display };
  }

  async pid() {
    const { stdout } = await run("pgrep", ["-P", String(this.desktop), "-x", "jiaozi-vault"]).catch(() => ({
      stdout: "",
    }));
    return stdout.trim().split("\n")[0] || null;
  }

  async window() {
    const pid = await this.pid();
    if (!pid) return null;
    return (await windowsOf(pid, this.env)).at(-1) ?? null;
  }

  /** Everything that a screen reader would say of the window. */
  async heard() {
    const pid = await this.pid();
    if (!pid) return [];
    const { stdout } = await run("/usr/bin/python3", [READER, pid], { env: this.env });
    return JSON.parse(stdout) ?? [];
  }

  /** Waits until the window says `text`. */
  async says(text) {
    let heard = [];
    const look = async () => {
      if (!(await this.window())) return null;
      heard = await this.heard();
      return heard.some((node) => node.name.includes(text) || node.text.includes(text)) ? heard : null;
    };
    return until(`the vault to say “${text}”`, look).catch((error) => {
      const said = heard.filter(({ role }) => role !== "password text").map(({ name }) => name);
      throw new Error(`${error.message}; it said: ${said.join(" | ")}`);
    });
  }

  /** Waits until there is no window. */
  gone() {
    return until("the vault's window to close", async () => !(await this.window()));
  }

  async keys(command, ...args) {
    const window = await until("the vault's window", () => this.window());
    await run("xdotool", ["windowfocus", "--sync", window, command, ...args], { env: this.env });
  }

  /** Waits until the field called `name` has the focus: what is typed before goes into another. */
  at(name) {
    return until(`the focus in “${name}”`, async () =>
      (await this.heard()).some((node) => node.focused && node.name === name),
    );
  }

  type(text) {
    return this.keys("type", "--delay", "15", "--", text);
  }

  press(...keys) {
    return this.keys("key", "--delay", "30", ...keys);
  }

  async picture(path) {
    await picture(await this.window(), path, this.env);
  }
}
