// The two ledgers of the day, and Anvil beside them: another network, and blocks that are taken back.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ContractFactory, NonceManager, Wallet } from '../../nodes/lib/ethers.mjs';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { providerOf } from '../../nodes/lib/provider.mjs';
import { call } from '../../nodes/lib/rpc.mjs';
import { finished, started } from '../../nodes/lib/started.mjs';
import { program } from '../../till-api/lib/shop.mjs';
import { Proxy } from './proxy.mjs';

/** contracts: the sandbox yuan's place, in ledger-node/src/genesis.rs. */
const SANDBOX_YUAN = '0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03';
const artifact = JSON.parse(
  readFileSync(new URL('../../../contracts/artifacts/SandboxYuan.json', import.meta.url), 'utf8'),
);
const YUAN_FOR_EACH = 50_000_00n;
const COIN_FOR_EACH = 5n * 10n ** 18n;

/** Deploys a token that calls itself yuan as well, and gives `rich` some of it. */
export async function counterfeit(ground, rich) {
  const owner = new NonceManager(ground.signer(0));
  const token = await new ContractFactory(artifact.abi, artifact.bytecode, owner).deploy(
    await owner.getAddress(),
    ground.price,
  );
  await token.waitForDeployment();
  await (await token.mint(rich, 1_000_00n, ground.price)).wait();
  return token.getAddress();
}

class Ground {
  /** The nth of the accounts that the customers with other wallets have. */
  signer(index) {
    return new Wallet(this.keys[index].key, this.provider);
  }

  async close() {
    this.provider.destroy();
    this.proxy?.close();
    await this.stop();
  }
}

/** The sandbox ledger as a program of its own, so that it outlives the till. */
export async function sandbox(world) {
  const folder = join(world.folder, 'sandbox');
  mkdirSync(folder, { recursive: true });
  const node = process.env.JIAOZI_NODE ?? join(dirname(program), 'jiaozi-node');
  const child = spawn(node, ['--data', folder, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  let url;
  for await (const line of createInterface({ input: child.stdout })) {
    url = line.match(/listening on (http:\S+)/)?.[1];
    if (url) break;
  }
  const proxy = await Proxy.open(url);
  // Wallets find the ledger by this file, and so come by the proxy.
  writeFileSync(join(folder, 'endpoint'), proxy.url);
  const keys = Array.from({ length: 10 }, () => Wallet.createRandom()).map(({ address, privateKey }) => ({
    address,
    key: privateKey,
  }));
  const give = (address, fen) => call(url, 'sandbox_topUp', [address, String(fen)]);
  for (const { address } of keys) await give(address, YUAN_FOR_EACH);
  return Object.assign(new Ground(), {
    name: 'sandbox',
    url,
    proxy,
    keys,
    give,
    token: SANDBOX_YUAN,
    price: { gasPrice: 0n },
    cast: ['--legacy', '--gas-price', '0'],
    provider: providerOf(url),
    join: async () => undefined,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  });
}

/** A real node from `script`, with the yuan deployed. */
async function real(name, script, args, finality, proxied) {
  const { facts, child, ended } = await started(script, ...args);
  const keys = facts.fundedKeys;
  const mint = keys.flatMap(({ address }) => ['--mint', `${address}=${YUAN_FOR_EACH}`]);
  const deployed = await finished('deploy-yuan.mjs', '--url', facts.url, '--key', keys[0].key, ...mint);
  if (deployed.code !== 0) throw new Error(deployed.output);
  const { token } = JSON.parse(deployed.output);
  const provider = providerOf(facts.url);
  const proxy = proxied ? await Proxy.open(facts.url) : undefined;
  const gasPrice = BigInt(await call(facts.url, 'eth_gasPrice')) * 2n;
  const ground = Object.assign(new Ground(), {
    name,
    url: facts.url,
    proxy,
    keys,
    token,
    price: { gasPrice },
    cast: ['--legacy', '--gas-price', String(gasPrice)],
    provider,
    async give(address, fen) {
      const owner = ground.signer(0);
      const contract = new ContractFactory(artifact.abi, artifact.bytecode, owner).attach(token);
      await (await contract.mint(address, fen, ground.price)).wait();
      await (await owner.sendTransaction({ to: address, value: COIN_FOR_EACH, ...ground.price })).wait();
    },
    async join(world, wallet, use = true) {
      const tokens = ['--token', `${token}:yuan`, ...(ground.second ? ['--token', ground.second] : [])];
      const flags = ['--name', name, ...tokens, '--finality', finality, '--coin', 'COIN'];
      await world.run(
        wallet,
        'network',
        'add',
        (proxy ?? ground).url ?? facts.url,
        ...flags,
        ...(use ? ['--use'] : []),
      );
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  });
  return ground;
}

/** Conflux eSpace of a real node. Blocks are final after 200, so that one can be taken back before. */
export const conflux = () => real('Conflux eSpace', 'conflux.mjs', [], '200', true);

/** Anvil: the wrong network, and the one on which blocks are really taken back. */
export const anvil = () => real('Anvil', 'anvil.mjs', [], '12', false);
