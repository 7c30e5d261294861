#!/usr/bin/env node
// The till through its own server, on one machine with the sandbox ledger:
//   - charges created, and charges settled, a second;
//   - from inclusion on the ledger to the PAID event, beside the block interval;
//   - what looking at the ledger costs with 1, 1,000 and 10,000 open charges.
//
//   bench/till/api.mjs [--charges N] [--payments N] [--open N,N,N]
//
// Customers are played by the sandbox's bank, which pays straight to the charges' addresses. The ledger
// runs in the till's process, as it does for everyone who tries the sandbox: the processor's time below is
// of both. Needs release builds (or JIAOZI_PROGRAM and JIAOZI_VAULT).
import { Agent, request } from 'node:http';
import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
process.env.JIAOZI_PROGRAM ??= `${root}/target/release/jiaozi`;
process.env.JIAOZI_VAULT ??= `${root}/target/release/jiaozi-vault`;
const { Shop, until, pause } = await import('../../tests/till-api/lib/shop.mjs');

const { values } = parseArgs({
  options: {
    charges: { type: 'string', default: '2000' },
    payments: { type: 'string', default: '200' },
    open: { type: 'string', default: '1,1000,10000' },
  },
});
const [CHARGES, PAYMENTS] = [Number(values.charges), Number(values.payments)];
const SIDE_BY_SIDE = 16;

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
function post(url, body, headers) {
  return new Promise((done, fail) => {
    const sent = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        let text = '';
        answer.on('data', (data) => (text += data));
        answer.on('end', () => done({ status: answer.statusCode, json: JSON.parse(text) }));
      },
    );
    sent.on('error', fail);
    sent.end(JSON.stringify(body));
  });
}

const ms = () => Number(process.hrtime.bigint() / 1000n) / 1000;
const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const quantile = (numbers, q) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * q))];
const shown = (number) => number.toFixed(1);

/** Runs `work` for each of `count`, so many at a time. */
async function many(count, work) {
  let next = 0;
  const one = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, one));
}

const shop = await Shop.open();
await shop.stop();
shop.log = '';
await shop.serve({ rate: '100000' });
const node = await until('the sandbox ledger', () => shop.log.match(/url="(http:[^"]+)"/)?.[1]);
const rpc = async (method, ...params) => {
  const answer = await post(node, { jsonrpc: '2.0', id: 1, method, params });
  if (answer.json.error) throw new Error(`${method}: ${answer.json.error.message}`);
  return answer.json.result;
};
const create = async (amount) => {
  const headers = { authorization: `Bearer ${shop.token}`, 'idempotency-key': randomUUID() };
  const answer = await post(`${shop.url}/v1/charges`, { amount }, headers);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.json));
  return answer.json;
};
const pay = (charge) => rpc('sandbox_topUp', charge.address, charge.amount.atoms);

/** When each charge's PAID event came. */
const paidAt = new Map();
async function listen() {
  const headers = { authorization: `Bearer ${shop.token}`, accept: 'text/event-stream' };
  const stream = await fetch(`${shop.url}/v1/events`, { headers });
  let rest = '';
  for await (const part of stream.body) {
    const at = ms();
    rest += Buffer.from(part).toString();
    const events = rest.split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const data = event.match(/^data: ?(.*)$/m)?.[1];
      if (!data?.includes('"charge_paid"')) continue;
      paidAt.set(JSON.parse(data).charge, at);
    }
  }
}
listen().catch(() => undefined);
const paid = (charge) => until(`charge ${charge.id} to be paid`, () => paidAt.get(charge.id), 120_000);

/** Seconds of the processor that the till's process has used. */
function processor() {
  const fields = readFileSync(`/proc/${shop.child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

try {
  // Created.
  const charges = [];
  let began = ms();
  await many(CHARGES, async () => charges.push(await create('1.00')));
  let took = (ms() - began) / 1000;
  console.log(`charges created: ${shown(CHARGES / took)} a second (${CHARGES}, ${SIDE_BY_SIDE} at a time)`);

  // Settled: paid side by side, until the last PAID event.
  began = ms();
  await many(CHARGES, async (index) => pay(charges[index]));
  await until('all to be paid', () => paidAt.size >= CHARGES, 300_000);
  took = (Math.max(...paidAt.values()) - began) / 1000;
  console.log(`charges settled: ${shown(CHARGES / took)} a second, from the first payment to the last PAID event`);

  // One after the other: from the receipt to the event.
  const delays = [];
  for (let index = 0; index < PAYMENTS; index += 1) {
    const charge = await create('2.00');
    const hash = await pay(charge);
    let included;
    while (!included) {
      if (await rpc('eth_getTransactionReceipt', hash)) included = ms();
    }
    const at = await paid(charge);
    delays.push(Math.max(0, at - included));
  }
  console.log(
    `inclusion to PAID event: p50 ${shown(quantile(delays, 0.5))} ms, p99 ${shown(quantile(delays, 0.99))} ms ` +
      `(${PAYMENTS} payments; the sandbox makes a block every 50 ms at most, and the first after a pause at once)`,
  );

  // Open charges, and the same payments beside them.
  let open = 0;
  for (const wanted of values.open.split(',').map(Number)) {
    await many(wanted - open, async () => create('3.00'));
    open = wanted;
    await pause(2_000);
    const [used, start] = [processor(), ms()];
    const seen = [];
    for (let index = 0; index < 50; index += 1) {
      const charge = await create('2.00');
      const hash = await pay(charge);
      let included;
      while (!included) {
        if (await rpc('eth_getTransactionReceipt', hash)) included = ms();
      }
      seen.push(Math.max(0, (await paid(charge)) - included));
      await pause(100);
    }
    const spent = ((processor() - used) * 1000) / 50;
    const length = (ms() - start) / 1000;
    // And with nothing happening at all.
    const [idle, from] = [processor(), ms()];
    await pause(10_000);
    const quiet = ((processor() - idle) * 1000) / ((ms() - from) / 1000);
    console.log(
      `${String(wanted).padStart(6)} open: ${shown(spent)} ms of the processor for a charge, its payment and the looks at it; ` +
        `inclusion to PAID p50 ${shown(quantile(seen, 0.5))} ms, p99 ${shown(quantile(seen, 0.99))} ms; ` +
        `${shown(quiet)} ms a second with nothing happening (${shown(length)} s)`,
    );
  }
} finally {
  await shop.close();
}
process.exit(0);
