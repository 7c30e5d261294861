// A screen of its own with a small window manager, so that two windows share
// the focus as they do on a desktop.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Milliseconds. */
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until `look` gives something, or fails with `what`. */
export async function until(what, look, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`did not come within ${ms} ms: ${what}`);
    await pause(100);
  }
}

/** Starts Xvfb and openbox. */
export async function startDisplay() {
  const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1400x960x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [number] = await once(server.stdio[3], "data");
  const name = `:${String(number).trim()}`;
  const manager = spawn("openbox", ["--sm-disable"], {
    env: { ...process.env, DISPLAY: name },
    stdio: "ignore",
  });
  return {
    name,
    stop() {
      manager.kill();
      server.kill();
    },
  };
}

/** The windows of a process that are on the screen, as X knows them. */
export async function windowsOf(pid, env) {
  const search = ["search", "--onlyvisible", "--pid", String(pid)];
  const { stdout } = await run("xdotool", search, { env }).catch(() => ({ stdout: "" }));
  return stdout.trim().split("\n").filter(Boolean);
}

/** The window of a process whose title has `title` in it. */
export async function windowTitled(pid, title, env) {
  for (const window of await windowsOf(pid, env)) {
    const { stdout } = await run("xdotool", ["getwindowname", window], { env }).catch(() => ({ stdout: "" }));
    if (stdout.includes(title)) return window;
  }
  return null;
}

/** Takes a picture of a window as it is on the screen. */
export async function picture(window, path, env) {
  mkdirSync(dirname(path), { recursive: true });
  await run("xdotool", ["windowraise", window], { env });
  await pause(250);
  await run("import", ["-window", window, path], { env });
}
