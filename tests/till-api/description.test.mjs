// The committed description against the server of a real till: schemathesis, with
// every check it has, finds nothing.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Shop } from './lib/shop.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const description = join(here, '../../docs/till-api.json');
/** Examples of each operation. */
const EXAMPLES = process.env.EXAMPLES ?? '200';

test('schemathesis finds nothing', async () => {
  const program = process.env.SCHEMATHESIS;
  assert.ok(program, 'run.sh installs schemathesis and names it in SCHEMATHESIS');
  const shop = await Shop.open({
    serve: ['--webhook', 'http://127.0.0.1:9/', '--webhook-secret', join(here, 'lib/shop.mjs')],
  });
  try {
    const charge = await shop.charge({ amount: '1' });
    await shop.call('POST', `/v1/charges/${charge.id}/close`);
    const args = ['--config-file', join(here, 'schemathesis.toml'), 'run', description];
    const options = ['--url', shop.url, '--checks', 'all', '--max-examples', EXAMPLES, '--request-timeout', '30'];
    const flags = ['--generation-deterministic', '--no-color', '-H', `Authorization: Bearer ${shop.token}`];
    const child = spawn(program, [...args, ...options, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: shop.world.folder,
    });
    let out = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (out += data));
    const [code] = await once(child, 'close');
    assert.equal(code, 0, out.slice(-6_000));
    const operations = Object.values(JSON.parse(readFileSync(description)).paths).flatMap(Object.keys).length;
    assert.match(
      out,
      new RegExp(`Selected: ${operations}/${operations}\\s+Tested: ${operations}\\b`),
      out.slice(-2_000),
    );
    console.log(out.match(/Test cases:\s+.*/)?.[0]);
  } finally {
    await shop.close();
  }
});
