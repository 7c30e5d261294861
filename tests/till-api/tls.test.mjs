// The server behind a certificate of its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as plain } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';

import { Shop } from './lib/shop.mjs';

let shop;
let files;
before(async () => {
  shop = await Shop.open();
  await shop.stop();
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(shop.world.folder, name));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,DNS:pay.example,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  files = { cert, key };
  const flags = ['--tls-cert', cert, '--tls-key', key, '--public-url', 'https://pay.example', '--host', 'till.example'];
  await shop.serve({ more: flags });
  // The URL is the public one; it listens where it was told to.
  assert.equal(shop.url, 'https://pay.example');
});
after(() => shop?.close());

function get(host, port, path = '/v1/till') {
  return new Promise((done, fail) => {
    const headers = { host, authorization: `Bearer ${shop.token}` };
    const options = { host: '127.0.0.1', port, path, headers, ca: readFileSync(files.cert), servername: 'localhost' };
    const sent = request(options, (answer) => {
      let text = '';
      answer.on('data', (data) => (text += data));
      answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, text }));
    });
    sent.on('error', fail);
    sent.end();
  });
}

test('calls are encrypted, and links are the public ones', async () => {
  const { port } = shop;
  const answer = await get('pay.example', port);
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers['strict-transport-security'], /max-age/);
  assert.equal((await get('till.example:443', port)).status, 200);
  assert.equal((await get('evil.example', port)).status, 400);
});

test('old protocols and plain text get nowhere', async () => {
  const { port } = shop;
  const old = await new Promise((done) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      rejectUnauthorized: false,
    });
    socket.on('secureConnect', () => done('connected'));
    socket.on('error', () => done('refused'));
  });
  assert.equal(old, 'refused');
  const text = await new Promise((done) => {
    let out = '';
    const socket = plain(port, '127.0.0.1', () => socket.write('GET /v1/till HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    socket.on('data', (data) => (out += data.toString('latin1')));
    socket.on('close', () => done(out));
    socket.on('error', () => done(out));
  });
  assert.ok(!text.includes('HTTP/1.1 200'));
});

test('a certificate that cannot be used is said at the start', async () => {
  await shop.stop();
  const broken = join(shop.world.folder, 'broken.pem');
  writeFileSync(broken, 'no certificate\n');
  const args = ['till', 'serve', '--listen', '127.0.0.1:0', '--tls-cert', broken, '--tls-key', files.key];
  const refused = await shop.world.run('shop', ...args).catch((error) => error);
  assert.match(refused.err, /serve_certificate/);
  const half = await shop.world.run('shop', 'till', 'serve', '--tls-cert', broken).catch((error) => error);
  assert.equal(half.code, 2);
});
