// Compares cold signing with other wallets' libraries, in both directions and with two of five frames lost:
// what they ask, our vault signs; what our wallet asks, they sign.
// Usage: others.mjs FOLDER_OF_PROGRAMS [COUNT]
import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const require = createRequire(import.meta.url);
const {
  CryptoCoinInfo,
  CryptoHDKey,
  CryptoKeypath,
  DataType,
  ETHSignature,
  EthSignRequest,
  PathComponent,
  generateAddressFromXpub,
} = require('@keystonehq/bc-ur-registry-eth');
const { UR, URDecoder, UREncoder } = require('@ngraveio/bc-ur');
const { HDNodeWallet, Transaction, TypedDataEncoder, Signature, recoverAddress } = require('ethers');

const [programs, count = 24] = [process.argv[2], Number(process.argv[3] ?? 24)];
const WORDS = `${'abandon '.repeat(11)}about`;
const PASSPHRASE = 'seven lanterns over the river';
const root = HDNodeWallet.fromPhrase(WORDS, '', 'm');
const account = root.derivePath("44'/60'/0'");
const fingerprint = root.fingerprint.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'jiaozi-others-'));
const at = (name) => join(folder, name);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function same(name, is, should) {
  if (String(is) !== String(should)) throw new Error(`${name}: ${is}, not ${should}`);
}

function run(program, args, input) {
  const env = { ...process.env, JIAOZI_SANDBOX: at('sandbox'), JIAOZI_PROFILE: at('profile'), LANG: 'C.UTF-8' };
  const done = spawnSync(join(programs, program), args, { input, env, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
}
const vault = (...args) => run('jiaozi-vault', [...args, '--secret-stdin'], `${WORDS}\n`);
const wallet = (...args) => JSON.parse(run('jiaozi', ['--no-input', '--json', ...args], ''));
const pick = (...choices) => choices[Math.floor(Math.random() * choices.length)];

/** Three of every five frames, in another order, until the message must be whole. */
function lossy(ur, size) {
  const encoder = new UREncoder(ur, size);
  const frames = [];
  for (let sent = 0; sent < encoder.fragmentsLength * 8 + 20; sent++) {
    const frame = encoder.nextPart();
    if (Math.random() >= 0.4) frames.push(frame.toUpperCase());
  }
  return frames.sort(() => Math.random() - 0.5);
}

/** Puts our frames together with their decoder, two of five lost. */
function decoded(text) {
  const decoder = new URDecoder();
  const frames = text.trim().split('\n');
  const kept = frames.length > 1 ? frames.filter((_, index) => index % 5 >= 2) : frames;
  for (const frame of kept) {
    decoder.receivePart(frame);
    if (decoder.isComplete()) break;
  }
  if (!decoder.isSuccess()) throw new Error(`not whole: ${decoder.resultError()} (${kept.length} frames)`);
  return decoder.resultUR();
}

// The public key, out and in.
vault('watch', '--out', at('key.svg'));
vault('watch', '--out', at('keys.txt'));
const told = CryptoHDKey.fromCBOR(decoded(readFileSync(at('keys.txt'), 'utf8').split('\n')[0]).cbor);
same('xpub', told.getBip32Key(), account.neuter().extendedKey);
same('path', told.getOrigin().getPath(), "44'/60'/0'");
same('fingerprint', told.getOrigin().getSourceFingerprint().toString('hex'), fingerprint);
same('address', generateAddressFromXpub(told.getBip32Key(), 'm/0/0'), account.derivePath('0/0').address);

// Their requests.
const AUTHORIZATION = [
  ['from', 'address'],
  ['to', 'address'],
  ['value', 'uint256'],
  ['validAfter', 'uint256'],
  ['validBefore', 'uint256'],
  ['nonce', 'bytes32'],
].map(([name, type]) => ({ name, type }));
const DOMAIN = [
  ['name', 'string'],
  ['version', 'string'],
  ['chainId', 'uint256'],
  ['verifyingContract', 'address'],
].map(([name, type]) => ({ name, type }));
const someone = () => HDNodeWallet.createRandom().address;
const number = (bytes) => BigInt(`0x${randomBytes(bytes).toString('hex')}`);

for (let turn = 0; turn < count; turn++) {
  const index = Math.floor(Math.random() * 50);
  const signer = account.derivePath(`0/${index}`);
  const chainId = pick(1, 1030, 71, 20251128);
  let data, type, digest;
  if (turn % 3 === 2) {
    const primary = pick('TransferWithAuthorization', 'ReceiveWithAuthorization');
    const domain = { name: 'USD Coin', version: '2', chainId, verifyingContract: someone() };
    const message = {
      from: signer.address,
      to: someone(),
      value: number(8).toString(),
      validAfter: 0,
      validBefore: pick(4102444800, '4102444800'),
      nonce: `0x${randomBytes(32).toString('hex')}`,
    };
    data = JSON.stringify({
      types: { EIP712Domain: DOMAIN, [primary]: AUTHORIZATION },
      primaryType: primary,
      domain,
      message,
    });
    digest = TypedDataEncoder.hash(domain, { [primary]: AUTHORIZATION }, message);
    [data, type] = [Buffer.from(data), DataType.typedData];
  } else {
    const token = Math.random() < 0.5;
    const call = `0xa9059cbb${someone().slice(2).toLowerCase().padStart(64, '0')}${number(9).toString(16).padStart(64, '0')}`;
    const legacy = turn % 3 === 0;
    const transaction = Transaction.from({
      type: legacy ? 0 : 2,
      chainId,
      nonce: Math.floor(Math.random() * 1000),
      gasLimit: 100_000n,
      to: someone(),
      value: token ? 0n : number(pick(1, 8, 9)),
      data: token ? call : '0x',
      ...(legacy
        ? { gasPrice: number(4) }
        : { maxFeePerGas: (1n << 40n) + number(4), maxPriorityFeePerGas: number(4) }),
    });
    data = Buffer.from(transaction.unsignedSerialized.slice(2), 'hex');
    type = legacy ? DataType.transaction : DataType.typedTransaction;
    digest = transaction.unsignedHash;
  }
  const id = randomUUID();
  const address = Math.random() < 0.5 ? signer.address : undefined;
  const path = `m/44'/60'/0'/0/${index}`;
  const request = EthSignRequest.constructETHRequest(data, type, path, fingerprint, id, chainId, address, 'other');
  writeFileSync(at('ask.txt'), lossy(request.toUR(), pick(20, 40, 90)).join('\n'));
  rmSync(at('answer.ur'), { force: true });
  vault('sign', at('ask.txt'), '--yes', '--out', at('answer.ur'));
  const answer = ETHSignature.fromCBOR(decoded(readFileSync(at('answer.ur'), 'utf8')).cbor);
  same('request id', Buffer.from(answer.getRequestId()).toString('hex'), id.replaceAll('-', ''));
  const bytes = answer.getSignature();
  const v = BigInt(`0x${bytes.subarray(64).toString('hex')}`);
  if (type === DataType.transaction) same('v (EIP-155)', (v - 35n) / 2n, chainId);
  const [r, s] = [bytes.subarray(0, 32), bytes.subarray(32, 64)].map((part) => `0x${part.toString('hex')}`);
  const odd = type === DataType.transaction ? (v - 35n) % 2n : v % 27n;
  same('signer', recoverAddress(digest, Signature.from({ r, s, v: 27n + odd })), signer.address);
}

// Their key watched, our request signed by them.
const secret = ['--passphrase-stdin'];
run('jiaozi', ['--no-input', ...secret, 'init', '--passphrase-only', '--later'], `${PASSPHRASE}\n`);
run('jiaozi', ['--no-input', ...secret, 'unlock'], `${PASSPHRASE}\n`);
const hardened = (...steps) => steps.map((step) => new PathComponent({ index: step, hardened: true }));
const theirs = new CryptoHDKey({
  isMaster: false,
  key: Buffer.from(account.publicKey.slice(2), 'hex'),
  chainCode: Buffer.from(account.chainCode.slice(2), 'hex'),
  useInfo: new CryptoCoinInfo(60, 0),
  origin: new CryptoKeypath(hardened(44, 60, 0), Buffer.from(fingerprint, 'hex'), 3),
  parentFingerprint: Buffer.from(account.parentFingerprint.slice(2), 'hex'),
  name: 'Other wallet',
  note: 'account.standard',
});
writeFileSync(at('theirs.txt'), lossy(theirs.toUR(), 30).join('\n'));
const watched = wallet('accounts', 'watch', at('theirs.txt'), '--index', '4');
const signer = account.derivePath('0/4');
same('watched', watched.address, signer.address);
wallet('topup', '50', '--account', String(watched.index));
const to = someone();
const paying = wallet('pay', to, '--amount', '7', '--account', String(watched.index), '--yes', '--cold', at('ours.ur'));
const ours = EthSignRequest.fromCBOR(decoded(readFileSync(at('ours.ur'), 'utf8')).cbor);
same('their reading of the path', ours.getDerivationPath(), "44'/60'/0'/0/4");
same('their reading of the wallet', ours.getSourceFingerprint().toString('hex'), fingerprint);
same('their reading of the address', `0x${ours.getSignRequestAddress().toString('hex')}`, signer.address.toLowerCase());
same('origin that is told', ours.getOrigin(), undefined);
const unsigned = Transaction.from(`0x${ours.getSignData().toString('hex')}`);
same('chain', unsigned.chainId, ours.getChainId());
const made = signer.signingKey.sign(unsigned.unsignedHash);
const parity = made.yParity;
const v = ours.getDataType() === DataType.transaction ? unsigned.chainId * 2n + 35n + BigInt(parity) : BigInt(parity);
let tail = v.toString(16);
if (tail.length % 2) tail = `0${tail}`;
const signature = Buffer.from(`${made.r.slice(2)}${made.s.slice(2)}${tail}`, 'hex');
const back = new ETHSignature(signature, ours.getRequestId(), 'Other wallet');
writeFileSync(at('back.txt'), lossy(back.toUR(), 25).join('\n'));
const paid = wallet('cold', 'answer', at('back.txt'));
same('payment', paid.id, paying.payment.id);
same('state', paid.state, 'settled');
run('jiaozi', ['--no-input', 'lock'], '');
console.log(`cold: ${count} requests of another wallet signed here, one of ours signed by it, 40 % of the frames lost`);
