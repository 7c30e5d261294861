// Deploys the sandbox yuan (contracts/artifacts/SandboxYuan.json) in Conflux Core Space and prints one
// JSON line: {"token", "chainId", "minter"}. With --token it takes the one deployed before.
//
//   node deploy-core.mjs --url URL --key HEX [--token ADDRESS] [--sponsor]
//                        [--mint ADDRESS=FEN]... [--fund ADDRESS=DRIP]...
//
// The key's account deploys, is the minter, mints to each --mint address (FEN: hundredths of a yuan)
// and sends DRIP, for fees, to each --fund address. With --sponsor the contract pays gas and storage
// for whoever calls it (SponsorWhitelistControl). Addresses are written after CIP-37.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import { fail, readOptions } from './lib/process.mjs';

const { address: addresses, Conflux, Drip } = createRequire(import.meta.url)('js-conflux-sdk');

const options = readOptions({ url: 'value', key: 'value', token: 'value', mint: 'list', fund: 'list', sponsor: true });
if (!options.url || !options.key) fail('--url and --key are needed');

/** `ADDRESS=NUMBER` as [address, bigint]. */
function grant(text) {
  const [, address, number] = /^([a-z0-9]+:[a-z0-9]+)=([0-9]+)$/.exec(text) ?? fail(`not ADDRESS=NUMBER: ${text}`);
  return [addresses.simplifyCfxAddress(address), BigInt(number)];
}

const artifact = JSON.parse(
  readFileSync(new URL('../../contracts/artifacts/SandboxYuan.json', import.meta.url), 'utf8'),
);
const conflux = new Conflux({ url: options.url });
await conflux.updateNetworkId();
const owner = conflux.wallet.addPrivateKey(options.key);

/** Sends a call, or a plain transaction, and waits until it was executed. */
async function done(call, more = {}) {
  const pending = call.sendTransaction
    ? call.sendTransaction({ from: owner.address, ...more })
    : conflux.cfx.sendTransaction({ from: owner.address, ...call });
  const receipt = await pending.executed({ delta: 200, timeout: 60_000 });
  if (receipt.outcomeStatus !== 0) throw new Error(`transaction ${receipt.transactionHash} failed`);
  return receipt;
}

const { abi, bytecode } = artifact;
const deploy = async () => (await done(conflux.Contract({ abi, bytecode }).constructor(owner.address))).contractCreated;
const token = addresses.simplifyCfxAddress(options.token ?? (await deploy()));
const yuan = conflux.Contract({ abi, address: token });
for (const [to, fen] of (options.mint ?? []).map(grant)) {
  await done(yuan.mint(to, fen));
  if ((await yuan.balanceOf(to)) < fen) throw new Error(`${to} did not get its ${fen} fen`);
}
for (const [to, value] of (options.fund ?? []).map(grant)) await done({ to, value });
if (options.sponsor) {
  const control = conflux.InternalContract('SponsorWhitelistControl');
  const everyone = addresses.encodeCfxAddress(`0x${'00'.repeat(20)}`, conflux.networkId);
  // The bound is the most gas money for one call; the sponsor gives at least a thousand times that.
  await done(control.setSponsorForGas(token, Drip.fromCFX(0.01)), { value: Drip.fromCFX(100) });
  await done(control.setSponsorForCollateral(token), { value: Drip.fromCFX(100) });
  await done(control.addPrivilegeByAdmin(token, [everyone]));
}
const facts = { token, chainId: conflux.networkId, minter: owner.address };
process.stdout.write(`${JSON.stringify(facts)}\n`);
process.exit(0);
