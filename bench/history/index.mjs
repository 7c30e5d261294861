// The peer: what a script with ethers does to index an account's token transfers, both ways, with the
// time of each, one line of JSON a transfer.
//   node index.mjs URL TOKEN ACCOUNT OUT
import { createWriteStream, fsyncSync, openSync } from 'node:fs';
import { Interface, JsonRpcProvider, zeroPadValue } from 'ethers';

const [url, token, account, out] = process.argv.slice(2);
const RANGE = 1000;
const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1 });
const erc20 = new Interface(['event Transfer(address indexed from, address indexed to, uint256 value)']);
const topic = erc20.getEvent('Transfer').topicHash;
const me = zeroPadValue(account, 32);
const file = openSync(out, 'w');
const stream = createWriteStream(null, { fd: file });

/** Nodes bound what one answer holds: halve the range until it fits. */
async function logs(topics, fromBlock, toBlock) {
  try {
    return await provider.getLogs({ address: token, topics, fromBlock, toBlock });
  } catch (error) {
    if (fromBlock === toBlock) throw error;
    const middle = Math.floor((fromBlock + toBlock) / 2);
    return [...(await logs(topics, fromBlock, middle)), ...(await logs(topics, middle + 1, toBlock))];
  }
}

const head = await provider.getBlockNumber();
const times = new Map();
let count = 0;
for (let from = 0; from <= head; from += RANGE) {
  const to = Math.min(from + RANGE - 1, head);
  const found = [...(await logs([topic, me], from, to)), ...(await logs([topic, null, me], from, to))];
  for (const log of found) {
    if (!times.has(log.blockNumber)) times.set(log.blockNumber, (await provider.getBlock(log.blockNumber)).timestamp);
    const { args } = erc20.parseLog(log);
    const line = {
      from: args.from,
      to: args.to,
      value: args.value.toString(),
      block: log.blockNumber,
      time: times.get(log.blockNumber),
      transaction: log.transactionHash,
      index: log.index,
    };
    if (!stream.write(`${JSON.stringify(line)}\n`)) await new Promise((done) => stream.once('drain', done));
    count += 1;
  }
}
await new Promise((done) => stream.write('', done));
fsyncSync(file);
stream.end();
console.log(JSON.stringify({ transfers: count }));
provider.destroy();
