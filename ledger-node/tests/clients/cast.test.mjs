// cast from Foundry, unchanged, against the node.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Wallet } from 'ethers';
import { CHAIN_ID, YUAN, sandbox } from './sandbox.mjs';

const require = createRequire(import.meta.url);
const binary = join(dirname(require.resolve('@foundry-rs/cast-linux-amd64/package.json')), 'bin/cast');

let node;
before(async () => (node = await sandbox()));
after(async () => assert.equal(await node.stop(), 0));

async function cast(...words) {
  const { stdout } = await promisify(execFile)(binary, [...words, '--rpc-url', node.url]);
  return stdout.trim();
}
async function payer(fen) {
  const { address, privateKey } = Wallet.createRandom();
  await node.topUp(address, fen);
  return { address, privateKey };
}

test('cast reads', async () => {
  const { address } = await payer(500);
  assert.equal(await cast('chain-id'), String(CHAIN_ID));
  assert.equal(await cast('gas-price'), '0');
  assert.equal(await cast('balance', address), '0');
  assert.equal(await cast('call', YUAN, 'balanceOf(address)(uint256)', address), '500');
  assert.match(await cast('client'), /^jiaozi-node\//);
  assert.match(await cast('code', YUAN), /^0x6/);
  assert.match(await cast('block', 'latest'), /baseFeePerGas +0/);
  assert.match(await cast('rpc', 'eth_syncing'), /false/);
});

for (const flags of [[], ['--legacy']]) {
  test(`cast send ${flags.join(' ')}`, async () => {
    const { privateKey } = await payer(100);
    const shop = Wallet.createRandom().address;
    const receipt = JSON.parse(
      await cast(
        'send',
        YUAN,
        'transfer(address,uint256)',
        shop,
        '25',
        '--private-key',
        privateKey,
        '--json',
        ...flags,
      ),
    );
    assert.equal(receipt.status, '0x1');
    assert.equal(await cast('call', YUAN, 'balanceOf(address)(uint256)', shop), '25');
    assert.match(await cast('receipt', receipt.transactionHash, 'status'), /1|true|success/);
    assert.match(await cast('tx', receipt.transactionHash), new RegExp(YUAN, 'i'));
    const logs = JSON.parse(
      await cast(
        'logs',
        '--json',
        '--from-block',
        '0',
        '--address',
        YUAN,
        'Transfer(address indexed,address indexed,uint256)',
        '',
        shop,
      ),
    );
    assert.equal(logs[0].transactionHash, receipt.transactionHash);
  });
}

test('cast tells a revert', async () => {
  const { privateKey } = await payer(1);
  await assert.rejects(
    cast('send', YUAN, 'transfer(address,uint256)', YUAN, '2', '--private-key', privateKey),
    /execution reverted|InsufficientBalance/,
  );
});
