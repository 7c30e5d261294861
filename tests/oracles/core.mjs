// Compares custody with js-conflux-sdk on random cases of Conflux Core Space: addresses of random
// words, and signed transactions of every kind, byte for byte.
// Usage: core.mjs ORACLE_BINARY [COUNT]   (cases of each kind; 200 without)
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import process from 'node:process';

const require = createRequire(new URL('../nodes/package.json', import.meta.url));
const { address, sign, Transaction } = require('js-conflux-sdk');
const { HDNodeWallet, Interface, Mnemonic, SigningKey, TypedDataEncoder } = require('ethers');

const [binary, count = 200] = [process.argv[2], Number(process.argv[3] ?? 200)];

/** Numbers of every length below 2^bits, zero among them. */
function some(bits) {
  const length = Math.floor(Math.random() * (bits + 1));
  return BigInt(`0x${randomBytes(32).toString('hex')}`) & ((1n << BigInt(length)) - 1n);
}
const pick = (...choices) => choices[Math.floor(Math.random() * choices.length)];
const hex = (number) => `0x${number.toString(16)}`;
/** A random address whose first digit is the type. */
const random = (type) => `0x${type}${randomBytes(20).toString('hex').slice(1)}`;

const keyOf = (words, index) => HDNodeWallet.fromPhrase(words, '', `m/44'/503'/0'/0/${index}`).privateKey;
const addressOf = (key) => `0x${sign.privateKeyToAddress(Buffer.from(key.slice(2), 'hex')).toString('hex')}`;

/** Each question is a line of JSON, and so is each answer. */
function ask(questions) {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const done = spawnSync(binary, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`the oracle binary failed: ${done.stderr}`);
  return done.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const yuan = new Interface([
  'function transfer(address to, uint256 amount)',
  'function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)',
]);
const AUTHORIZATION = {
  TransferWithAuthorization: [
    ['address', 'from'],
    ['address', 'to'],
    ['uint256', 'value'],
    ['uint256', 'validAfter'],
    ['uint256', 'validBefore'],
    ['bytes32', 'nonce'],
  ].map(([type, name]) => ({ type, name })),
};

/** The parts that every transaction has, random. */
function envelope(type, network, bits = 63) {
  const price = some(100);
  return {
    type,
    chainId: network,
    nonce: hex(some(bits)),
    gas: hex(some(bits)),
    storageLimit: hex(some(bits)),
    epochHeight: hex(some(bits)),
    ...(type === 2
      ? { maxFeePerGas: hex(price), maxPriorityFeePerGas: hex(price / BigInt(pick(1, 2, 3))) }
      : { gasPrice: hex(price) }),
  };
}

/** What js-conflux-sdk makes of a transaction. */
function signed(transaction, key) {
  transaction.sign(key, transaction.chainId);
  return { transaction: transaction.serialize(), transaction_hash: transaction.hash };
}

/** A request for the vault and what should come of it: a transfer of coin or of a token. */
function transfer(words, type, isToken) {
  const [account, network] = [pick(0, 1, 5), pick(1029, 1, 1234, 1 + Math.floor(Math.random() * 0xfffffffe))];
  const [payee, amount] = [random(pick('1', '8')), some(255)];
  const to = address.encodeCfxAddress(isToken ? random('8') : payee, network);
  const data = isToken ? yuan.encodeFunctionData('transfer', [payee, amount]) : undefined;
  const value = hex(isToken ? 0n : amount);
  const transaction = new Transaction({
    ...envelope(type, network),
    to,
    value,
    data,
    accessList: type ? [] : undefined,
  });
  const unsigned = `0x${transaction.encode(false).toString('hex')}`;
  const wanted = { ...signed(transaction, keyOf(words, account)), authorization_signature: null };
  return [account, { kind: 'core_transaction', unsigned }, wanted];
}

/** The same of an EIP-3009 authorization and the transaction that carries it. */
function carried(words, type) {
  const [account, network] = [pick(0, 1, 5), pick(1029, 1, 1234)];
  const key = keyOf(words, account);
  // In JSON these are numbers, which are exact up to 2^53.
  const [contract, common] = [random('8'), envelope(type, network, 52)];
  const message = {
    from: addressOf(key),
    to: random(pick('1', '8')),
    value: some(255),
    validAfter: some(30),
    validBefore: 2n ** 33n + some(51),
    nonce: `0x${randomBytes(32).toString('hex')}`,
  };
  const [name, version] = [pick('Sandbox Yuan', '人民币 ¥'), pick('1', '2.0')];
  const domain = { name, version, chainId: network, verifyingContract: contract };
  const signature = new SigningKey(key).sign(TypedDataEncoder.hash(domain, AUTHORIZATION, message));
  const words32 = Object.values(message);
  const data = yuan.encodeFunctionData('transferWithAuthorization', [
    ...words32,
    signature.v,
    signature.r,
    signature.s,
  ]);
  const to = address.encodeCfxAddress(contract, network);
  const transaction = new Transaction({ ...common, to, value: '0x0', data, accessList: type ? [] : undefined });
  const number = (text) => Number(BigInt(text));
  const fee =
    type === 2
      ? {
          kind: 'eip1559',
          max_fee_per_gas: BigInt(common.maxFeePerGas).toString(),
          max_priority_fee_per_gas: BigInt(common.maxPriorityFeePerGas).toString(),
        }
      : { kind: 'legacy', gas_price: BigInt(common.gasPrice).toString() };
  const what = {
    kind: 'carried_authorization',
    domain: {
      name,
      version,
      chain_id: `conflux:${network === 1029 ? 'cfx' : network === 1 ? 'cfxtest' : `net${network}`}`,
      contract,
    },
    authorization: {
      from: message.from,
      to: message.to,
      value: message.value.toString(),
      valid_after: number(message.validAfter),
      valid_before: number(message.validBefore),
      nonce: message.nonce,
    },
    carrier: {
      nonce: number(common.nonce),
      gas_limit: number(common.gas),
      fee,
      core: { storage_limit: number(common.storageLimit), epoch_height: number(common.epochHeight) },
    },
  };
  const wanted = { ...signed(transaction, key), authorization_signature: signature.serialized };
  return [account, what, wanted];
}

let faults = 0;
function compare(what, questions, answers, wanted) {
  let equal = 0;
  answers.forEach((answer, at) => {
    if (JSON.stringify(answer) === JSON.stringify(wanted[at])) equal += 1;
    else if (at - equal < 3)
      console.log(
        `  asked  ${JSON.stringify(questions[at])}\n  got    ${JSON.stringify(answer)}\n  wanted ${JSON.stringify(wanted[at])}`,
      );
  });
  if (answers.length !== wanted.length) throw new Error(`${wanted.length} questions, ${answers.length} answers`);
  console.log(`${what}: ${equal} of ${wanted.length} equal`);
  faults += wanted.length - equal;
}

const times = (make) => Array.from({ length: count }, make);
const wallets = times(() => ({
  words: Mnemonic.entropyToPhrase(randomBytes(pick(16, 20, 24, 28, 32))),
  index: pick(0, 1, Math.floor(Math.random() * 2 ** 31)),
}));
compare(
  'Core addresses',
  wallets,
  ask(wallets).map((answer) => answer.core),
  wallets.map(({ words, index }) => addressOf(keyOf(words, index))),
);

const charges = wallets.map(({ words }) => ({
  words,
  till: pick(0, 999, Math.floor(Math.random() * 1000)),
  number: pick(0, 2 ** 31 - 1, Math.floor(Math.random() * 2 ** 31)),
}));
const chargeKey = ({ words, till, number }) =>
  HDNodeWallet.fromPhrase(words, '', `m/44'/503'/1'/${till}/${number}`).privateKey;
compare(
  'Core charges',
  charges,
  ask(charges).map((answer) => answer.core),
  charges.map((charge) => addressOf(chargeKey(charge))),
);

const words = Mnemonic.entropyToPhrase(randomBytes(16));
const kinds = {
  'coin, legacy': () => transfer(words, 0, false),
  'coin, CIP-2930': () => transfer(words, 1, false),
  'coin, CIP-1559': () => transfer(words, 2, false),
  'token, legacy': () => transfer(words, 0, true),
  'token, CIP-2930': () => transfer(words, 1, true),
  'token, CIP-1559': () => transfer(words, 2, true),
  'carried authorization, legacy': () => carried(words, 0),
  'carried authorization, CIP-1559': () => carried(words, 2),
};
for (const [kind, make] of Object.entries(kinds)) {
  const made = times(make);
  const questions = made.map(([account, what], at) => ({
    sign: { purchase: at.toString(16).padStart(32, '0'), signer: { account }, what },
  }));
  const answers = ask([{ words }, ...questions]).slice(1);
  const wanted = made.map(([, , want]) => want);
  compare(`Core signatures, ${kind}`, questions, answers, wanted);
}
process.exitCode = faults ? 1 : 0;
