// Starts one of the node scripts from a test and reads its ready line.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a script of this folder; the answer has its facts, its process and a promise of its end, which
 * throws when the script leaves a file behind.
 */
export async function started(script, ...args) {
  const scratch = mkdtempSync(join(tmpdir(), 'jiaozi-nodes-test-'));
  const env = { ...process.env, TMPDIR: scratch };
  const child = spawn(process.execPath, [`${folder}${script}`, ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(([code]) => {
    const left = readdirSync(scratch);
    if (left.length > 0) throw new Error(`${script} left ${left} in ${scratch}`);
    rmdirSync(scratch);
    return code;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw new Error(`${script} ended with ${await ended} and said nothing`);
  return { facts: JSON.parse(first.value), child, ended };
}

/** Runs a script to its end, for at most 40 s: its exit code and what it printed. */
export async function finished(script, ...args) {
  const stdio = ['ignore', 'pipe', 'pipe'];
  const child = spawn(process.execPath, [`${folder}${script}`, ...args], { stdio, timeout: 40_000 });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output };
}
