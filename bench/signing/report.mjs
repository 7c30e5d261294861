// Reads lines such as `custody [1, 2, 3]` and prints medians and ratios.
import { readFileSync } from 'node:fs';

const medians = {};
for (const [, name, list] of readFileSync(0, 'utf8').matchAll(/^(?:test .*? )?(\w+) \[([\d, ]+)\]/gm)) {
  const figures = list
    .split(',')
    .map(Number)
    .sort((a, b) => a - b);
  medians[name] = figures[Math.floor(figures.length / 2)];
}
for (const name of ['custody', 'k256', 'ethers']) {
  if (!medians[name]) throw new Error(`no figures of ${name}`);
}
const ratio = (peer) => (medians.custody / medians[peer]).toFixed(2);
console.log('EIP-3009 authorizations signed per second, one thread (median of 7 runs)');
console.log(`  custody: read, digest, sign        ${medians.custody}`);
console.log(`  bare k256: sign a ready digest     ${medians.k256}`);
console.log(`  ethers: signTypedData              ${medians.ethers}`);
console.log(`custody / ethers ${ratio('ethers')} (aim 10 or more)`);
console.log(`custody / k256   ${ratio('k256')} (aim 0.80 or more)`);
