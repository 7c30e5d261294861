// viem 2, unchanged, against the node.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  createPublicClient,
  createWalletClient,
  defineChain,
  getContract,
  http,
  parseEventLogs,
  webSocket,
} from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { ABI, CHAIN_ID, DOMAIN, TRANSFER_WITH_AUTHORIZATION, YUAN, sandbox } from './sandbox.mjs';

let node;
let chain;
let client;
before(async () => {
  node = await sandbox();
  chain = defineChain({
    id: CHAIN_ID,
    name: 'Jiaozi sandbox',
    nativeCurrency: { name: 'none', symbol: 'NONE', decimals: 18 },
    rpcUrls: { default: { http: [node.url], webSocket: [node.wsUrl] } },
  });
  client = createPublicClient({ chain, transport: http(node.url, { batch: true }), pollingInterval: 50, cacheTime: 0 });
});
after(async () => assert.equal(await node.stop(), 0));

async function payer(fen = 10_000n) {
  const account = privateKeyToAccount(generatePrivateKey());
  await node.topUp(account.address, fen);
  const wallet = createWalletClient({ account, chain, transport: http(node.url) });
  return { account, wallet, yuan: getContract({ address: YUAN, abi: ABI, client: { public: client, wallet } }) };
}
const fresh = () => privateKeyToAccount(generatePrivateKey()).address;

test('reads in one batch', async () => {
  const { account, yuan } = await payer();
  const answers = await Promise.all([
    client.getChainId(),
    client.getBalance({ address: account.address }),
    client.getGasPrice(),
    yuan.read.symbol(),
    yuan.read.balanceOf([account.address]),
    client.getTransactionCount({ address: account.address }),
  ]);
  assert.deepEqual(answers, [CHAIN_ID, 0n, 0n, 'SBY', 10_000n, 0]);
  const fees = await client.estimateFeesPerGas();
  assert.deepEqual([fees.maxFeePerGas, fees.maxPriorityFeePerGas], [0n, 0n]);
  assert.equal((await client.getFeeHistory({ blockCount: 2, rewardPercentiles: [50] })).baseFeePerGas[0], 0n);
});

test('a payment, its receipt, its logs', async () => {
  const { account, yuan } = await payer();
  const shop = fresh();
  const hash = await yuan.write.transfer([shop, 1_250n]);
  const receipt = await client.waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, 'success');
  const [event] = parseEventLogs({ abi: ABI, eventName: 'Transfer', logs: receipt.logs });
  assert.deepEqual(event.args, { from: account.address, to: shop, value: 1_250n });
  const found = await client.getContractEvents({
    address: YUAN,
    abi: ABI,
    eventName: 'Transfer',
    args: { to: shop },
    fromBlock: 0n,
  });
  assert.equal(found[0].transactionHash, hash);
  const block = await client.getBlock({ blockHash: receipt.blockHash, includeTransactions: true });
  assert.equal(block.transactions[receipt.transactionIndex].hash, hash);
  for (const blockTag of ['latest', 'safe', 'finalized', 'pending', 'earliest']) {
    assert.ok((await client.getBlock({ blockTag })).number >= 0n);
  }
});

test('legacy and access-list transactions', async () => {
  const { yuan } = await payer();
  const shop = fresh();
  for (const options of [
    { type: 'legacy', gasPrice: 0n },
    { type: 'eip2930', gasPrice: 0n, accessList: [] },
  ]) {
    const receipt = await client.waitForTransactionReceipt({ hash: await yuan.write.transfer([shop, 1n], options) });
    assert.deepEqual([receipt.status, receipt.type], ['success', options.type]);
  }
});

test('an authorization redeemed by somebody else', async () => {
  const { account } = await payer();
  const { yuan } = await payer(1n);
  const message = {
    from: account.address,
    to: fresh(),
    value: 100n,
    validAfter: 0n,
    validBefore: 2n ** 48n,
    nonce: generatePrivateKey(),
  };
  const signature = await account.signTypedData({
    domain: DOMAIN,
    types: TRANSFER_WITH_AUTHORIZATION,
    primaryType: 'TransferWithAuthorization',
    message,
  });
  const args = [...Object.values(message), signature];
  await client.waitForTransactionReceipt({ hash: await yuan.write.transferWithAuthorization(args) });
  assert.equal(await yuan.read.balanceOf([message.to]), 100n);
  await assert.rejects(yuan.simulate.transferWithAuthorization(args), (error) => {
    assert.equal(error.walk((one) => one.data?.errorName)?.data.errorName, 'ERC3009UsedAuthorization');
    return true;
  });
});

test('a revert is decoded', async () => {
  const { account, yuan } = await payer(1n);
  await assert.rejects(yuan.simulate.transfer([fresh(), 2n], { account }), /ERC20InsufficientBalance/);
  await assert.rejects(yuan.estimateGas.transfer([fresh(), 2n], { account }), /0xe450d38c|ERC20InsufficientBalance/);
});

test('a speed-up of what waits', async () => {
  const { yuan } = await payer();
  const shop = fresh();
  const pay = (nonce, fen, fee) =>
    yuan.write.transfer([shop, fen], { nonce, gas: 100_000n, maxFeePerGas: fee, maxPriorityFeePerGas: fee });
  await pay(1, 1n, 10n);
  await assert.rejects(pay(1, 2n, 10n), /underpriced/);
  const faster = await pay(1, 2n, 11n);
  await pay(0, 1n, 0n);
  await client.waitForTransactionReceipt({ hash: faster });
  assert.equal(await yuan.read.balanceOf([shop]), 3n);
  await assert.rejects(pay(0, 1n, 0n), /nonce/i);
});

test('watching by polling', async () => {
  const { yuan } = await payer();
  const shop = fresh();
  let stop;
  const seen = new Promise((tell, fail) => {
    stop = client.watchContractEvent({
      address: YUAN,
      abi: ABI,
      eventName: 'Transfer',
      args: { to: shop },
      onLogs: ([log]) => tell(log.args.value),
      onError: fail,
    });
  });
  // The first poll makes the filter.
  await new Promise((wake) => setTimeout(wake, 300));
  await yuan.write.transfer([shop, 42n]);
  assert.equal(await seen, 42n);
  stop();
});

test('watching over a WebSocket', async () => {
  const socket = webSocket(node.wsUrl, { reconnect: false });
  const pushed = createPublicClient({ chain, transport: socket });
  const { yuan } = await payer();
  const shop = fresh();
  const stops = [];
  const block = new Promise((tell, fail) =>
    stops.push(pushed.watchBlockNumber({ onBlockNumber: tell, onError: fail })),
  );
  const event = new Promise((tell, fail) =>
    stops.push(
      pushed.watchContractEvent({
        address: YUAN,
        abi: ABI,
        eventName: 'Transfer',
        args: { to: shop },
        onLogs: ([log]) => tell(log.args.value),
        onError: fail,
      }),
    ),
  );
  await pushed.getChainId();
  await new Promise((wake) => setTimeout(wake, 200));
  const receipt = await client.waitForTransactionReceipt({ hash: await yuan.write.transfer([shop, 7n]) });
  assert.equal(await event, 7n);
  assert.ok((await block) <= receipt.blockNumber);
  stops.forEach((stop) => stop());
  (await pushed.transport.getRpcClient()).close();
});
