// Puts many token transfers to one account into a sandbox ledger: a little contract that holds yuan
// pays some in a loop, so that a block has thousands.
//   node fill.mjs URL TOKEN ACCOUNT COUNT
import { HDNodeWallet, JsonRpcProvider, concat, getCreateAddress, toBeHex, zeroPadValue } from 'ethers';

const [url, token, account, count] = process.argv.slice(2);
const EACH = 250; // transfers of one transaction
const AT_ONCE = 40; // transactions that wait in the node

const provider = new JsonRpcProvider(url, undefined, { batchMaxCount: 1, cacheTimeout: -1, polling: true });
provider.pollingInterval = 50;
const signer = HDNodeWallet.createRandom().connect(provider);
const { chainId } = await provider.getNetwork();

/** Runtime code: pays one atom to the account in its call data, as often as its call data says. */
const runtime = concat([
  '0x63a9059cbb60e01b600052', // memory 0: the selector of transfer
  '0x600035600452', // memory 4: the account
  '0x6001602452', // memory 36: one atom
  '0x602035', // how often
  '0x5b', // at 0x19: the loop
  concat(['0x6000600060446000600073', token, '0x5af150']), // call(gas, token, 0, 0, 68, 0, 0)
  '0x6001900380601957', // once less; again while some are left
  '0x00',
]);
const length = (runtime.length - 2) / 2;
const creation = concat([
  `0x60${toBeHex(length, 1).slice(2)}600c60003960${toBeHex(length, 1).slice(2)}6000f3`,
  runtime,
]);

let nonce = 0;
const send = (transaction) =>
  signer
    .signTransaction({ chainId, type: 0, gasPrice: 0, gasLimit: 16_000_000, value: 0, nonce: nonce++, ...transaction })
    .then((raw) => provider.send('eth_sendRawTransaction', [raw]));
const mined = async (hash) => {
  for (;;) {
    const receipt = await provider.send('eth_getTransactionReceipt', [hash]);
    if (receipt?.status === '0x1') return;
    if (receipt) throw new Error(`${hash} failed`);
    await new Promise((done) => setTimeout(done, 20));
  }
};

const payer = getCreateAddress({ from: signer.address, nonce: 0 });
await mined(await send({ data: creation }));
await mined(await provider.send('sandbox_topUp', [payer, String(Math.max(Number(count), 1))]));
let left = Number(count);
while (left > 0) {
  const hashes = [];
  for (let i = 0; i < AT_ONCE && left > 0; i++) {
    const some = Math.min(EACH, left);
    const data = concat([zeroPadValue(account, 32), toBeHex(some, 32)]);
    hashes.push(await send({ to: payer, data }));
    left -= some;
  }
  await Promise.all(hashes.map(mined));
}
provider.destroy();
