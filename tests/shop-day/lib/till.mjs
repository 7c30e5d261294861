// The shop's till, which is killed and comes back, and software of the shop's that goes on asking.
import { randomUUID } from 'node:crypto';
import { freePorts } from '../../nodes/lib/process.mjs';
import { EVERYTHING, pause, Shop, until } from '../../till-api/lib/shop.mjs';

/** Requests a second of one token: a till of a shop's own software needs no more. */
const RATE = '100';

export class Till extends Shop {
  static async open(world, ground, others) {
    const till = Object.assign(new Till(), { world, ground, options: {}, log: '', kills: new Map() });
    await world.wallet('shop');
    await ground.join(world, 'shop');
    for (const other of others) await other.join(world, 'shop', false);
    const rules = ['--number', '7', '--unclear-seconds', '10', '--instant-up-to', '100'];
    await world.run('shop', 'unlock');
    await world.run('shop', 'till', 'setup', '老王面馆', ...rules);
    [{ address: till.account }] = await world.run('shop', 'accounts', 'list');
    await ground.give(till.account, 500_00n);
    till.token = await till.addToken('web shop', EVERYTHING, '300.00');
    till.second = await till.addToken('Lin Wei', EVERYTHING, '300.00');
    till.flooder = await till.addToken('flooder', ['charges:read', 'charges:write']);
    const [port] = await freePorts(1);
    till.listen = `127.0.0.1:${port}`;
    await till.start();
    return till;
  }

  async start({ rate = RATE } = {}) {
    this.up = this.serve({ rate, listen: this.listen });
    await this.up;
  }

  /** Ends it in order and starts it again. */
  async again(options) {
    await this.killing;
    await this.stop();
    await this.start(options);
  }

  /** SIGKILL, wherever it stands; and the power is back. */
  async kill(place) {
    // One after the other: who is down is not killed.
    const before = this.killing ?? Promise.resolve();
    const done = before.then(async () => {
      await this.up;
      this.kills.set(place, (this.kills.get(place) ?? 0) + 1);
      await this.stop('SIGKILL');
      await this.start();
    });
    this.killing = done;
    await done;
  }

  /** Ends it in order and starts it with another clock, in seconds from the right one. */
  async clock(seconds, faketime) {
    await this.killing;
    await this.stop();
    this.world.more.shop = seconds
      ? { LD_PRELOAD: faketime, FAKETIME: `${seconds > 0 ? '+' : ''}${seconds}`, FAKETIME_DONT_FAKE_MONOTONIC: '1' }
      : {};
    await this.start();
  }

  /** A call of software that hears nothing when the till is killed, and asks again with the same key. */
  async call(method, path, body, options = {}) {
    const key = options.key ?? randomUUID();
    const end = Date.now() + 60_000;
    for (;;) {
      try {
        const answer = await super.call(method, path, body, { ...options, key });
        if (answer.status !== 429 || options.once) return answer;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
      await pause(100);
    }
  }

  async all() {
    const charges = [];
    for (let after = ''; ;) {
      const { json } = await this.call('GET', `/v1/charges?limit=200${after && `&after=${after}`}`);
      charges.push(...json.charges);
      if (!json.next) return charges;
      after = json.next;
    }
  }

  async events() {
    const events = [];
    for (;;) {
      const { json } = await this.call('GET', `/v1/events?limit=200&after=${events.at(-1)?.seq ?? 0}`);
      if (json.events.length === 0) return events;
      events.push(...json.events);
    }
  }

  /** Waits for a charge to be as `wanted` says; the longest waits are those for a node that was gone. */
  when(id, what, wanted, ms = Number(process.env.PATIENCE ?? 90_000)) {
    let last;
    const look = async () => {
      last = await this.get(id);
      await pause(300);
      return wanted(last) && last;
    };
    return until(what, look, ms).catch((error) => {
      throw new Error(`${id}: ${error.message}: ${JSON.stringify({ state: last?.state, flags: last?.flags })}`);
    });
  }

  paid(id) {
    return this.when(id, 'green', (charge) => charge.state === 'paid');
  }

  async end() {
    await this.killing;
    await this.stop();
    await this.world.run('shop', 'lock').catch(() => undefined);
  }
}
