// Payments in the sandbox yuan per second, sent over HTTP by a client that signed them before, from
// the first byte sent to the last receipt seen: the sandbox ledger, durable, beside Anvil, in memory.
// The same signed bytes go to both; each round has fresh nodes; the rounds take turns.
//
//   npm ci && npm run bench
//
// Environment: PAYMENTS=20000 ROUNDS=3 ANVIL_BLOCK_TIME=1 JIAOZI_NODE=<a binary that is built already>
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AbiCoder, Interface, Wallet, id, keccak256, toBeHex, toUtf8Bytes, zeroPadValue } from 'ethers';
import { request, sendAll } from './load.mjs';

const PAYMENTS = Number(process.env.PAYMENTS ?? 20_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SENDERS = 80;
const CHAIN_ID = 10231023;
const YUAN = '0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03';
const EACH = 1_000_000n;
// How payments are sent: requests of one, and batches, over so many connections.
const SHAPES = [
  { name: '1 a request, 16 connections', batch: 1, connections: 16 },
  { name: '50 a batch, 8 connections', batch: 50, connections: 8 },
];

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);
const anvilBinary = join(dirname(require.resolve('@foundry-rs/anvil-linux-amd64/package.json')), 'bin/anvil');
const nodeBinary = process.env.JIAOZI_NODE ?? join(root, 'target/release/jiaozi-node');
const yuan = new Interface([
  'function transfer(address,uint256)',
  'function balanceOf(address) view returns (uint256)',
]);

if (!process.env.JIAOZI_NODE) {
  console.log('building the release binary…');
  execFileSync('nice', ['cargo', 'build', '--release', '-p', 'jiaozi-node'], { cwd: root, stdio: 'inherit' });
}

console.log(`signing ${PAYMENTS} payments of ${SENDERS} payers…`);
const payers = Array.from({ length: SENDERS }, (_, n) => new Wallet(keccak256(toUtf8Bytes(`payer ${n}`))));
const payees = Array.from({ length: 1_000 }, (_, n) => `0x${keccak256(toUtf8Bytes(`payee ${n}`)).slice(-40)}`);
const perPayer = Math.ceil(PAYMENTS / SENDERS);
const signed = await Promise.all(payers.map((payer, p) => sign(payer, p)));
const total = perPayer * SENDERS;

async function sign(payer, p) {
  const payments = [];
  for (let nonce = 0; nonce < perPayer; nonce += 1) {
    const data = yuan.encodeFunctionData('transfer', [payees[(p * 7 + nonce) % payees.length], 1n]);
    payments.push(
      await payer.signTransaction({
        type: 2,
        chainId: CHAIN_ID,
        nonce,
        to: YUAN,
        data,
        gasLimit: 100_000n,
        maxFeePerGas: 0n,
        maxPriorityFeePerGas: 0n,
      }),
    );
  }
  return payments;
}

/** The requests of each connection; a payer's payments stay on one connection, in order. */
function requests({ batch, connections }) {
  const lists = Array.from({ length: connections }, () => []);
  for (let c = 0; c < connections; c += 1) {
    const mine = signed.filter((_, p) => p % connections === c);
    const calls = [];
    for (let nonce = 0; nonce < perPayer; nonce += 1) {
      for (const payments of mine) {
        calls.push({ jsonrpc: '2.0', id: calls.length, method: 'eth_sendRawTransaction', params: [payments[nonce]] });
      }
    }
    for (let at = 0; at < calls.length; at += batch) {
      const body = batch === 1 ? calls[at] : calls.slice(at, at + batch);
      lists[c].push(request(JSON.stringify(body)));
    }
  }
  return lists;
}

async function rpc(url, method, params) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}
const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

async function mined(url, hash) {
  for (;;) {
    const receipt = await rpc(url, 'eth_getTransactionReceipt', [hash]);
    if (receipt) return receipt;
    await pause(5);
  }
}

/** A fresh ledger on the disk, the payers with money. */
async function startJiaozi() {
  mkdirSync(join(root, 'target/bench'), { recursive: true });
  const folder = mkdtempSync(join(root, 'target/bench/node-'));
  const child = spawn(nodeBinary, ['--data', folder, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const url = line.replace('listening on ', '');
  let last;
  for (const { address } of payers) last = await rpc(url, 'sandbox_topUp', [address, String(EACH)]);
  await mined(url, last);
  return { url, child, end: () => rmSync(folder, { recursive: true }) };
}

/** Anvil with the code of the yuan where the sandbox has it, the payers with money. */
async function startAnvil(code) {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const child = spawn(
    anvilBinary,
    [
      '--port',
      port,
      '--chain-id',
      CHAIN_ID,
      '--block-time',
      process.env.ANVIL_BLOCK_TIME ?? '1',
      '--gas-limit',
      '300000000',
      '--block-base-fee-per-gas',
      '0',
      '--gas-price',
      '0',
      '--disable-min-priority-fee',
      '--order',
      'fifo',
      '--no-request-size-limit',
      '--quiet',
    ].map(String),
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    try {
      await rpc(url, 'eth_chainId', []);
      break;
    } catch (error) {
      if (tries > 200) throw error;
      await pause(50);
    }
  }
  await rpc(url, 'anvil_setCode', [YUAN, code]);
  // Balances are the first mapping of the contract.
  for (const { address } of payers) {
    const slot = keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'uint256'], [address, 0]));
    await rpc(url, 'anvil_setStorageAt', [YUAN, slot, toBeHex(EACH, 32)]);
  }
  return { url, child, end: () => {} };
}

async function measure(start, shape) {
  const { url, child, end } = await start();
  try {
    const lists = requests(shape);
    const begun = performance.now();
    const bodies = await sendAll(url, lists);
    const accepted = performance.now();
    await Promise.all(signed.map((payments) => mined(url, keccak256(payments.at(-1)))));
    const done = performance.now();
    for (const body of bodies) {
      for (const { error } of [JSON.parse(body)].flat()) if (error) throw new Error(error.message);
    }
    const spent = await Promise.all(
      payers.map(async ({ address }) => {
        const data = yuan.encodeFunctionData('balanceOf', [address]);
        return EACH - BigInt(await rpc(url, 'eth_call', [{ to: YUAN, data }, 'latest']));
      }),
    );
    if (spent.some((fen) => fen !== BigInt(perPayer))) throw new Error('a payment is missing');
    const asked = performance.now();
    const topics = [id('Transfer(address,address,uint256)'), null, zeroPadValue(payees[0], 32)];
    const logs = await rpc(url, 'eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest', topics }]);
    if (logs.length === 0) throw new Error('a payee has no logs');
    return {
      accepted: (total / (accepted - begun)) * 1000,
      mined: (total / (done - begun)) * 1000,
      logs: performance.now() - asked,
    };
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    end();
  }
}

const probe = await startJiaozi();
const code = await rpc(probe.url, 'eth_getCode', [YUAN, 'latest']);
probe.child.kill('SIGTERM');
await once(probe.child, 'exit');
probe.end();

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
console.log(`${total} payments a run, ${ROUNDS} rounds, ${availableParallelism()} × ${cpus()[0].model}`);
for (const shape of SHAPES) {
  const runs = { jiaozi: [], anvil: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    runs.jiaozi.push(await measure(startJiaozi, shape));
    runs.anvil.push(await measure(() => startAnvil(code), shape));
  }
  const figures = Object.fromEntries(
    Object.entries(runs).map(([name, all]) => [name, median(all.map((run) => run.mined))]),
  );
  console.log(`\n${shape.name}`);
  for (const [name, all] of Object.entries(runs)) {
    const each = all.map((run) => `${run.mined.toFixed(0)} (accepted ${run.accepted.toFixed(0)})`).join(', ');
    console.log(`  ${name.padEnd(7)} ${figures[name].toFixed(0).padStart(6)} payments/s mined, median of: ${each}`);
  }
  for (const [name, all] of Object.entries(runs)) {
    console.log(
      `  ${name.padEnd(7)} ${median(all.map((run) => run.logs))
        .toFixed(1)
        .padStart(6)} ms for the logs of one payee among ${total}`,
    );
  }
  console.log(`  ratio   ${(figures.jiaozi / figures.anvil).toFixed(2)} × Anvil`);
}
