#!/usr/bin/env node
// A shop's day on one ledger: 200 charges through the till's API, paid by our wallet, cast and ethers, with
// every bad day in it, and SIGKILL of the till at seeded moments. In the evening all books agree.
//
//   ../nodes/in-netns.sh node day.mjs [--ledger sandbox|conflux] [--kills N] [--seed N] [--charges N] [--window N]
//
// --window: so many of the charges are made by hand in the real window (tests/desktop; needs its programs, and
// a session bus, which with-keyring.sh starts).
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pause, until, World } from '../till-api/lib/shop.mjs';
import * as bad from './lib/bad-days.mjs';
import { closeTheDay, readLedger, told } from './lib/books.mjs';
import { Cast, Ethers, Jiaozi } from './lib/customers.mjs';
import * as grounds from './lib/grounds.mjs';
import { seeded } from './lib/random.mjs';
import { Receiver } from './lib/receiver.mjs';
import { Till } from './lib/till.mjs';

const { values } = parseArgs({
  options: {
    ledger: { type: 'string', default: 'sandbox' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    charges: { type: 'string', default: '200' },
    window: { type: 'string', default: '0' },
  },
});
const [KILLS, SEED, CHARGES, WINDOW] = [values.kills, values.seed, values.charges, values.window].map(Number);
const FAKETIME = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu']
  .map((folder) => `${folder}/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));
if (!FAKETIME) throw new Error('libfaketime is missing (apt: faketime)');
const PLACES = ['a charge is made', 'a payment is under way', 'a payment is in a block', 'it is green'];

const random = seeded(SEED);
const began = Date.now();
const say = (text) => console.log(`${String(((Date.now() - began) / 1000).toFixed(0)).padStart(4)} s  ${text}`);
/** What each charge must be in the evening. */
const ends = new Map();
const badDays = [];
const payers = new Map();

const world = new World();
const other = await grounds.anvil();
const ground = await grounds[values.ledger](world);
if (values.ledger === 'conflux') ground.second = await grounds.counterfeit(ground, ground.keys[9].address);
const first = await ground.provider.getBlockNumber();
const till = await Till.open(world, ground, [other]);
const receiver = await Receiver.reserve();
const hook = (await till.call('POST', '/v1/webhooks', { url: receiver.url })).json;
receiver.secret = hook.secret;
say(`the shop is open on ${ground.name}`);

const jiaozi = [await Jiaozi.open(world, ground, 'mei'), await Jiaozi.open(world, ground, 'jun')];
const casts = [new Cast(ground, 1), new Cast(ground, 2)];
const ethers = [3, 4, 5, 6].map((index) => new Ethers(ground, index));
const rich = new Ethers(ground, 9);
const scene = { till, ground, other, random, ethers: rich, cast: casts[0], jiaozi: jiaozi[0] };

async function badDay(name, work) {
  const made = await work();
  for (const [id, end] of made) ends.set(id, end);
  badDays.push([name, made.length]);
  say(name);
}

// Customers come: each kill has its charge and its place.
const ordinary = CHARGES - 22 - WINDOW;
const kills = new Map();
for (let index = 0; index < KILLS; index += 1) {
  const at = Math.floor(random() * ordinary);
  kills.set(at, [...(kills.get(at) ?? []), [PLACES[Math.floor(random() * PLACES.length)], Math.floor(random() * 150)]]);
}
const amounts = Array.from({ length: ordinary }, () => 1 + Math.floor(random() * 3_000));
const kindOf = (index) => (index % 5 === 0 ? 'our wallet' : index % 5 === 1 ? 'cast' : 'ethers');

async function customer(index) {
  const strikes = (place) =>
    (kills.get(index) ?? [])
      .filter(([where]) => where === place)
      .map(([, ms]) => pause(place === PLACES[3] ? 0 : ms).then(() => till.kill(place)));
  const fen = amounts[index];
  const amount = `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
  let [charge] = await Promise.all([till.charge({ amount, order: `order-${index}` }), ...strikes(PLACES[0])]);
  const kind = kindOf(index);
  const wallets = { 'our wallet': jiaozi, cast: casts, ethers }[kind];
  const payer = wallets[Math.floor(index / 5) % wallets.length];
  await Promise.all([payer.pay(charge), ...strikes(PLACES[1])]);
  await Promise.all([till.paid(charge.id), ...strikes(PLACES[2])]);
  // Between "paid" and the receipt.
  await Promise.all(strikes(PLACES[3]));
  charge = await till.paid(charge.id);
  payers.set(kind, (payers.get(kind) ?? 0) + 1);
  ends.set(charge.id, bad.wanted('paid', {}, fen));
}

/** The sandbox's blocks are final at once: this day is another till's, on a node that takes blocks back. */
async function reallyTakenBack() {
  const elsewhere = new World();
  const small = await Till.open(elsewhere, other, []);
  try {
    const made = await bad.reallyTakenBack({ till: small, ground: other, ethers: new Ethers(other, 2) });
    for (const [id, end] of made) {
      const { state, flags } = await small.get(id);
      assert.deepEqual({ state, flags }, { state: end.state, flags: end.flags });
    }
    badDays.push(["taken back by the ledger (Anvil, another till's)", made.length]);
    say('taken back by the ledger');
  } finally {
    await small.end();
    elsewhere.remove();
  }
}

async function shopIsBusy() {
  let next = 0;
  const one = async () => {
    while (next < ordinary) await customer(next++);
  };
  await Promise.all(Array.from({ length: 12 }, one));
  say(`${ordinary} customers have paid`);
}

try {
  await shopIsBusy();
  const late = await till.charge({ amount: '10.00', order: 'late', seconds: 60 });
  const gone = [];
  for (let index = 0; index < 3; index += 1) {
    gone.push(await till.charge({ amount: `${index + 1}.10`, order: `gone-${index}`, seconds: 60 }));
  }
  await badDay('node gone and back', () => bad.nodeGone(scene, gone));
  await badDay('paid after expiry', () => bad.tooLate(scene, late));
  await badDay('wrong asset', () => bad.wrongAsset(scene));
  await badDay('wrong network', () => bad.wrongNetwork(scene));
  await badDay('two customers, one code', () => bad.oneCodeTwice(scene));
  await badDay('one customer, twice', () => bad.ownTwice(scene));
  await badDay('half paid twice', () => bad.halfTwice(scene));
  await badDay('refund clicked by two', () => bad.refundTwice(scene));
  if (ground.name === 'sandbox') await reallyTakenBack();
  else await badDay('taken back by the ledger (shown by a proxy)', () => bad.takenBack(scene));
  await badDay('a client that repeats, floods, sends garbage', () => bad.badClient(scene));
  // The power is cut between "paid" and the receipt.
  await badDay('power cut at green', async () => {
    const charge = await till.charge({ amount: '14.00', order: 'power-cut' });
    await rich.pay(charge);
    await till.paid(charge.id);
    await till.kill(PLACES[3]);
    assert.equal((await till.get(charge.id)).state, 'paid');
    return [[charge.id, bad.wanted('paid', {}, 14_00)]];
  });
  await badDay('clock off by a day', () => bad.wrongClock(scene, FAKETIME));

  if (WINDOW > 0) {
    const { inTheWindow } = await import('./lib/window.mjs');
    await badDay('made by hand in the window', () => inTheWindow(scene, WINDOW));
  }

  // Fill the day up to its number of charges.
  const missing = CHARGES - ends.size;
  for (let index = 0; index < missing; index += 1) {
    const charge = await till.charge({ amount: '0.01', order: `last-${index}` });
    await rich.pay(charge);
    await till.paid(charge.id);
    ends.set(charge.id, bad.wanted('paid', {}, 1));
  }

  // The evening. Nothing is lost, nothing is green that should not be.
  const charges = await till.all();
  assert.equal(charges.length, ends.size, 'charges that the shop did not ask for, or lost ones');
  const outcomes = new Map();
  for (const charge of charges) {
    const end = ends.get(charge.id);
    assert.ok(end, `${charge.id} is nobody's`);
    const { state, flags } = charge;
    assert.deepEqual(
      { state, flags, came: told(charge) },
      { state: end.state, flags: end.flags, came: end.came },
      charge.id,
    );
    assert.equal(BigInt(charge.refunded.atoms), end.refunded ?? 0n, charge.id);
    const up = Object.keys(flags).filter((flag) => flags[flag]);
    const outcome = [state, ...up].join(' + ');
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const orders = charges.map((charge) => charge.order).filter(Boolean); // by hand there is none
  assert.equal(new Set(orders).size, orders.length, 'one order, two charges');
  assert.equal(new Set(charges.map((charge) => charge.address)).size, charges.length, 'one address, two charges');
  assert.equal(new Set(charges.map((charge) => charge.code)).size, charges.length, 'one code, two charges');

  const addresses = charges.map((charge) => charge.address);
  const ledger = await readLedger(ground, first, addresses, till.account);
  const sum = charges.reduce((all, charge) => all + told(charge), 0n);
  const refunded = charges.reduce((all, charge) => all + BigInt(charge.refunded.atoms), 0n);
  for (const charge of charges) {
    assert.equal(ledger.came.get(charge.address.toLowerCase()) ?? 0n, told(charge), `${charge.id} on the ledger`);
  }
  assert.equal(ledger.total, sum);
  assert.equal(ledger.balances, sum, 'nothing was gathered today');
  assert.equal(ledger.left, refunded, 'refunds on the ledger');

  const books = await closeTheDay(till, until);
  const { z, csv, statement } = books;
  const shown = JSON.stringify(books, (_, value) => (typeof value === 'bigint' ? String(value) : value), 1);
  assert.ok(z.agrees, `the Z report does not agree with the ledger: ${shown}`);
  for (const [name, book] of Object.entries(books)) {
    assert.deepEqual([book.came, book.left], [ledger.total, ledger.left], `${name} and the ledger: ${shown}`);
  }
  const inState = (state) => charges.filter((charge) => charge.state === state).length;
  assert.deepEqual(
    [z.counts.paid, z.counts.closed, z.counts.revoked, z.counts.open],
    [inState('paid'), inState('closed'), inState('revoked'), 0],
  );

  // The receiver is up at last: one is delivered by hand, and all that waits follows.
  await receiver.open();
  const events = await till.events();
  assert.deepEqual(
    events.map((event) => event.seq),
    events.map((_, index) => index + 1),
  );
  const path = `/v1/webhooks/${hook.id}/deliveries`;
  const waiting = [];
  for (let before = ''; ;) {
    const { json } = await till.call('GET', `${path}?limit=200${before && `&before=${before}`}`);
    waiting.push(...json.deliveries.filter((one) => one.state !== 'delivered'));
    if (!json.next) break;
    before = json.next;
  }
  assert.ok(waiting.length > 0, 'the receiver was down');
  await till.call('POST', `${path}/${waiting.at(-1).seq}/redeliver`);
  await until('all webhooks', () => receiver.got.size >= events.length, 120_000).catch((error) => {
    throw new Error(`${error.message}: ${receiver.got.size} of ${events.length}`);
  });
  assert.equal(receiver.bad, 0, 'a signature that is not right');
  assert.deepEqual(
    [...receiver.got.keys()].sort((a, b) => a - b),
    events.map((event) => event.seq),
  );
  badDays.push(['webhook receiver down all day', events.length]);
  const green = events.filter((event) => event.kind === 'charge_paid' || event.type === 'charge_paid');
  assert.ok(green.length >= charges.filter((charge) => charge.state === 'paid').length);

  const yuan = (fen) => `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;
  const table = (title, rows) => {
    console.log(`\n${title}`);
    for (const [name, count] of rows) console.log(`  ${String(name).padEnd(48)} ${String(count).padStart(6)}`);
  };
  table(`${ground.name}: charges by outcome`, [...outcomes, ['all', charges.length]]);
  table('paid by (ordinary charges)', payers);
  table('bad days (charges; events for the receiver)', badDays);
  table('SIGKILL when', [...till.kills, ['all', [...till.kills.values()].reduce((all, one) => all + one, 0)]]);
  table('books', [
    ['came, by the till', yuan(sum)],
    ['came, by the ledger (ethers)', yuan(ledger.total)],
    ['came, by the Z report', yuan(z.came)],
    ['came, by the CSV', yuan(csv.came)],
    ['came, by the camt.053', yuan(statement.came)],
    ['on the addresses, by the ledger', yuan(ledger.balances)],
    ['refunded, by the till', yuan(refunded)],
    ['refunded, by the Z report', yuan(z.left)],
    ['refunded, by the CSV', yuan(csv.left)],
    ['refunded, by the camt.053', yuan(statement.left)],
    ['refunded, by the ledger', yuan(ledger.left)],
  ]);
  say('the books agree to the fen');
} catch (error) {
  console.error(till.log.split('\n').slice(-25).join('\n'));
  throw error;
} finally {
  await till.end();
  for (const one of jiaozi) await one.close();
  receiver.close();
  await ground.close();
  await other.close();
  world.remove();
}
process.exit(0);
