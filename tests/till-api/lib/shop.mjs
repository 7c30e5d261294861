// A shop in a folder of its own: a wallet, its till, the server, and customers
// with wallets on the same sandbox.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
export const program = process.env.JIAOZI_PROGRAM ?? join(target, 'debug/jiaozi');
const vault = process.env.JIAOZI_VAULT ?? join(target, 'debug/jiaozi-vault');
export const PASSPHRASE = 'seven lanterns over the river';

export const EVERYTHING = [
  'charges:read',
  'charges:write',
  'refunds:write',
  'reports:read',
  'reports:close',
  'webhooks:write',
];

/** Milliseconds. */
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until `look` gives something, or fails with `what`. */
export async function until(what, look, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`did not come within ${ms} ms: ${what}`);
    await pause(50);
  }
}

export class World {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'jiaozi-till-api-'));
    /** More of the environment, by wallet. */
    this.more = {};
  }

  env(name) {
    return {
      PATH: process.env.PATH,
      HOME: this.folder,
      LANG: 'C.UTF-8',
      JIAOZI_PROFILE: join(this.folder, name),
      JIAOZI_SANDBOX: join(this.folder, 'sandbox'),
      ...this.more[name],
    };
  }

  start(name, args) {
    const all = ['--vault', vault, '--no-input', '--passphrase-stdin', ...args];
    const child = spawn(program, all, { env: this.env(name), stdio: ['pipe', 'pipe', 'pipe'] });
    // A program that ends before it reads is no fault of the test.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${PASSPHRASE}\n`);
    return child;
  }

  /** Runs a command of one wallet; gives its answer. */
  async run(name, ...args) {
    const child = this.start(name, [...args, '--json']);
    let [out, err] = ['', ''];
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    const [code] = await once(child, 'close');
    if (code !== 0) throw Object.assign(new Error(`${args.join(' ')}: ${code}: ${err}`), { code, err });
    return out ? JSON.parse(out) : undefined;
  }

  async wallet(name) {
    await this.run(name, 'init', '--passphrase-only', '--later');
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A shop whose server runs. */
export class Shop {
  static async open(options = {}) {
    const world = options.world ?? new World();
    const shop = new Shop();
    Object.assign(shop, { world, options, log: '' });
    await world.wallet('shop');
    await world.run('shop', 'till', 'setup', '老王面馆', '--number', '7', ...(options.setup ?? []));
    shop.token = await shop.addToken('tests', EVERYTHING, '500.00');
    await shop.serve();
    return shop;
  }

  /** Only while the server does not run: one process a profile. */
  async addToken(name, scopes, refundCap) {
    const cap = refundCap ? ['--refund-cap', refundCap] : [];
    const flags = scopes.flatMap((scope) => ['--scope', scope]);
    return (await this.world.run('shop', 'till', 'token', 'add', name, ...flags, ...cap)).token;
  }

  async serve({ rate = '5000', more = [], listen = '127.0.0.1:0' } = {}) {
    const flags = ['--listen', listen, '--requests-per-second', rate];
    const args = ['-v', 'till', 'serve', ...flags, ...(this.options.serve ?? []), ...more];
    this.child = this.world.start('shop', args);
    this.child.stderr.on('data', (data) => (this.log += data));
    let out = '';
    this.child.stdout.on('data', (data) => (out += data));
    this.ended = once(this.child, 'close');
    const ready = until('the server', () => out.match(/^READY (\S+) (\S+)$/m) ?? this.child.exitCode !== null);
    const line = await ready;
    if (line === true) throw new Error(`the server ended: ${this.log}`);
    this.url = line[1];
    this.port = Number(line[2].split(':').at(-1));
  }

  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    const [code] = await this.ended;
    return code;
  }

  async close() {
    await this.stop();
    this.world.remove();
  }

  /** One call; every POST has a key of its own unless `key` is given. */
  async call(method, path, body, { key, token = this.token, headers = {} } = {}) {
    const all = { authorization: `Bearer ${token}`, ...headers };
    if (body !== undefined) all['content-type'] ??= 'application/json';
    if (method === 'POST') all['idempotency-key'] ??= key ?? randomUUID();
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const answer = await fetch(this.url + path, { method, headers: all, body: text, redirect: 'manual' });
    const raw = await answer.text();
    const json = raw.startsWith('{') ? JSON.parse(raw) : undefined;
    return { status: answer.status, headers: answer.headers, raw, json, code: json?.error?.code };
  }

  async charge(body) {
    const answer = await this.call('POST', '/v1/charges', body);
    if (answer.status !== 201) throw new Error(answer.raw);
    return answer.json;
  }

  async get(id) {
    return (await this.call('GET', `/v1/charges/${id}`)).json;
  }

  /** Waits for a charge to be in a state. */
  state(id, state) {
    return until(`charge ${id} to be ${state}`, async () => {
      const charge = await this.get(id);
      return charge.state === state && charge;
    });
  }
}
