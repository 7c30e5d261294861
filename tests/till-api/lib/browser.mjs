// WebKit's own browser, driven by WebDriver, on a screen of its own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startDisplay } from '../../desktop/lib/display.mjs';
import { Page } from '../../desktop/lib/webdriver.mjs';

/** WebKitGTK installs it beside its processes, in a folder of the architecture's. */
function program() {
  for (const architecture of readdirSync('/usr/lib').filter((name) => name.endsWith('-linux-gnu'))) {
    for (const version of ['webkit2gtk-4.1', 'webkit2gtk-4.0']) {
      const found = join('/usr/lib', architecture, version, 'MiniBrowser');
      if (existsSync(found)) return found;
    }
  }
  throw new Error('MiniBrowser is missing (apt: libwebkit2gtk-4.1-0)');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The browser's own buttons made small: with them it cannot be as narrow as a telephone. */
function smallButtons() {
  const folder = mkdtempSync(join(tmpdir(), 'jiaozi-browser-'));
  mkdirSync(join(folder, 'gtk-3.0'));
  const style =
    '* { font-size: 3px; min-width: 0; min-height: 0; padding: 0; margin: 0; -gtk-icon-transform: scale(0.2); }';
  writeFileSync(join(folder, 'gtk-3.0', 'gtk.css'), style);
  return folder;
}

/** Opens a browser in a theme, light or dark. */
export async function openBrowser(theme, settings = []) {
  const display = await startDisplay();
  const config = smallButtons();
  const env = {
    ...process.env,
    DISPLAY: display.name,
    GDK_BACKEND: 'x11',
    GTK_THEME: theme === 'dark' ? 'Adwaita:dark' : 'Adwaita',
    WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    LIBGL_ALWAYS_SOFTWARE: '1',
    LANG: 'C.UTF-8',
    XDG_CONFIG_HOME: config,
  };
  delete env.WAYLAND_DISPLAY;
  const port = await freePort();
  // A process group of its own: it is ended as a whole.
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], { env, detached: true, stdio: 'ignore' });
  const stop = async () => {
    await page?.close();
    try {
      process.kill(-driver.pid);
    } catch {
      // it has ended
    }
    display.stop();
    rmSync(config, { recursive: true, force: true });
  };
  let page;
  try {
    page = await Page.open(port, program(), ['--automation', ...settings]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    page,
    stop,
    go: (url) => page.ask('POST', '/url', { url }),
    /** What is on the screen, for pages in which the driver can draw nothing. */
    screen(path) {
      mkdirSync(dirname(path), { recursive: true });
      execFileSync('import', ['-display', display.name, '-window', 'root', path]);
    },
    async picture(path) {
      mkdirSync(dirname(path), { recursive: true });
      // The driver waits for a frame, and a page that stands still draws none.
      await page.run(() => {
        const dot = document.createElement('i');
        dot.id = 'frames';
        dot.style.cssText = 'position:fixed;right:0;bottom:0;width:1px;height:1px';
        document.body.append(dot);
        let turn = 0;
        dot.dataset.timer = setInterval(() => (dot.style.background = `rgb(${(turn += 1) % 200}, 0, 0)`), 50);
      });
      writeFileSync(path, Buffer.from(await page.ask('GET', '/screenshot'), 'base64'));
      await page.run(() => {
        const dot = document.getElementById('frames');
        clearInterval(dot.dataset.timer);
        dot.remove();
      });
    },
  };
}
