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

const fen = (text) => {
  const [whole, part = ''] = text.split('.');
  return BigInt(whole + part.padEnd(2, '0').slice(0, 2));
};
const sum = (all) => all.reduce((total, one) => total + one, 0n);

/** Lines of a CSV file by the names in its head (RFC 4180). */
function readCsv(text) {
  const rows = [...text.matchAll(/(?:(?:"(?:[^"]|"")*"|[^,"\r\n]*)(?:,|\r\n))+/g)];
  const lines = rows.flatMap(([row]) => row.split('\r\n').filter(Boolean));
  const cells = lines.map((line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell));
  const [head, ...rest] = cells;
  return rest.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])));
}

/** Entries of a camt.053 statement: fen that came and went. */
function readStatement(xml) {
  const entries = [...xml.matchAll(/<Ntry>([\s\S]*?)<\/Ntry>/g)].map(([, entry]) => ({
    amount: fen(/<Amt[^>]*>([0-9.]+)<\/Amt>/.exec(entry)[1]),
    way: /<CdtDbtInd>(CRDT|DBIT)<\/CdtDbtInd>/.exec(entry)[1],
  }));
  const of = (way) => sum(entries.filter((entry) => entry.way === way).map((entry) => entry.amount));
  return { came: of('CRDT'), left: of('DBIT'), entries: entries.length };
}

/** Closes the day once all of it is final; what the Z report, its CSV and its camt.053 say, in fen. */
export async function closeTheDay(till, until) {
  await until(
    'all to be final',
    async () => {
      const { status, raw, json } = await till.call('GET', '/v1/reports/x');
      if (status !== 200) throw new Error(raw);
      return BigInt(json.waiting.atoms) === 0n;
    },
    120_000,
  );
  const { json: z, raw, status } = await till.call('POST', '/v1/reports');
  if (status !== 201) throw new Error(raw);
  const csv = readCsv((await till.call('GET', `/v1/reports/${z.number}/csv`)).raw);
  const lines = csv.filter((line) => line.record === 'charge');
  const statement = readStatement((await till.call('GET', `/v1/reports/${z.number}/camt053`)).raw);
  return {
    z: {
      came: BigInt(z.received.atoms),
      left: BigInt(z.refunded.atoms),
      counts: z.counts,
      agrees: z.ledger.agrees,
      ledger: z.ledger,
    },
    csv: {
      came: sum(lines.map((line) => fen(line.received || '0'))),
      left: sum(lines.map((line) => fen(line.refunded || '0'))),
      lines: lines.length,
    },
    statement,
  };
}
