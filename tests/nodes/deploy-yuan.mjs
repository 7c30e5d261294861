// Deploys the sandbox yuan (contracts/artifacts/SandboxYuan.json) on a test node and prints one JSON
// line: {"token", "chainId", "minter", "block"}.
//
//   node deploy-yuan.mjs --url URL --key HEX [--mint ADDRESS=FEN]... [--fund ADDRESS=WEI]...
//
// The key's account deploys, is the minter, mints to each --mint address (FEN: hundredths of a yuan)
// and sends WEI of the chain's own coin, for fees, to each --fund address.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { ContractFactory, getAddress, NonceManager, Wallet } from 'ethers';
import { fail, readOptions } from './lib/process.mjs';
import { providerOf } from './lib/provider.mjs';

const options = readOptions({ url: 'value', key: 'value', mint: 'list', fund: 'list' });
if (!options.url || !options.key) fail('--url and --key are needed');

/** `ADDRESS=NUMBER` as [checked address, bigint]. */
function grant(text) {
  const [, address, number] = /^(0x[0-9a-fA-F]{40})=([0-9]+)$/.exec(text) ?? fail(`not ADDRESS=NUMBER: ${text}`);
  return [getAddress(address), BigInt(number)];
}
const mints = (options.mint ?? []).map(grant);
const funds = (options.fund ?? []).map(grant);

const artifact = JSON.parse(
  readFileSync(new URL('../../contracts/artifacts/SandboxYuan.json', import.meta.url), 'utf8'),
);
const provider = providerOf(options.url);
try {
  // NonceManager: the transactions below are sent without waiting for each other.
  const owner = new NonceManager(new Wallet(options.key, provider));
  const minter = await owner.getAddress();
  const token = await new ContractFactory(artifact.abi, artifact.bytecode, owner).deploy(minter);
  const deployed = await token.deploymentTransaction().wait();
  const sent = [];
  for (const [address, fen] of mints) sent.push(await token.mint(address, fen));
  for (const [to, value] of funds) sent.push(await owner.sendTransaction({ to, value }));
  for (const receipt of await Promise.all(sent.map((one) => one.wait()))) {
    if (receipt.status !== 1) throw new Error(`transaction ${receipt.hash} failed`);
  }
  for (const [address, fen] of mints) {
    if ((await token.balanceOf(address)) < fen) throw new Error(`${address} did not get its ${fen} fen`);
  }
  const { chainId } = await provider.getNetwork();
  const facts = { token: await token.getAddress(), chainId: Number(chainId), minter, block: deployed.blockNumber };
  process.stdout.write(`${JSON.stringify(facts)}\n`);
} catch (error) {
  process.stderr.write(`deploy-yuan: ${error.shortMessage ?? error.message}\n`);
  process.exitCode = 1;
} finally {
  provider.destroy();
}
