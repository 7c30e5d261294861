// Webhooks of a real till to a real receiver: signed, in order, at least once,
// whatever happens to either side.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Shop, pause, until } from './lib/shop.mjs';

/** A receiver on this computer that answers as it is told to. */
class Receiver {
  static async open() {
    const receiver = new Receiver();
    receiver.got = [];
    receiver.answer = () => 200;
    receiver.server = createServer((request, response) => {
      let body = '';
      request.on('data', (data) => (body += data));
      request.on('end', () => {
        const parcel = { headers: request.headers, url: request.url, body, json: JSON.parse(body) };
        const status = receiver.answer(parcel);
        receiver.got.push(parcel);
        if (status === 'silence') return;
        if (status === 'redirect') response.writeHead(302, { location: `${receiver.url}/elsewhere` });
        else if (status === 'flood') response.writeHead(200).end('x'.repeat(1_000_000));
        else response.writeHead(status);
        response.end();
      });
    });
    await new Promise((done) => receiver.server.listen(0, '127.0.0.1', done));
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}`;
    return receiver;
  }

  of(charge) {
    return this.got.filter((parcel) => parcel.json.charge?.id === charge);
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Whether a signature is one of the secret's, as a receiver checks it. */
function isSigned(parcel, secret) {
  const parts = parcel.headers['jiaozi-signature'].split(',').map((part) => part.split('='));
  const at = parts.find(([name]) => name === 't')[1];
  const wanted = createHmac('sha256', secret).update(`${at}.${parcel.body}`).digest('hex');
  return parts.some(([name, value]) => name === 'v1' && value === wanted);
}

let shop;
let receiver;
let hook;
before(async () => {
  receiver = await Receiver.open();
  shop = await Shop.open();
  await shop.world.wallet('customer');
  await shop.world.run('customer', 'topup', '1000');
  hook = (await shop.call('POST', '/v1/webhooks', { url: `${receiver.url}/hook` })).json;
});
after(async () => {
  receiver?.close();
  await shop?.close();
});

const deliveries = async () => (await shop.call('GET', `/v1/webhooks/${hook.id}/deliveries`)).json.deliveries;

test('what happens is told, signed and in order', async () => {
  const charge = await shop.charge({ amount: '8.80' });
  await shop.world.run('customer', 'pay', charge.link, '--yes');
  const told = await until('the payment', () => {
    const of = receiver.of(charge.id);
    return of.some((parcel) => parcel.json.type === 'charge_paid') && of;
  });
  assert.equal(told[0].json.type, 'charge_created');
  for (const parcel of told) {
    assert.ok(isSigned(parcel, hook.secret));
    assert.ok(!isSigned(parcel, `${hook.secret}x`));
    assert.equal(parcel.headers['jiaozi-event-id'], parcel.json.id);
    assert.equal(parcel.headers['jiaozi-event-type'], parcel.json.type);
    assert.equal(parcel.headers['content-type'], 'application/json');
  }
  const paid = told.find((parcel) => parcel.json.type === 'charge_paid').json;
  assert.deepEqual([paid.state, paid.paid.plain, paid.charge.id], ['paid', '8.80', charge.id]);
  const seqs = told.map((parcel) => parcel.json.seq);
  assert.deepEqual(seqs, seqs.toSorted?.((a, b) => a - b) ?? [...seqs].sort((a, b) => a - b));
  await until('the marks', async () => (await deliveries()).every((one) => one.state === 'delivered'));
});

test('a rotation leaves the last secret valid', async () => {
  const rotated = (await shop.call('POST', `/v1/webhooks/${hook.id}/rotate`)).json;
  assert.equal(rotated.secrets, 2);
  const charge = await shop.charge({ amount: '1' });
  const [parcel] = await until('the event', () => receiver.of(charge.id).length && receiver.of(charge.id));
  assert.ok(isSigned(parcel, hook.secret) && isSigned(parcel, rotated.secret));
  const third = (await shop.call('POST', `/v1/webhooks/${hook.id}/rotate`)).json;
  const later = await shop.charge({ amount: '1' });
  const [next] = await until('the event', () => receiver.of(later.id).length && receiver.of(later.id));
  assert.ok(!isSigned(next, hook.secret) && isSigned(next, rotated.secret) && isSigned(next, third.secret));
  const shown = await shop.call('GET', `/v1/webhooks/${hook.id}`);
  assert.ok(!shown.raw.includes('whsec_'));
});

test('a kill between delivery and mark repeats the event under its id', async () => {
  // It is told, and the till is killed before it hears that it was.
  let killed;
  receiver.answer = (parcel) => {
    if (parcel.json.type !== 'charge_created' || killed) return 200;
    killed = parcel.json.id;
    shop.child.kill('SIGKILL');
    return 'silence';
  };
  const charge = await shop.charge({ amount: '2' }).catch(() => undefined);
  await shop.ended;
  receiver.answer = () => 200;
  await shop.serve();
  const repeats = await until('the repeat', () => {
    const of = receiver.got.filter((parcel) => parcel.json.id === killed);
    return of.length > 1 && of;
  });
  assert.equal(new Set(repeats.map((parcel) => parcel.body)).size, 1);
  await pause(500);
  assert.equal(receiver.got.filter((parcel) => parcel.json.id === killed).length, 2);
  if (charge) assert.equal((await shop.get(charge.id)).id, charge.id);
});

test('a receiver that fails is asked again, and by hand at once', async () => {
  receiver.answer = () => 500;
  const charge = await shop.charge({ amount: '3' });
  const failed = await until('the attempt', async () => {
    const one = (await deliveries()).find((delivery) => delivery.charge === charge.id);
    return one?.attempts === 1 && one;
  });
  assert.deepEqual([failed.state, failed.status, failed.error], ['pending', 500, 'refused']);
  assert.equal(failed.next_at - failed.last_at, 10);
  receiver.answer = () => 204;
  const path = `/v1/webhooks/${hook.id}/deliveries/${failed.seq}/redeliver`;
  assert.equal((await shop.call('POST', path)).status, 202);
  await until(
    'the delivery',
    async () => {
      const one = (await deliveries()).find((delivery) => delivery.seq === failed.seq);
      return one.state === 'delivered';
    },
    9_000,
  );
  const ids = receiver.of(charge.id).map((parcel) => parcel.json.id);
  assert.deepEqual(ids, [failed.event, failed.event]);
  const unknown = await shop.call('POST', `/v1/webhooks/${hook.id}/deliveries/999999/redeliver`);
  assert.deepEqual([unknown.status, unknown.code], [404, 'till_delivery_unknown']);
});

test('redirects are not followed, and floods not read', async () => {
  for (const [answer, error] of [
    ['redirect', 'redirect'],
    ['flood', 'too_large'],
  ]) {
    receiver.answer = () => answer;
    const charge = await shop.charge({ amount: '4' });
    const one = await until(error, async () => {
      const found = (await deliveries()).find((delivery) => delivery.charge === charge.id);
      return found?.attempts > 0 && found;
    });
    assert.deepEqual([one.state, one.error], ['pending', error]);
  }
  assert.ok(receiver.got.every((parcel) => parcel.url === '/hook'));
  receiver.answer = () => 200;
});

test('a webhook of the command line is kept once, with its secret from a file', async () => {
  const file = join(shop.world.folder, 'secret');
  writeFileSync(file, "a secret of the shop's own\n");
  const url = `${receiver.url}/second`;
  for (let start = 0; start < 2; start += 1) {
    await shop.stop();
    await shop.serve({ more: ['--webhook', url, '--webhook-secret', file] });
  }
  const all = (await shop.call('GET', '/v1/webhooks')).json.webhooks;
  assert.equal(all.filter((one) => one.url === url).length, 1);
  const charge = await shop.charge({ amount: '5' });
  const parcel = await until('the event', () => receiver.of(charge.id).find((one) => one.url === '/second'));
  assert.ok(isSigned(parcel, "a secret of the shop's own"));
  assert.ok(!shop.log.includes('whsec_') && !shop.log.includes('secret of the shop'));
});
