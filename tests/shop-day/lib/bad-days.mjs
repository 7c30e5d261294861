// What goes wrong in a shop, and where each charge must stand afterwards. Each gives the charges that it made
// as [id, what they must be in the end].
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { pause, until } from '../../till-api/lib/shop.mjs';
import { call } from '../../nodes/lib/rpc.mjs';
import { Ethers } from './customers.mjs';
import { counterfeit } from './grounds.mjs';

const NO_FLAGS = { under: false, over: false, late: false, wrong_asset: false, taken_back: false };
const fen = (amount) => BigInt(amount.atoms);

/** What a charge must be: state, flags that are up, and what came of the till's own asset, in fen. */
export const wanted = (state, flags, came) => ({ state, flags: { ...NO_FLAGS, ...flags }, came: BigInt(came) });

/** A token that the shop does not know, a token that it knows, and coin: never green. */
export async function wrongAsset({ till, ground, ethers }) {
  const fake = await counterfeit(ground, ethers.signer.signer.address);
  const charge = await till.charge({ amount: '3.00', order: 'fake' });
  await ethers.send(charge.address, 300n, fake);
  const ends = [[charge.id, wanted('closed', {}, 0)]];
  if (ground.second) {
    const other = await till.charge({ amount: '4.00', order: 'other-token' });
    await ethers.send(other.address, 400n, ground.second);
    await till.when(other.id, 'the other token', (one) => one.flags.wrong_asset);
    ends.push([other.id, wanted('closed', { wrong_asset: true }, 0)]);
    const coin = await till.charge({ amount: '5.00', order: 'coin' });
    await (await ethers.signer.sendTransaction({ to: coin.address, value: 5n, ...ground.price })).wait();
    ends.push([coin.id, wanted('closed', { wrong_asset: true }, 0)]);
  }
  for (const [id] of ends) {
    assert.equal((await till.get(id)).state, 'open', 'green for money that nobody asked for');
    await till.call('POST', `/v1/charges/${id}/close`);
    await till.when(id, 'the end', (one) => one.state === 'closed');
  }
  return ends;
}

/** Paid on another network of the shop's, to the same address: found when someone looks deeper. */
export async function wrongNetwork({ till, other }) {
  const charge = await till.charge({ amount: '6.00', order: 'wrong-network' });
  await new Ethers(other, 1).send(charge.address, 600n);
  await pause(1_000);
  const looked = (await till.call('POST', `/v1/charges/${charge.id}/look`)).json;
  assert.equal(looked.state, 'open');
  assert.ok(looked.flags.wrong_asset, `money on ${other.name} was not found`);
  assert.equal(looked.returnable_other.length, 1);
  await till.call('POST', `/v1/charges/${charge.id}/close`);
  await till.when(charge.id, 'the end', (one) => one.state === 'closed');
  return [[charge.id, wanted('closed', { wrong_asset: true }, 0)]];
}

/** Two customers pay one code at the same time. */
export async function oneCodeTwice({ till, ethers, cast }) {
  const charge = await till.charge({ amount: '7.00', order: 'two-customers' });
  await Promise.all([ethers.pay(charge), cast.pay(charge)]);
  await till.when(charge.id, 'the second payment', (one) => one.payments.length === 2);
  return [[charge.id, wanted('paid', { over: true }, 14_00)]];
}

/** Our wallet pays a code that it has paid: the second time is refused. */
export async function ownTwice({ till, jiaozi }) {
  const charge = await till.charge({ amount: '2.20', order: 'own-twice' });
  await jiaozi.pay(charge);
  await jiaozi.pay(charge).catch(() => undefined);
  await till.paid(charge.id);
  return [[charge.id, wanted('paid', {}, 2_20)]];
}

/** Another wallet pays a half; the code asks ours for what is missing, and no more. */
export async function halfTwice({ till, ethers, jiaozi }) {
  const charge = await till.charge({ amount: '8.00', order: 'half-twice' });
  await ethers.pay(charge, 400n);
  const half = await till.when(charge.id, 'the first half', (one) => one.payments.length === 1);
  assert.ok(half.state === 'open' && half.flags.under, 'half is not all');
  assert.equal(half.missing.atoms, '400');
  await jiaozi.pay(half);
  await till.paid(charge.id);
  const rest = await till.charge({ amount: '9.00', order: 'half-once' });
  await ethers.pay(rest, 450n);
  await till.when(rest.id, 'the half', (one) => one.payments.length === 1);
  await till.call('POST', `/v1/charges/${rest.id}/close`);
  await till.when(rest.id, 'the end', (one) => one.state === 'revoked');
  return [
    [charge.id, wanted('paid', {}, 8_00)],
    [rest.id, wanted('revoked', { under: true }, 4_50)],
  ];
}

/** A refund that two people click at the same moment, each twice. */
export async function refundTwice({ till, ground, ethers }) {
  const charge = await till.charge({ amount: '11.00', order: 'refund' });
  await ethers.pay(charge);
  await till.paid(charge.id);
  const path = `/v1/charges/${charge.id}/refunds`;
  const click = (token) => till.call('POST', path, { number: 'R-11', amount: '5.00' }, { token });
  const clicks = await Promise.all([till.token, till.second, till.token, till.second].map(click));
  assert.ok(
    clicks.some((one) => one.status === 201),
    clicks.map((one) => one.raw).join('\n'),
  );
  assert.ok(
    clicks.every((one) => one.status < 500),
    clicks.map((one) => one.raw).join('\n'),
  );
  await until(
    'the refund',
    async () => (await till.call('GET', '/v1/refunds?number=R-11')).json?.state === 'paid',
    90_000,
  );
  const more = await till.call('POST', path, { number: 'R-12', amount: '6.01' });
  assert.equal(more.code, 'refund_too_much');
  assert.equal(fen((await till.get(charge.id)).refunded), 5_00n);
  return [[charge.id, { ...wanted('paid', {}, 11_00), refunded: 5_00n }]];
}

/** Never paid in its minute; paid when it is over: shown, and given back. */
export async function tooLate({ till, ethers }, charge) {
  await till.when(charge.id, 'the end of its time', (one) => one.state === 'closed', 150_000);
  await ethers.pay(charge);
  await till.when(charge.id, 'the late money', (one) => one.flags.late);
  const refund = await till.call('POST', `/v1/charges/${charge.id}/refunds`, { number: 'R-late' });
  assert.equal(refund.status, 201, refund.raw);
  await until(
    'the refund',
    async () => (await till.call('GET', '/v1/refunds?number=R-late')).json.state === 'paid',
    90_000,
  );
  return [[charge.id, { ...wanted('closed', { late: true }, fen(charge.amount)), refunded: fen(charge.amount) }]];
}

/** The node is gone while their time runs out, customers pay meanwhile, and it is back. */
export async function nodeGone({ till, ground, ethers }, charges) {
  await until('most of their minute', () => Date.now() / 1000 > charges[0].expires_at - 8, 90_000);
  ground.proxy.gone = true;
  const made = (await till.call('POST', '/v1/charges', { amount: '1.50', order: 'while-gone' })).json;
  for (const charge of charges) await ethers.pay(charge);
  await until('their end', () => Date.now() / 1000 > charges.at(-1).expires_at + 3, 90_000);
  for (const charge of charges)
    assert.equal((await till.get(charge.id)).state, 'open', 'ended by a till that saw nothing');
  assert.equal((await till.call('GET', '/v1/till')).json.health.online, false);
  ground.proxy.gone = false;
  for (const charge of charges) await till.paid(charge.id);
  const ends = charges.map((charge) => [charge.id, wanted('paid', {}, fen(charge.amount))]);
  if (!made?.id) return ends;
  await ethers.pay(made);
  await till.paid(made.id);
  return [...ends, [made.id, wanted('paid', {}, 1_50)]];
}

/** A block with a payment is taken back, and the payment comes again. */
export async function takenBack({ till, ground, ethers }) {
  const charge = await till.charge({ amount: '12.00', order: 'taken-back' });
  const transaction = await ethers.pay(charge);
  await till.paid(charge.id);
  await ground.proxy.reorganise(transaction);
  const back = await till.when(charge.id, 'the taking back', (one) => one.flags.taken_back);
  assert.notEqual(back.state, 'paid', 'green for money that is not there');
  ground.proxy.restore();
  await till.paid(charge.id);
  return [[charge.id, wanted('paid', { taken_back: true }, 12_00)]];
}

/** The same by a real reorganisation, at a till on a node that can do it. */
export async function reallyTakenBack({ till, ground, ethers }) {
  const charge = await till.charge({ amount: '12.00' });
  await ethers.pay(charge);
  await till.paid(charge.id);
  await call(ground.url, 'anvil_reorg', [1, []]);
  const back = await till.when(charge.id, 'the taking back', (one) => one.flags.taken_back);
  assert.notEqual(back.state, 'paid', 'green for money that is not there');
  ethers.signer.reset();
  await ethers.pay(charge);
  await till.paid(charge.id);
  return [[charge.id, wanted('paid', { taken_back: true }, 12_00)]];
}

/** The computer's clock jumps a day ahead, and back. */
export async function wrongClock({ till, ethers }, faketime) {
  const before = await till.charge({ amount: '13.00', order: 'before-the-jump' });
  await till.clock(86_400, faketime);
  await pause(3_000);
  assert.equal((await till.get(before.id)).state, 'open', 'ended by a clock that is off');
  await ethers.pay(before);
  await till.paid(before.id);
  // Told by the block that came.
  await until(
    'the clock to be seen',
    async () => (await till.call('GET', '/v1/till')).json.health.clock_ahead > 80_000,
    60_000,
  );
  const during = await till.charge({ amount: '13.50', order: 'by-a-wrong-clock' });
  await till.clock(0);
  await ethers.pay(during);
  await till.paid(during.id);
  return [
    [before.id, wanted('paid', {}, 13_00)],
    [during.id, wanted('paid', {}, 13_50)],
  ];
}

/** A client that repeats, floods and sends garbage: one charge, and everybody else is served. */
export async function badClient({ till, random }) {
  const body = { amount: '1.00', order: 'repeated' };
  const repeats = await Promise.all(
    Array.from({ length: 20 }, () => till.call('POST', '/v1/charges', body, { key: 'one-key' })),
  );
  const ids = new Set(repeats.filter((one) => one.status === 201).map((one) => one.json.id));
  assert.equal(ids.size, 1);
  // Less is allowed meanwhile, so that a slow computer's flood is one as well.
  await till.again({ rate: '5' });
  const options = { token: till.flooder, once: true };
  const flood = await Promise.all(Array.from({ length: 100 }, () => till.call('GET', '/v1/till', undefined, options)));
  const held = flood.filter((one) => one.status === 429).length;
  assert.ok(held > 0 && flood.every((one) => [200, 429].includes(one.status)), `${held} of 100 were held back`);
  // From the same address others may have to ask twice, and are served.
  assert.equal((await till.call('GET', '/v1/till')).status, 200);
  await till.again();
  const garbage = [
    '',
    '{',
    '[]',
    'null',
    '{"amount":12.5}',
    '{"amount":"-1"}',
    '{"amount":"1","x":1}',
    '{"amount":"1e9"}',
  ];
  for (const text of garbage) {
    const { status } = await till.call('POST', '/v1/charges', text, options);
    assert.ok(status >= 400 && status < 500, `${status} for ${text}`);
  }
  for (let time = 0; time < 20; time += 1) {
    const bytes = Buffer.from(Array.from({ length: 400 }, () => Math.floor(random() * 256)));
    await new Promise((done) => {
      const socket = connect(till.port, '127.0.0.1', () => socket.end(bytes));
      socket.on('error', done).on('close', done).resume();
    });
  }
  const [id] = ids;
  await till.call('POST', `/v1/charges/${id}/close`);
  await till.when(id, 'the end', (one) => one.state === 'closed');
  return [[id, wanted('closed', {}, 0)]];
}
