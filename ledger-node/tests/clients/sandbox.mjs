// Starts the real binary on a folder of its own, and stops it; what the tests of all clients share.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const binary = process.env.JIAOZI_NODE ?? join(root, 'target/debug/jiaozi-node');

export const CHAIN_ID = 10231023;
export const YUAN = '0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03';
export const { abi: ABI, bytecode: BYTECODE } = JSON.parse(
  await readFile(join(root, 'contracts/artifacts/SandboxYuan.json'), 'utf8'),
);
export const DOMAIN = { name: 'Sandbox Yuan', version: '1', chainId: CHAIN_ID, verifyingContract: YUAN };
const authorization = [
  { name: 'from', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'validAfter', type: 'uint256' },
  { name: 'validBefore', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
];
export const TRANSFER_WITH_AUTHORIZATION = { TransferWithAuthorization: authorization };
export const RECEIVE_WITH_AUTHORIZATION = { ReceiveWithAuthorization: authorization };
export const PERMIT = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
};

/** A fresh node; `stop()` ends it and removes its folder. */
export async function sandbox() {
  const folder = await mkdtemp(join(tmpdir(), 'jiaozi-node-'));
  const child = spawn(binary, ['--data', folder, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${binary} ended with ${code}`))),
    once(child, 'error').then(([error]) => Promise.reject(error)),
  ]);
  const url = line.replace('listening on ', '');
  const rpc = async (method, ...params) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = await response.json();
    if (error) throw Object.assign(new Error(error.message), error);
    return result;
  };
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    rpc,
    async topUp(address, fen) {
      const hash = await rpc('sandbox_topUp', address, String(fen));
      while (!(await rpc('eth_getTransactionReceipt', hash))) {
        await new Promise((wake) => setTimeout(wake, 10));
      }
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
      await rm(folder, { recursive: true });
      return code;
    },
  };
}
