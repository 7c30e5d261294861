// The real program in the real webview, with a profile and a sandbox of its own.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { picture, startDisplay, until, windowTitled, windowsOf } from "./display.mjs";
import { startScreenReader, Vault } from "./vault.mjs";
import { Page } from "./webdriver.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");

/** The program, built with the feature `automation`; the vault is beside it. */
export const PROGRAM = join(target, "e2e", "jiaozi-desktop");
/** Where pictures go. */
export const SCREENS = join(target, "screens", "desktop");

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The process of the program below the driver's process. */
function childNamed(name, of) {
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${entry}/status`, "utf8");
      const environment = readFileSync(`/proc/${entry}/environ`, "utf8");
      if (status.startsWith(`Name:\t${name.slice(0, 15)}\n`) && environment.includes(of)) return entry;
    } catch {
      // it has just ended
    }
  }
  return null;
}

/** Starts the wallet. `environment` is added to its own. */
export async function startWallet(environment = {}) {
  const display = await startDisplay();
  const folder = mkdtempSync(join(tmpdir(), "jiaozi-desktop-"));
  await startScreenReader();
  const env = {
    ...process.env,
    DISPLAY: display.name,
    TAURI_WEBVIEW_AUTOMATION: "true",
    WEBKIT_DISABLE_DMABUF_RENDERER: "1",
    LIBGL_ALWAYS_SOFTWARE: "1",
    GDK_BACKEND: "x11",
    JIAOZI_PROFILE: join(folder, "profile"),
    JIAOZI_SANDBOX: join(folder, "sandbox"),
    XDG_DATA_HOME: join(folder, "data"),
    LANG: "C.UTF-8",
    ...environment,
  };
  delete env.WAYLAND_DISPLAY;
  const sessions = [];

  /** Opens the window of a program. */
  async function open(program = PROGRAM) {
    const port = await freePort();
    // A process group of its own: it is ended as a whole, or the window would outlive the driver.
    const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
      env,
      detached: true,
      stdio: [
        "ignore",
        process.env.JIAOZI_LOG ? "inherit" : "ignore",
        process.env.JIAOZI_LOG ? "inherit" : "ignore",
      ],
    });
    const page = await Page.open(port, program, []);
    const pid = await until("the program", () => childNamed("jiaozi-desktop", folder));
    const session = {
      page,
      pid,
      vault: new Vault(pid, display.name),
      /** Takes a picture of the wallet's window, or of another one by its title. */
      async picture(path, title) {
        const window = title
          ? await until(`a window called ${title}`, () => windowTitled(pid, title, env))
          : (await windowsOf(pid, env)).at(-1);
        await picture(window, path, env);
      },
      async close() {
        if (session.closed) return;
        session.closed = true;
        await page.close();
        try {
          process.kill(-driver.pid, "SIGKILL");
        } catch {
          // it has ended
        }
        await until("the program to end", () => !existsSync(`/proc/${pid}`));
      },
    };
    sessions.push(session);
    return session;
  }

  return {
    folder,
    env,
    display: display.name,
    open,
    async stop() {
      for (const session of sessions) await session.close();
      display.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
