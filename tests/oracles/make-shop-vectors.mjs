// Writes wallet-core/types/tests/vectors/shop.json: the shop's keys of fixed words, a charge's
// addresses on both spaces, and a signed certificate and charge, by ethers and js-conflux-sdk.
// Run by hand; the result is committed. Usage: make-shop-vectors.mjs FILE
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

const require = createRequire(new URL('../nodes/package.json', import.meta.url));
const { sign } = require('js-conflux-sdk');
const { HDNodeWallet, Wallet } = require('ethers');

const words = `${'abandon '.repeat(11)}about`;
const at = (path) => HDNodeWallet.fromPhrase(words, '', path);
const core = (key) => `0x${sign.privateKeyToAddress(Buffer.from(key.slice(2), 'hex')).toString('hex')}`;
const fields = (...pairs) => pairs.map(([type, name]) => ({ type, name }));

const domain = { name: 'Jiaozi', version: '1' };
const till = new Wallet(`0x${'02'.repeat(32)}`);
const certificate = { shop: '老王面馆', till: till.address, validBefore: 2_100_000_000 };
const charge = {
  payee: at("m/44'/60'/1'/7/41").address,
  chain: 'eip155:1030',
  asset: 'eip155:1030/erc20:0x70BFD7F7eADF9b9827541272589A6B2Bb760aE2E',
  atoms: 1250,
  ref: 'T7-41',
  expires: 2_000_000_000,
};
const types = {
  certificate: {
    TillCertificate: fields(['string', 'shop'], ['address', 'till'], ['uint64', 'validBefore']),
  },
  charge: {
    Charge: fields(
      ['address', 'payee'],
      ['string', 'chain'],
      ['string', 'asset'],
      ['uint256', 'atoms'],
      ['string', 'ref'],
      ['uint64', 'expires'],
    ),
  },
};
const shop = at("m/44'/60'/0'/0/0");
const vectors = {
  source: 'ethers 6.17.0 and js-conflux-sdk 2.6.0, by tests/oracles/make-shop-vectors.mjs',
  evm_key: at("m/44'/60'/1'").neuter().extendedKey,
  core_key: at("m/44'/503'/1'").neuter().extendedKey,
  own_key: at("m/44'/60'/0'").neuter().extendedKey,
  charges: [
    [0, 0],
    [7, 41],
    [999, 2 ** 31 - 1],
  ].map(([till, number]) => ({
    till,
    number,
    evm: at(`m/44'/60'/1'/${till}/${number}`).address,
    core: core(at(`m/44'/503'/1'/${till}/${number}`).privateKey),
  })),
  shop: shop.address,
  certificate,
  certificate_signature: await shop.signTypedData(domain, types.certificate, certificate),
  charge,
  charge_signature: await till.signTypedData(domain, types.charge, charge),
};
writeFileSync(process.argv[2], `${JSON.stringify(vectors, null, 1)}\n`);
