// What every ledger node for tests shares: a scratch folder, one ready line on standard output,
// and a clean end when whoever started it goes away.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** Below those that systems give to outgoing connections, which would take one before its node does. */
const PORTS = [15_000, 32_000];

/** A number of TCP ports on loopback that were free a moment ago. */
export async function freePorts(count) {
  const servers = [];
  while (servers.length < count) {
    const server = await new Promise((resolve) => {
      const one = createServer();
      one.once('error', () => resolve(undefined));
      one.listen(randomInt(...PORTS), '127.0.0.1', () => resolve(one));
    });
    if (server) servers.push(server);
  }
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** `--name value` and `--flag` pairs; anything that is not in `known` is an error. */
export function readOptions(known) {
  const options = {};
  const rest = process.argv.slice(2);
  while (rest.length > 0) {
    const word = rest.shift();
    const name = word.replace(/^--/, '');
    if (!word.startsWith('--') || !(name in known)) fail(`unknown argument ${word}\n${usage(known)}`);
    if (known[name] === true) options[name] = true;
    else if (rest.length === 0) fail(`${word} needs a value\n${usage(known)}`);
    else if (known[name] === 'list') (options[name] ??= []).push(rest.shift());
    else options[name] = rest.shift();
  }
  return options;
}

function usage(known) {
  const words = Object.entries(known).map(([name, kind]) => (kind === true ? `[--${name}]` : `[--${name} VALUE]`));
  return `usage: ${process.argv[1]} ${words.join(' ')}`;
}

/** Ends the process with a message and exit code 2 (wrong use). */
export function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

/**
 * Holds a node process and its scratch folder, and removes both on SIGTERM, SIGINT, SIGHUP or when
 * standard input closes, which it does when the starter dies by whatever cause.
 */
export class Nursery {
  constructor(name) {
    this.name = name;
    this.folder = mkdtempSync(join(tmpdir(), `jiaozi-${name}-`));
    this.child = undefined;
    this.ending = false;
    /** Whether another start is tried when the node ends. */
    this.starting = false;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => this.end(0));
    process.stdin.on('end', () => this.end(0));
    process.stdin.on('error', () => this.end(0));
    process.stdin.resume();
  }

  /** Starts the node; it dies with this process even when this one is killed outright. */
  start(command, args, options) {
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], options);
    this.child.once('error', (error) => this.end(1, `${this.name}: cannot start: ${error.message}`));
    this.gone = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        resolve(`stopped by itself (${signal ?? code})`);
        if (!this.ending && !this.starting)
          this.end(1, `${this.name}: stopped by itself (${signal ?? code})\n${this.output ?? ''}`);
      });
    });
    // The last output explains a node that dies; it is kept short and shown only then.
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk) => {
        this.output = `${this.output ?? ''}${chunk}`.slice(-4000);
      });
    }
    return this.child;
  }

  /** Kills the node and leaves this process, and its scratch folder, for another start. */
  async discard() {
    this.child.kill('SIGKILL');
    await this.gone;
    this.output = undefined;
  }

  /** Says that the node answers: the one line that goes to standard output. */
  ready(facts) {
    this.starting = false;
    process.stdout.write(`${JSON.stringify(facts)}\n`);
  }

  end(code, message) {
    if (this.ending) return;
    this.ending = true;
    if (message) process.stderr.write(`${message}\n`);
    const leave = () => {
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
      process.exit(code);
    };
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null || !this.child.pid) {
      leave();
      return;
    }
    this.child.once('exit', leave);
    // Nothing in a throw-away chain is worth an orderly stop.
    this.child.kill('SIGKILL');
  }
}
