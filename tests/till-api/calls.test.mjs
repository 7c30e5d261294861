// The server of a real till: what it does, and what hostile callers try.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';

import { Shop, pause, until } from './lib/shop.mjs';

let shop;
let readOnly;
before(async () => {
  shop = await Shop.open();
  await shop.stop();
  readOnly = await shop.addToken('display', ['charges:read']);
  // Refunds are paid from the shop's account.
  await shop.world.run('shop', 'topup', '700');
  await shop.serve();
  await shop.world.wallet('customer');
  await shop.world.run('customer', 'topup', '1000');
});
after(() => shop?.close());

/** Sends bytes as they are; gives what comes back until the server hangs up. */
function raw(bytes, ms = 15_000) {
  return new Promise((done, fail) => {
    let out = '';
    const socket = connect(shop.port, '127.0.0.1', () => socket.write(bytes));
    const end = setTimeout(() => (socket.destroy(), done(out)), ms);
    socket.on('data', (data) => (out += data));
    socket.on('close', () => (clearTimeout(end), done(out)));
    socket.on('error', (error) => (error.code === 'ECONNRESET' || error.code === 'EPIPE' ? done(out) : fail(error)));
  });
}

const statusOf = (text) => Number(text.match(/^HTTP\/1\.1 (\d{3})/)?.[1]);

const ask = (target, lines = [], method = 'GET') =>
  [
    `${method} ${target} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${shop.token}`,
    'Connection: close',
    ...lines,
    '',
    '',
  ].join('\r\n');

test('a charge is made, paid, seen and refunded', async () => {
  const charge = await shop.charge({ lines: [{ name: '面', quantity: 2, price: '6.25' }], order: 'web-1' });
  assert.equal(charge.amount.plain, '12.50');
  assert.match(charge.checkout_url, /^http:\/\/127\.0\.0\.1:\d+\/pay\/[0-9a-f]{40}$/);
  await shop.world.run('customer', 'pay', charge.link, '--yes');
  const paid = await shop.state(charge.id, 'paid');
  assert.equal(paid.paid.plain, '12.50');

  const found = await shop.call('GET', '/v1/charges?order=web-1');
  assert.deepEqual(
    found.json.charges.map((one) => one.id),
    [charge.id],
  );

  const refund = { number: 'R-1', amount: '2.50', reason: 'cold' };
  const path = `/v1/charges/${charge.id}/refunds`;
  const made = await shop.call('POST', path, refund);
  assert.equal(made.status, 201, made.raw);
  // The same refund under another key: it pays once.
  const again = await shop.call('POST', path, refund);
  assert.equal(again.status, 201, again.raw);
  const other = await shop.call('POST', path, { ...refund, amount: '3.00' });
  assert.equal(other.code, 'refund_differs');
  const too = await shop.call('POST', path, { number: 'R-2', amount: '10.01' });
  assert.deepEqual([too.status, too.code], [422, 'refund_too_much']);
  await until('the refund', async () => (await shop.call('GET', '/v1/refunds?number=R-1')).json.state === 'paid');
  assert.equal((await shop.get(charge.id)).refunded.plain, '2.50');
  const over = await shop.call('POST', path, { number: 'R-3', amount: '0.01' }, { token: readOnly });
  assert.deepEqual([over.status, over.code], [403, 'scope_missing']);
});

test("what is refunded in a day stays below the token's sum", async () => {
  const charge = await shop.charge({ amount: '600' });
  await shop.world.run('customer', 'pay', charge.link, '--yes');
  await shop.state(charge.id, 'paid');
  const path = `/v1/charges/${charge.id}/refunds`;
  const refused = await shop.call('POST', path, { number: 'C-1' });
  assert.deepEqual([refused.status, refused.code], [403, 'till_refund_cap']);
  assert.equal((await shop.call('GET', '/v1/refunds?number=C-1')).status, 404);
});

test('one key has one effect, at the same time and after a kill', async () => {
  const key = randomUUID();
  const body = { amount: '1.00' };
  const all = await Promise.all(Array.from({ length: 20 }, () => shop.call('POST', '/v1/charges', body, { key })));
  assert.ok(all.every((one) => one.status === 201));
  assert.equal(new Set(all.map((one) => one.json.id)).size, 1);
  const differs = await shop.call('POST', '/v1/charges', { amount: '1.01' }, { key });
  assert.deepEqual([differs.status, differs.code], [422, 'idempotency_key_reused']);
  const elsewhere = await shop.call('POST', `/v1/charges/${all[0].json.id}/close`, undefined, { key });
  assert.equal(elsewhere.code, 'idempotency_key_reused');
  // Another token's keys are its own.
  await shop.stop('SIGKILL');
  const other = await shop.addToken('other', ['charges:write']);
  await shop.serve();
  const later = await shop.call('POST', '/v1/charges', body, { key });
  assert.equal(later.json.id, all[0].json.id);
  const others = await shop.call('POST', '/v1/charges', body, { key, token: other });
  assert.notEqual(others.json.id, all[0].json.id);

  const endpoint = { url: 'http://127.0.0.1:9/none', enabled: false };
  const hooks = await Promise.all(
    Array.from({ length: 10 }, () => shop.call('POST', '/v1/webhooks', endpoint, { key: 'hook' })),
  );
  assert.equal(new Set(hooks.map((one) => one.raw)).size, 1);
  assert.equal((await shop.call('GET', '/v1/webhooks')).json.webhooks.length, 1);
  assert.equal((await shop.call('DELETE', `/v1/webhooks/${hooks[0].json.id}`)).status, 204);
});

test('nobody gets in without a token, or beyond its scopes', async () => {
  const [, id, secret] = shop.token.match(/^jzt_([0-9a-f]{16})_([0-9a-f]{64})$/);
  const flipped = (secret[0] === '0' ? '1' : '0') + secret.slice(1);
  for (const token of [
    '',
    'x',
    `jzt_${id}`,
    `jzt_${id}_${flipped}`,
    `jzt_${'0'.repeat(16)}_${secret}`,
    `${shop.token}0`,
    '*',
    '\u00e9',
  ]) {
    const answer = await shop.call('GET', '/v1/charges', undefined, { token });
    assert.deepEqual([answer.status, answer.code], [401, 'unauthorized'], token);
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
  }
  assert.equal((await fetch(`${shop.url}/v1/till`)).status, 401);
  const basic = `Basic ${Buffer.from(`x:${shop.token}`).toString('base64')}`;
  assert.equal((await fetch(`${shop.url}/v1/till`, { headers: { authorization: basic } })).status, 401);
  const twice = await raw(ask('/v1/till', [`Authorization: Bearer ${shop.token}`]));
  assert.equal(statusOf(twice), 401);
  const write = await shop.call('POST', '/v1/charges', { amount: '1' }, { token: readOnly });
  assert.deepEqual([write.status, write.code], [403, 'scope_missing']);
  assert.equal((await shop.call('GET', '/v1/webhooks', undefined, { token: readOnly })).status, 403);
  // In a query or in the path it is no token.
  assert.equal((await fetch(`${shop.url}/v1/till?access_token=${shop.token}`)).status, 401);
});

test('errors are JSON in both languages, and say what they mean for the money', async () => {
  for (const [language, tag] of [
    ['zh-CN,zh;q=0.9', 'zh-CN'],
    ['en-GB', 'en'],
    ['fr', 'en'],
  ]) {
    const headers = { 'accept-language': language };
    const answer = await shop.call('GET', '/v1/charges/7-999999', undefined, { headers });
    assert.equal(answer.status, 404);
    assert.equal(answer.headers.get('content-language'), tag);
    const { code, message, next, retryable, money } = answer.json.error;
    assert.deepEqual([code, retryable, money], ['charge_unknown', false, 'safe']);
    assert.ok(message && next);
    assert.equal(/\p{Script=Han}/u.test(message), tag === 'zh-CN');
  }
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const answer = await shop.call(method, '/v1/no/such/thing');
    assert.deepEqual([answer.status, answer.code], [404, 'not_found'], method);
  }
  const wrong = await shop.call('PATCH', '/v1/charges');
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET, HEAD, OPTIONS, POST']);
  const options = await fetch(`${shop.url}/v1/charges`, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example' },
  });
  assert.equal(options.status, 204);
  assert.equal(options.headers.get('access-control-allow-origin'), null);
  const head = await fetch(`${shop.url}/v1/charges`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${shop.token}` },
  });
  assert.deepEqual([head.status, await head.text()], [200, '']);
});

test('garbage is refused, field by field', async () => {
  const bad = [
    '',
    '{',
    '[]',
    'null',
    '1',
    '"x"',
    '\u0000',
    '{}',
    '{"amount":12.5}',
    '{"amount":"1","amount":"2"}x',
    '{"amount":"1","unknown":1}',
    '{"amount":"1e3"}',
    '{"amount":"-1"}',
    '{"amount":"1,5"}',
    '{"amount":"\uff11"}',
    '{"amount":"1","seconds":59}',
    '{"amount":"1","seconds":1e99}',
    '{"amount":"1","seconds":"60"}',
    '{"lines":[]}',
    '{"lines":[{"name":"x","quantity":0,"price":"1"}]}',
    '{"lines":[{"name":"x","quantity":1,"price":"1","x":1}]}',
    '{"lines":[{"name":"","quantity":1,"price":"1"}]}',
    `{"amount":"1","note":"${'x'.repeat(141)}"}`,
    `{"amount":"1","order":"${'x'.repeat(65)}"}`,
    `${'['.repeat(20_000)}`,
    `{"a":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}}`,
  ];
  for (const body of bad) {
    const answer = await shop.call('POST', '/v1/charges', body);
    assert.deepEqual([answer.status, answer.code], [400, 'body_malformed'], body.slice(0, 80));
  }
  for (const [body, code] of [
    [{ amount: '0' }, 'amount_zero'],
    [{ amount: '1.001' }, 'amount_too_precise'],
    [{ amount: '3', lines: [{ name: 'x', quantity: 1, price: '1' }] }, 'charge_lines_differ'],
    [{ amount: '1', order: '\u202e' }, 'bad_input'],
  ]) {
    const answer = await shop.call('POST', '/v1/charges', body);
    assert.deepEqual([answer.status, answer.code], [422, code]);
  }
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=gbk',
    'application/jsonp',
  ]) {
    const answer = await shop.call('POST', '/v1/charges', '{"amount":"1"}', { headers: { 'content-type': type } });
    assert.deepEqual([answer.status, answer.code], [415, 'content_type'], type);
  }
  for (const query of [
    'limit=0',
    'limit=201',
    'limit=1&limit=2',
    'nonsense=1',
    'state=Open',
    'day=2026-02-30',
    'after=x',
    'to_return=1',
    'text=',
    'limit=%ff',
  ]) {
    const answer = await shop.call('GET', `/v1/charges?${query}`);
    assert.deepEqual([answer.status, answer.code], [400, 'query_malformed'], query);
  }
  for (const key of ['', ' ', 'a b', '\u00e9', 'x'.repeat(129)]) {
    const answer = await shop.call('POST', '/v1/charges', { amount: '1' }, { headers: { 'idempotency-key': key } });
    assert.deepEqual([answer.status, answer.code], [400, 'idempotency_key_needed'], key);
  }
  const bodied = await shop.call('POST', '/v1/charges/7-0/close', '{}');
  assert.equal(bodied.status, 400);
  for (const url of [
    'http://shop.example/',
    'file:///etc/passwd',
    'http://169.254.169.254/latest',
    'https://a:b@c.example/',
    'gopher://x',
  ]) {
    const answer = await shop.call('POST', '/v1/webhooks', { url });
    assert.deepEqual([answer.status, answer.code], [422, 'till_webhook_url'], url);
  }
});

test('paths cannot be walked, and links cannot be guessed', async () => {
  for (const path of [
    '/../etc/passwd',
    '/pay/../v1/till',
    '/pay/%2e%2e%2fetc%2fpasswd',
    '/v1/charges/..%2f..%2fetc',
    '/v1/charges/%00',
    '/v1/charges/%ff',
    '//v1/till',
    '/v1//till',
    '/v1/till/',
    '/V1/till',
    '/v1/charges/7-0%0d%0aX: y',
    '/v1/charges/-7-0',
    '/v1/charges/7-99999999999',
    `/v1/charges/${'9'.repeat(5_000)}`,
    '/v1/webhooks/wh_../x',
    '/pay/',
    '/pay/page.css/..',
  ]) {
    const answer = await raw(ask(path));
    assert.ok([400, 404].includes(statusOf(answer)), `${path}: ${answer.slice(0, 80)}`);
    assert.ok(!answer.includes('root:'), path);
  }
  const charge = await shop.charge({ amount: '1', note: '<script>alert(1)</script>' });
  const link = new URL(charge.checkout_url);
  const page = await (await fetch(link)).text();
  assert.ok(page.includes('&lt;script&gt;alert(1)') && !page.includes('<script>alert'));
  assert.ok(!page.includes('jzt_') && !page.includes('whsec_') && !page.includes('xpub'));
  const digits = link.pathname.slice('/pay/'.length);
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digits[at] === '0' ? '1' : '0';
    const guess = digits.slice(0, at) + digit + digits.slice(at + 1);
    assert.equal((await fetch(`${shop.url}/pay/${guess}`)).status, 404);
    if (at % 10 === 0) assert.equal((await fetch(`${shop.url}/pay/${guess}/state`)).status, 404);
  }
});

test("names that are not the server's are refused", async () => {
  const get = (host, target = '/v1/till') =>
    raw(
      [
        `GET ${target} HTTP/1.1`,
        ...host.map((name) => `Host: ${name}`),
        `Authorization: Bearer ${shop.token}`,
        'Connection: close',
        '',
        '',
      ].join('\r\n'),
    );
  for (const host of [
    ['evil.example'],
    ['localhost.evil.example'],
    ['localhost', 'evil.example'],
    [],
    ['localhost@evil.example'],
  ]) {
    assert.equal(statusOf(await get(host)), 400, host.join());
  }
  assert.equal(statusOf(await get(['localhost'], 'http://evil.example/v1/till')), 400);
  assert.equal(statusOf(await get([`127.0.0.1:${shop.port}`])), 200);
});

test('nothing is smuggled behind a request', async () => {
  const hidden = `GET /v1/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const head = (lines) =>
    [
      'POST /v1/charges HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${shop.token}`,
      'Content-Type: application/json',
      `Idempotency-Key: ${randomUUID()}`,
      ...lines,
      '',
      '',
    ].join('\r\n');
  for (const lines of [
    ['Content-Length: 0', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Content-Length: 5'],
    ['Content-Length: 0', 'Content-Length: 60'],
    ['Content-Length: +5'],
    ['Content-Length: 5, 5x'],
    ['Transfer-Encoding: xchunked'],
    ['Transfer-Encoding: chunked, identity'],
    ['Transfer-Encoding : chunked'],
    ['X: a\rTransfer-Encoding: chunked'],
  ]) {
    const answer = await raw(`${head(lines)}0\r\n\r\n${hidden}`, 1_500);
    const status = statusOf(answer);
    assert.ok(status === 400 || Number.isNaN(status), `${lines}: ${answer.slice(0, 200)}`);
    assert.ok(!answer.includes('401'), `${lines}: ${answer}`);
  }
  for (const line of [
    'GET /v1/till',
    'GET /v1/till HTTP/9.9\r\n\r\n',
    '\u0000\u0001\u0002\r\n\r\n',
    'GET /v1/till HTTP/1.1\r\nHost: a\r\n b\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
  ]) {
    const answer = await raw(line, 1_500);
    assert.ok(!answer.includes(' 200 '), line);
  }
});

test('giants are refused, and slow ones are hung up on', async () => {
  const large = await shop.call('POST', '/v1/charges', `{"note":"${'x'.repeat(70_000)}"}`);
  assert.deepEqual([large.status, large.code], [413, 'body_too_large']);
  const said = await raw(
    ask('/v1/charges', ['Content-Type: application/json', 'Idempotency-Key: x', 'Content-Length: 99999999999'], 'POST'),
    12_000,
  );
  assert.ok([400, 408, 413].includes(statusOf(said)) || said === '', said.slice(0, 100));
  const headers = await raw(ask('/v1/till', [`X: ${'y'.repeat(70_000)}`]));
  assert.ok([431, 400].includes(statusOf(headers)) || headers === '');
  const many = await raw(
    ask(
      '/v1/till',
      Array.from({ length: 500 }, (_, i) => `X-${i}: y`),
    ),
  );
  assert.ok([431, 400].includes(statusOf(many)), many.slice(0, 60));
  // Headers that never end.
  const started = Date.now();
  const slow = await raw('GET /v1/till HTTP/1.1\r\nHost: localhost\r\n', 30_000);
  assert.ok(!slow.includes(' 200 '));
  assert.ok(Date.now() - started < 29_000, 'it was not hung up on');
});

test('many slow callers do not keep others out', async () => {
  const sockets = Array.from({ length: 200 }, () => {
    const socket = connect(shop.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n'));
    socket.on('error', () => undefined);
    return socket;
  });
  await pause(200);
  assert.equal((await shop.call('GET', '/v1/till')).status, 200);
  for (const socket of sockets) socket.destroy();
});

test('events come in order, as pages and as they happen', async () => {
  let page = await shop.call('GET', '/v1/events?limit=3');
  const seqs = [];
  while (page.json.events.length > 0) {
    seqs.push(...page.json.events.map((event) => event.seq));
    page = await shop.call('GET', `/v1/events?limit=3&after=${page.json.next}`);
  }
  assert.deepEqual(
    seqs,
    seqs.map((_, index) => index + 1),
  );
  const headers = { authorization: `Bearer ${shop.token}`, accept: 'text/event-stream' };
  const last = seqs.at(-1);
  const stream = await fetch(`${shop.url}/v1/events`, { headers: { ...headers, 'last-event-id': String(last - 1) } });
  assert.equal(stream.headers.get('content-type'), 'text/event-stream');
  const reader = stream.body.getReader();
  let text = '';
  const read = async (wanted) => {
    while (!wanted.test(text)) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream ended');
      text += new TextDecoder().decode(value);
    }
  };
  await read(new RegExp(`id: ?${last}\n`));
  const charge = await shop.charge({ amount: '3' });
  await read(new RegExp(`"charge":"${charge.id}"`));
  await shop.world.run('customer', 'pay', charge.link, '--yes');
  await read(/charge_paid/);
  await reader.cancel();
});

test('a flood is held back, and others are still served', async () => {
  await shop.stop();
  await shop.serve({ rate: '5' });
  const all = await Promise.all(Array.from({ length: 60 }, () => shop.call('GET', '/v1/till')));
  const refused = all.filter((one) => one.status === 429);
  assert.ok(refused.length > 20, `${refused.length}`);
  assert.ok(refused.every((one) => one.code === 'too_many_requests' && Number(one.headers.get('retry-after')) >= 1));
  assert.ok(all.some((one) => one.status === 200));
  await pause(1_500);
  assert.equal((await shop.call('GET', '/v1/till')).status, 200);
  await shop.stop();
  await shop.serve();
});

test('nothing beyond this computer without a certificate, and an end that is clean', async () => {
  assert.equal(await shop.stop(), 0);
  const refused = await shop.world.run('shop', 'till', 'serve', '--listen', '0.0.0.0:0').catch((error) => error);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /serve_tls_needed/);
  assert.ok(!shop.log.includes(shop.token) && !shop.log.includes('whsec_'));
  await shop.serve();
});

test('a till that can only watch takes money, and says where refunds are made', async () => {
  const file = new URL('../../wallet-core/wallet/src/till/tests/shop-account.xpub', import.meta.url);
  const publicKey = readFileSync(file, 'utf8').trim();
  const watching = await Shop.open({ setup: ['--public-key', publicKey] });
  try {
    const status = await watching.call('GET', '/v1/till');
    assert.equal(status.json.watch_only, true);
    assert.ok(!status.raw.includes('xpub'), 'the public key would show every other charge');
    const charge = await watching.charge({ amount: '5' });
    await watching.world.wallet('customer');
    await watching.world.run('customer', 'topup', '10');
    await watching.world.run('customer', 'pay', charge.link, '--yes');
    await watching.state(charge.id, 'paid');
    const refund = await watching.call('POST', `/v1/charges/${charge.id}/refunds`, { number: 'R-1' });
    assert.deepEqual([refund.status, refund.code], [409, 'till_watch_only']);
  } finally {
    await watching.close();
  }
});

test('pages of other origins may call only where they are named', async () => {
  const from = (origin, method = 'GET') =>
    fetch(`${shop.url}/v1/till`, { method, headers: { origin, authorization: `Bearer ${shop.token}` } });
  assert.equal((await from('https://shop.example')).headers.get('access-control-allow-origin'), null);
  await shop.stop();
  await shop.serve({ more: ['--allow-origin', 'https://shop.example'] });
  for (const method of ['GET', 'OPTIONS']) {
    const named = await from('https://shop.example', method);
    assert.equal(named.headers.get('access-control-allow-origin'), 'https://shop.example');
    assert.match(named.headers.get('access-control-allow-headers'), /idempotency-key/);
    for (const other of ['https://evil.example', 'https://shop.example.evil', 'http://shop.example', 'null']) {
      assert.equal((await from(other, method)).headers.get('access-control-allow-origin'), null, other);
    }
  }
  await shop.stop();
  const refused = await shop.world.run('shop', 'till', 'serve', '--allow-origin', '*').catch((error) => error);
  assert.match(refused.err, /serve_names/);
  await shop.serve();
});

test('a caller that stops reading keeps nobody out', async () => {
  for (let made = 0; made < 60; made += 1) await shop.charge({ amount: '1', note: 'x'.repeat(140) });
  const sockets = Array.from({ length: 60 }, () => {
    const socket = connect(shop.port, '127.0.0.1', () => socket.write(ask('/v1/charges?limit=200').repeat(8)));
    socket.pause();
    socket.on('error', () => undefined);
    return socket;
  });
  await pause(500);
  assert.equal((await shop.call('GET', '/v1/till')).status, 200);
  for (const socket of sockets) socket.destroy();
});
