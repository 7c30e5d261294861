// What is asked of every real node: it takes a transfer, carries the sandbox yuan, and leaves nothing.
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { Contract, parseEther, Wallet } from 'ethers';
import { providerOf } from './provider.mjs';
import { finished, started } from './started.mjs';

const YUAN = [
  'function balanceOf(address) view returns (uint256)',
  'function transfer(address, uint256) returns (bool)',
];

const gone = (pid) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** Tests one script with one set of arguments. */
export function behaves(name, script, args, chainId) {
  test(`${name}: a transfer, the yuan, and a clean end`, { timeout: 120_000 }, async () => {
    const { facts, child, ended } = await started(script, ...args);
    const provider = providerOf(facts.url);
    try {
      assert.equal(facts.chainId, chainId);
      assert.equal((await provider.getNetwork()).chainId, BigInt(chainId));
      assert.equal(facts.fundedKeys.length, 10);

      const payer = new Wallet(facts.fundedKeys[1].key, provider);
      assert.equal(payer.address, facts.fundedKeys[1].address);
      const shop = Wallet.createRandom().address;
      const receipt = await (await payer.sendTransaction({ to: shop, value: parseEther('1.5') })).wait();
      assert.equal(receipt.status, 1);
      assert.equal(await provider.getBalance(shop), parseEther('1.5'));

      const grants = ['--mint', `${payer.address}=12345`, '--fund', `${shop}=7`];
      const { code, output } = await finished(
        'deploy-yuan.mjs',
        '--url',
        facts.url,
        '--key',
        facts.fundedKeys[0].key,
        ...grants,
      );
      assert.equal(code, 0, output);
      const deployed = JSON.parse(output);
      assert.equal(deployed.chainId, chainId);
      const token = new Contract(deployed.token, YUAN, payer);
      assert.equal(await token.balanceOf(payer.address), 12345n);
      assert.equal((await (await token.transfer(shop, 1250n)).wait()).status, 1);
      assert.equal(await token.balanceOf(shop), 1250n);
      assert.equal(await provider.getBalance(shop), parseEther('1.5') + 7n);
    } finally {
      provider.destroy();
      child.stdin.end();
    }
    assert.equal(await ended, 0);
    await assert.rejects(fetch(facts.url), 'the port is closed');
  });

  test(`${name}: SIGTERM ends it as well`, { timeout: 60_000 }, async () => {
    const { facts, child, ended } = await started(script, ...args);
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
    await assert.rejects(fetch(facts.url), 'the port is closed');
    assert.ok(gone(child.pid));
  });
}
