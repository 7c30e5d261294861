// Of each line of words (a JSON string): the master key's fingerprint and the first address on Conflux
// Core Space, by Node's own PBKDF2, ethers and js-conflux-sdk, as lines of JSON.
import { pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

const require = createRequire(new URL('../nodes/package.json', import.meta.url));
const { address, sign } = require('js-conflux-sdk');
const { HDNodeWallet } = require('ethers');

const CORE_MAIN = 1029;

for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  const words = JSON.parse(line).normalize('NFKD');
  const master = HDNodeWallet.fromSeed(pbkdf2Sync(words, 'mnemonic', 2048, 64, 'sha512'));
  const key = Buffer.from(master.derivePath("m/44'/503'/0'/0/0").privateKey.slice(2), 'hex');
  const core = address.encodeCfxAddress(sign.privateKeyToAddress(key), CORE_MAIN);
  process.stdout.write(`${JSON.stringify({ fingerprint: master.fingerprint.slice(2), core })}\n`);
}
