// The sums of the day, from the till and from the ledger itself.
import { yuan } from './customers.mjs';

const SPAN = 400;

/** All that came to the addresses and what left `account` for others, read from the ledger by ethers alone. */
export async function readLedger(ground, from, addresses, account) {
  const token = yuan(ground);
  const known = new Set(addresses.map((address) => address.toLowerCase()));
  const came = new Map();
  let left = 0n;
  const head = await ground.provider.getBlockNumber();
  for (let start = from; start <= head; start += SPAN) {
    const end = Math.min(head, start + SPAN - 1);
    for (const log of await token.queryFilter('Transfer', start, end)) {
      const [payer, to, value] = log.args;
      const address = to.toLowerCase();
      if (known.has(address)) came.set(address, (came.get(address) ?? 0n) + value);
      if (payer === account && !known.has(address)) left += value;
    }
  }
  let balances = 0n;
  for (const address of addresses) balances += await token.balanceOf(address);
  return { came, left, balances, total: [...came.values()].reduce((sum, one) => sum + one, 0n) };
}

/** What the till says that came to a charge of the asset that it asks for. */
export function told(charge) {
  const own = charge.payments.filter((payment) => payment.amount.asset.id === charge.amount.asset.id);
  return own.reduce((sum, payment) => sum + BigInt(payment.amount.atoms), 0n);
}
