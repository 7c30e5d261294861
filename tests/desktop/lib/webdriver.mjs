// A WebDriver session with the wallet's window, over plain fetch.
import { until } from "./display.mjs";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Keys that WebDriver names by private characters. */
export const KEYS = { tab: "\uE004", enter: "\uE007", escape: "\uE00C", control: "\uE009" };

export class Page {
  constructor(base, session) {
    this.base = `${base}/session/${session}`;
  }

  /** Opens a session with a program. */
  static async open(port, program, args) {
    const base = `http://127.0.0.1:${port}`;
    await until("the driver", () =>
      fetch(`${base}/status`).then(
        (answer) => answer.ok,
        () => false,
      ),
    );
    const body = {
      capabilities: { alwaysMatch: { "webkitgtk:browserOptions": { binary: program, args } } },
    };
    const answer = await fetch(`${base}/session`, { method: "POST", body: JSON.stringify(body) });
    const { value } = await answer.json();
    if (!value.sessionId) throw new Error(`no session: ${JSON.stringify(value)}`);
    const page = new Page(base, value.sessionId);
    await page.ask("POST", "/timeouts", { script: 120_000 });
    return page;
  }

  async ask(method, path, body) {
    const answer = await fetch(this.base + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (value?.error) throw new Error(`${path}: ${value.error}: ${value.message}`);
    return value;
  }

  /** Runs a function in the page. Its arguments and its value are plain data. */
  run(act, ...args) {
    return this.ask("POST", "/execute/sync", { script: `return (${act}).apply(null, arguments)`, args });
  }

  /** Runs an async function in the page. A rejection comes back as `{ rejected }`. */
  async later(act, ...args) {
    const script = `const done = arguments[arguments.length - 1];
      (${act}).apply(null, Array.from(arguments).slice(0, -1))
        .then((value) => done({ value }), (rejected) => done({ rejected }))`;
    return this.ask("POST", "/execute/async", { script, args });
  }

  /** Calls a command of the shell, as a hostile page would. */
  invoke(command, args) {
    return this.later((c, a) => window.__TAURI_INTERNALS__.invoke(c, a), command, args ?? {});
  }

  /** The element of a CSS selector, whose text has `text` in it where one is given. */
  find(selector, text = "") {
    return until(`${selector} “${text}”`, () =>
      this.run(
        (s, t) =>
          [...document.querySelectorAll(s)].find(
            (element) => element.checkVisibility() && element.textContent.includes(t),
          ) ?? null,
        selector,
        text,
      ),
    );
  }

  async click(selector, text = "") {
    const element = await this.find(selector, text);
    // Not before it can be clicked.
    await until(`${selector} “${text}” to be ready`, () => this.run((e) => !e.disabled, element));
    await this.ask("POST", `/element/${element[ELEMENT]}/click`, {});
  }

  async type(selector, text) {
    const element = await this.find(selector);
    await this.ask("POST", `/element/${element[ELEMENT]}/value`, { text });
  }

  /** Types into the field that has this label. */
  async fill(label, text) {
    const field = await this.find("label.field", label);
    const input = await this.run((element) => element.querySelector("input"), field);
    await this.ask("POST", `/element/${input[ELEMENT]}/value`, { text });
  }

  /** Chooses by value in the list that has this label. */
  async choose(label, value) {
    const field = await this.find("label.field", label);
    await this.run(
      (element, chosen) => {
        const list = element.querySelector("select");
        list.value = chosen;
        list.dispatchEvent(new Event("change", { bubbles: true }));
      },
      field,
      value,
    );
  }

  /** Presses keys, one after the other; those of `held` stay down. */
  async press(keys, held = []) {
    const down = (value) => ({ type: "keyDown", value });
    const up = (value) => ({ type: "keyUp", value });
    const actions = [...held.map(down), ...keys.flatMap((key) => [down(key), up(key)]), ...held.map(up)];
    await this.ask("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** The session with one of the program's other windows: the newest. */
  async other() {
    const here = await this.ask("GET", "/window");
    return until("another window", async () =>
      (await this.ask("GET", "/window/handles")).findLast((handle) => handle !== here),
    );
  }

  /** Does something in another window, and comes back. */
  async inside(window, act) {
    const here = await this.ask("GET", "/window");
    await this.ask("POST", "/window", { handle: window });
    try {
      return await act(this);
    } finally {
      await this.ask("POST", "/window", { handle: here });
    }
  }

  text(selector) {
    return this.run((s) => document.querySelector(s)?.textContent ?? "", selector);
  }

  async size(width, height) {
    // The driver sets the outer size; the page is to have the inner one.
    await this.ask("POST", "/window/rect", { width, height });
    await until(
      `a page of ${width} by ${height}`,
      async () => {
        const [w, h] = await this.run(() => [innerWidth, innerHeight]);
        if (w === width && h === height) return true;
        const rect = await this.ask("GET", "/window/rect");
        await this.ask("POST", "/window/rect", {
          width: rect.width + width - w,
          height: rect.height + height - h,
        });
        return false;
      },
      5_000,
    ).catch(() => undefined);
  }

  close() {
    return this.ask("DELETE", "").catch(() => undefined);
  }
}
