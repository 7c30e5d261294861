// Anvil as the tests start it: with a block a transaction, and with a block a second.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { behaves } from './lib/behaves.mjs';
import { finished } from './lib/started.mjs';

behaves('anvil, automine', 'anvil.mjs', [], 31337);
behaves('anvil, a block a second', 'anvil.mjs', ['--block-time', '1', '--chain-id', '4242'], 4242);

test('wrong arguments are said', async () => {
  for (const args of [['--blocktime', '1'], ['--block-time'], ['--block-time', 'soon']]) {
    const { code, output } = await finished('anvil.mjs', ...args);
    assert.equal(code, 2);
    assert.match(output, /unknown argument|needs a value|not a number/);
  }
});

test('an address that deploy-yuan cannot read is said', async () => {
  const { code, output } = await finished(
    'deploy-yuan.mjs',
    '--url',
    'http://127.0.0.1:1',
    '--key',
    '0x1',
    '--mint',
    '0x12=5',
  );
  assert.equal(code, 2);
  assert.match(output, /not ADDRESS=NUMBER/);
});
