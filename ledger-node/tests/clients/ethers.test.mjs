// ethers 6, unchanged, against the node.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  Contract,
  ContractFactory,
  JsonRpcProvider,
  Wallet,
  Signature,
  WebSocketProvider,
  id,
  randomBytes,
  toBeHex,
} from 'ethers';
import {
  ABI,
  BYTECODE,
  CHAIN_ID,
  DOMAIN,
  PERMIT,
  RECEIVE_WITH_AUTHORIZATION,
  TRANSFER_WITH_AUTHORIZATION,
  YUAN,
  sandbox,
} from './sandbox.mjs';

let node;
let provider;
before(async () => {
  node = await sandbox();
  provider = new JsonRpcProvider(node.url, undefined, { pollingInterval: 50, cacheTimeout: -1 });
});
after(async () => {
  provider.destroy();
  assert.equal(await node.stop(), 0);
});

async function payer(fen = 10_000) {
  const wallet = Wallet.createRandom().connect(provider);
  await node.topUp(wallet.address, fen);
  return { wallet, yuan: new Contract(YUAN, ABI, wallet) };
}
const authorization = (from, to, value = 100n) => ({
  from,
  to,
  value,
  validAfter: 0n,
  validBefore: 2n ** 48n,
  nonce: toBeHex(BigInt(`0x${Buffer.from(randomBytes(32)).toString('hex')}`), 32),
});

test('network, token and balances', async () => {
  assert.equal((await provider.getNetwork()).chainId, BigInt(CHAIN_ID));
  const { wallet, yuan } = await payer();
  assert.equal(await provider.getBalance(wallet.address), 0n);
  assert.deepEqual([await yuan.name(), await yuan.symbol(), await yuan.decimals()], ['Sandbox Yuan', 'SBY', 2n]);
  assert.equal(await yuan.balanceOf(wallet.address), 10_000n);
  assert.equal((await provider.getFeeData()).gasPrice, 0n);
});

test('a transfer with everything left to the library', async () => {
  const { wallet, yuan } = await payer();
  const shop = Wallet.createRandom().address;
  const sent = await yuan.transfer(shop, 1_250n);
  const receipt = await sent.wait();
  assert.equal(receipt.status, 1);
  assert.equal(receipt.fee, 0n);
  assert.equal(await yuan.balanceOf(shop), 1_250n);
  const mined = await provider.getTransaction(sent.hash);
  assert.equal(mined.from, wallet.address);
  // ethers takes a base fee of zero for a ledger from before EIP-1559.
  assert.equal(mined.type, 0);
  const block = await provider.getBlock(receipt.blockNumber, true);
  assert.ok(block.prefetchedTransactions.some((one) => one.hash === sent.hash));
  const [event] = await yuan.queryFilter(yuan.filters.Transfer(null, shop), 0, 'latest');
  assert.deepEqual([event.args.from, event.args.to, event.args.value], [wallet.address, shop, 1_250n]);
});

for (const type of [0, 1, 2]) {
  test(`a transaction of type ${type}`, async () => {
    const { yuan } = await payer();
    const shop = Wallet.createRandom().address;
    const price = type === 2 ? {} : { gasPrice: 0n };
    const receipt = await (await yuan.transfer(shop, 5n, { type, ...price })).wait();
    assert.deepEqual([receipt.status, receipt.type], [1, type]);
  });
}

test('EIP-3009: paid by a signature, once', async () => {
  const { wallet } = await payer();
  const { yuan } = await payer(1);
  const shop = Wallet.createRandom().address;
  const message = authorization(wallet.address, shop);
  const signature = await wallet.signTypedData(DOMAIN, TRANSFER_WITH_AUTHORIZATION, message);
  const redeem = yuan['transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)'];
  const args = [...Object.values(message), signature];
  await (await redeem(...args)).wait();
  assert.equal(await yuan.balanceOf(shop), 100n);
  assert.equal(await yuan.authorizationState(wallet.address, message.nonce), true);
  await assert.rejects(redeem(...args), { code: 'CALL_EXCEPTION' });
  await assert.rejects(redeem.staticCall(...args), (error) => error.revert.name === 'ERC3009UsedAuthorization');
});

test('EIP-3009: only the payee redeems what is for the payee to redeem', async () => {
  const { wallet } = await payer();
  const { wallet: shop, yuan: shops } = await payer(1);
  const { yuan: others } = await payer(1);
  const message = authorization(wallet.address, shop.address);
  const signature = await wallet.signTypedData(DOMAIN, RECEIVE_WITH_AUTHORIZATION, message);
  const name = 'receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)';
  await assert.rejects(others[name](...Object.values(message), signature), { code: 'CALL_EXCEPTION' });
  await (await shops[name](...Object.values(message), signature)).wait();
  assert.equal(await shops.balanceOf(shop.address), 101n);
});

test('EIP-2612: a permit', async () => {
  const { wallet } = await payer();
  const { wallet: spender, yuan } = await payer(1);
  const message = {
    owner: wallet.address,
    spender: spender.address,
    value: 70n,
    nonce: await yuan.nonces(wallet.address),
    deadline: 2n ** 48n,
  };
  const { v, r, s } = Signature.from(await wallet.signTypedData(DOMAIN, PERMIT, message));
  await (await yuan.permit(wallet.address, spender.address, 70n, message.deadline, v, r, s)).wait();
  await (await yuan.transferFrom(wallet.address, spender.address, 70n)).wait();
  assert.equal(await yuan.balanceOf(spender.address), 71n);
});

test('many at once, out of order, and a replacement', async () => {
  const { wallet, yuan } = await payer();
  const shop = Wallet.createRandom().address;
  const pay = (nonce, value, fees = {}) => yuan.transfer(shop, value, { nonce, gasLimit: 100_000n, ...fees });
  const late = await Promise.all([4, 3, 2, 1].map((nonce) => pay(nonce, 1n)));
  await assert.rejects(pay(1, 2n), { code: 'REPLACEMENT_UNDERPRICED' });
  const better = await pay(1, 50n, { maxFeePerGas: 2n, maxPriorityFeePerGas: 2n });
  assert.equal(await provider.getTransactionCount(wallet.address, 'pending'), 0);
  await pay(0, 1n);
  await better.wait();
  await Promise.all(late.slice(0, 3).map((sent) => sent.wait()));
  assert.equal(await yuan.balanceOf(shop), 54n);
  assert.equal(await provider.getTransaction(late[3].hash), null);
  await assert.rejects(pay(0, 1n), { code: 'NONCE_EXPIRED' });
});

test('reverts are decoded, also when they are mined', async () => {
  const { yuan } = await payer(5);
  await assert.rejects(yuan.transfer.staticCall(YUAN, 6n), (error) => error.revert.name === 'ERC20InsufficientBalance');
  const sent = await yuan.transfer(YUAN, 6n, { gasLimit: 100_000n });
  await assert.rejects(sent.wait(), (error) => error.code === 'CALL_EXCEPTION' && error.receipt.status === 0);
});

test('events by polling', async () => {
  const { yuan } = await payer();
  const shop = Wallet.createRandom().address;
  const heard = new Promise((tell) => yuan.on(yuan.filters.Transfer(null, shop), (event) => tell(event.args.value)));
  // The first poll sets where listening begins.
  await new Promise((wake) => setTimeout(wake, 300));
  await (await yuan.transfer(shop, 42n)).wait();
  assert.equal(await heard, 42n);
  await yuan.removeAllListeners();
});

test('blocks and events over a WebSocket', async () => {
  const pushed = new WebSocketProvider(node.wsUrl);
  try {
    const { yuan } = await payer();
    const shop = Wallet.createRandom().address;
    const contract = new Contract(YUAN, ABI, pushed);
    const block = new Promise((tell) => pushed.on('block', tell));
    const event = new Promise((tell) =>
      contract.on(contract.filters.Transfer(null, shop), (payload) => tell(payload.args.value)),
    );
    await pushed.getBlockNumber();
    await new Promise((wake) => setTimeout(wake, 200));
    const receipt = await (await yuan.transfer(shop, 7n)).wait();
    assert.equal(await event, 7n);
    assert.ok((await block) <= receipt.blockNumber);
    assert.equal(await contract.balanceOf(shop), 7n);
  } finally {
    await pushed.destroy();
  }
});

test("a contract of one's own", async () => {
  const { wallet } = await payer(1);
  const made = await new ContractFactory(ABI, BYTECODE, wallet).deploy(wallet.address);
  await made.waitForDeployment();
  await (await made.mint(wallet.address, 9n)).wait();
  assert.equal(await made.balanceOf(wallet.address), 9n);
  assert.equal(await provider.getStorage(await made.getAddress(), 2), toBeHex(9, 32));
  assert.equal(id('Transfer(address,address,uint256)'), (await made.filters.Transfer().getTopicFilter())[0]);
});
