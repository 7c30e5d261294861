// A real Conflux node, in both ways of packing. Run this file through in-netns.sh.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { behaves } from './lib/behaves.mjs';
import { call } from './lib/rpc.mjs';
import { started } from './lib/started.mjs';

behaves('conflux eSpace', 'conflux.mjs', [], 1235);
behaves('conflux eSpace, default packing', 'conflux.mjs', ['--default-packing'], 1235);

test('conflux Core Space answers on its own port', { timeout: 60_000 }, async () => {
  const { facts, child, ended } = await started('conflux.mjs');
  try {
    const status = await call(facts.coreUrl, 'cfx_getStatus');
    assert.equal(Number(status.chainId), facts.coreChainId);
    assert.equal(facts.coreChainId, 1234);
  } finally {
    child.stdin.end();
  }
  assert.equal(await ended, 0);
});
