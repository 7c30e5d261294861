// Who pays: our wallet (bound to the charge by EIP-3009), `cast`, and ethers by the ERC-681 link.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Contract, NonceManager } from '../../nodes/lib/ethers.mjs';

const CAST = fileURLToPath(new URL('../../nodes/node_modules/.bin/cast', import.meta.url));
const ERC20 = [
  'function transfer(address, uint256) returns (bool)',
  'function balanceOf(address) view returns (uint256)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
];
const run = promisify(execFile);

export const yuan = (ground, runner = ground.provider) => new Contract(ground.token, ERC20, runner);

/** What another wallet reads in the code on the display. */
export function readLink(link) {
  const [, token, chain, query] = /^ethereum:(0x[0-9a-fA-F]{40})@([0-9]+)\/transfer\?(.*)$/.exec(link);
  const parameters = new URLSearchParams(query);
  return { token, chain: Number(chain), to: parameters.get('address'), value: BigInt(parameters.get('uint256')) };
}

/** A customer whose wallet is a script with ethers; one payment after another. */
export class Ethers {
  constructor(ground, index) {
    this.signer = new NonceManager(ground.signer(index));
    this.ground = ground;
    this.turn = Promise.resolve();
  }

  /** Pays what the link says, or `value` fen of it; gives the transaction once it is in a block. */
  pay(charge, value) {
    const asked = readLink(charge.ethereum_link);
    return this.send(asked.to, value ?? asked.value, asked.token);
  }

  send(to, value, token = this.ground.token) {
    const paid = this.turn.then(async () => {
      const sent = await new Contract(token, ERC20, this.signer).transfer(to, value, this.ground.price);
      const receipt = await sent.wait();
      if (receipt.status !== 1) throw new Error(`${receipt.hash} failed`);
      return receipt.hash;
    });
    this.turn = paid.catch(() => undefined);
    return paid;
  }
}

/** A customer at a terminal with foundry's cast. */
export class Cast {
  constructor(ground, index) {
    Object.assign(this, { ground, key: ground.keys[index].key, turn: Promise.resolve() });
  }

  pay(charge) {
    const { token, to, value } = readLink(charge.ethereum_link);
    const { ground, key } = this;
    const what = [token, 'transfer(address,uint256)', to, String(value)];
    const how = ['--rpc-url', ground.url, '--private-key', key, '--json', ...ground.cast];
    const paid = this.turn.then(async () => {
      const { stdout } = await run(CAST, ['send', ...what, ...how], { timeout: 60_000 });
      const receipt = JSON.parse(stdout);
      if (BigInt(receipt.status) !== 1n) throw new Error(stdout);
      return receipt.transactionHash;
    });
    this.turn = paid.catch(() => undefined);
    return paid;
  }
}

/** A customer with our wallet, unlocked for the day. */
export class Jiaozi {
  static async open(world, ground, name) {
    const customer = Object.assign(new Jiaozi(), { world, name, turn: Promise.resolve() });
    await world.wallet(name);
    await ground.join(world, name);
    const { address } = (await world.run(name, 'accounts', 'list'))[0];
    await ground.give(address, 5_000_00n);
    await world.run(name, 'unlock');
    return Object.assign(customer, { address });
  }

  pay(charge) {
    const paid = this.turn.then(() => this.world.run(this.name, 'pay', charge.link, '--yes', '--wait', 'included'));
    this.turn = paid.catch(() => undefined);
    return paid;
  }

  close() {
    return this.world.run(this.name, 'lock').catch(() => undefined);
  }
}
