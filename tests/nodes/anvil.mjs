// Starts Anvil on loopback and prints one JSON line when it answers:
// {"url", "wsUrl", "chainId", "fundedKeys": [{"address", "key"}]}.
//
//   node anvil.mjs [--block-time SECONDS] [--chain-id ID]
//
// Without --block-time every transaction gets a block of its own at once. Stops when standard input
// closes or on SIGTERM, and leaves nothing behind.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { DEVELOPMENT_PHRASE, fundedKeys } from './lib/keys.mjs';
import { fail, Nursery, readOptions } from './lib/process.mjs';
import { callUntil } from './lib/rpc.mjs';

const options = readOptions({ 'block-time': 'value', 'chain-id': 'value' });
const chainId = options['chain-id'] ?? '31337';
for (const value of [chainId, options['block-time'] ?? '1'])
  if (!/^[1-9][0-9]*$/.test(value)) fail(`not a number: ${value}`);

const binary = join(
  dirname(createRequire(import.meta.url).resolve('@foundry-rs/anvil-linux-amd64/package.json')),
  'bin/anvil',
);
const nursery = new Nursery('anvil');
const args = ['--host', '127.0.0.1', '--port', '0', '--chain-id', chainId, '--gas-limit', '300000000'];
args.push('--mnemonic', DEVELOPMENT_PHRASE);
if (options['block-time']) args.push('--block-time', options['block-time']);

// Anvil writes states and caches under the home folder: it gets one of its own.
const env = { PATH: process.env.PATH, HOME: nursery.folder, TMPDIR: nursery.folder, NO_COLOR: '1' };
const child = nursery.start(binary, args, { env, cwd: nursery.folder, stdio: ['ignore', 'pipe', 'pipe'] });

let banner = '';
child.stdout.on('data', async (chunk) => {
  if (banner === undefined) return;
  banner += chunk;
  const found = /Listening on (127\.0\.0\.1:\d+)/.exec(banner);
  if (!found) return;
  banner = undefined;
  const url = `http://${found[1]}`;
  try {
    await callUntil(url, 'eth_chainId', [], (id) => BigInt(id) === BigInt(chainId), 20);
    nursery.ready({ url, wsUrl: `ws://${found[1]}`, chainId: Number(chainId), fundedKeys: fundedKeys() });
  } catch (error) {
    nursery.end(1, error.message);
  }
});
