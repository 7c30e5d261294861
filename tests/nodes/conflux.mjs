// Starts a single Conflux node (dev chain, Core Space and eSpace) and prints one JSON line when it
// takes transactions: {"url", "wsUrl", "chainId", "coreUrl", "coreWsUrl", "coreChainId",
// "fundedKeys": [{"address", "key"}]}. `url` and `chainId` are eSpace's; every key holds 10,000 CFX
// in both spaces.
//
//   ./in-netns.sh node conflux.mjs [--default-packing] [--by-hand]
//
// The node binds its RPC ports to all addresses and has no option against it, so this refuses to
// start anywhere but in a network namespace that has no way out (in-netns.sh makes one). Whoever
// talks to it must be in the same namespace. --default-packing packs transactions as a public node
// does (confirmed in about 1.35 s) instead of as fast as it can. --by-hand makes no blocks but those asked
// for at `coreUrl` with test_generateOneBlock and test_generateEmptyBlocks. Stops when standard input
// closes or on SIGTERM, and leaves nothing behind.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { fundedKeys } from './lib/keys.mjs';
import { fail, freePorts, Nursery, readOptions } from './lib/process.mjs';
import { call, callUntil } from './lib/rpc.mjs';

const CORE_CHAIN_ID = 1234;
const ESPACE_CHAIN_ID = 1235;

/** Execution is a few epochs behind the newest block. */
const FIRST_BLOCKS = 10;

const START_TRIES = 3;
const START_SECONDS = 20;

const options = readOptions({ 'default-packing': true, 'by-hand': true });
const outward = Object.entries(networkInterfaces()).filter(([, addresses]) => addresses.some((one) => !one.internal));
if (outward.length > 0) {
  fail(
    `conflux.mjs: this network reaches beyond loopback (${outward.map(([name]) => name)}): start it with in-netns.sh`,
  );
}

const nursery = new Nursery('conflux');
const require = createRequire(import.meta.url);
const posConfig = join(dirname(require.resolve('@xcfx/node/package.json')), 'configs/pos_config');

/** Writes the node's configuration; paths in it must be absolute. */
function writeConfiguration(ports) {
  const home = mkdtempSync(join(nursery.folder, 'start-'));
  const at = (name) => join(home, name);
  const keys = fundedKeys()
    .map(({ key }) => key.slice(2))
    .join('\n');
  writeFileSync(at('genesis.txt'), keys);
  mkdirSync(at('data'));
  const [core, coreWs, eSpace, eSpaceWs, local, tcp, udp] = ports;
  const settings = {
    mode: 'dev',
    chain_id: CORE_CHAIN_ID,
    evm_chain_id: ESPACE_CHAIN_ID,
    jsonrpc_http_port: core,
    jsonrpc_ws_port: coreWs,
    jsonrpc_http_eth_port: eSpace,
    jsonrpc_ws_eth_port: eSpaceWs,
    jsonrpc_local_http_port: local,
    tcp_port: tcp,
    udp_port: udp,
    public_rpc_apis: 'all',
    public_evm_rpc_apis: 'evm,ethdebug',
    genesis_secrets: at('genesis.txt'),
    genesis_evm_secrets: at('genesis.txt'),
    pos_config_path: join(posConfig, 'pos_config.yaml'),
    pos_initial_nodes_path: join(posConfig, 'initial_nodes.json'),
    pos_private_key_path: at('pos_key'),
    // Guards a key that the node makes for itself in the scratch folder.
    dev_pos_private_key_encryption_password: 'throw-away',
    conflux_data_dir: at('data'),
    block_db_type: 'sqlite',
    pos_reference_enable_height: 0,
    default_transition_time: 1,
    dev_pack_tx_immediately: false,
    log_level: 'error',
  };
  // Every hard fork is on from the first block, so that contracts compiled for cancun run.
  const forks = [
    'hydra_transition_number',
    'hydra_transition_height',
    'dao_vote_transition_number',
    'dao_vote_transition_height',
    'sigma_fix_transition_number',
    'cip107_transition_number',
    'cip112_transition_height',
    'cip118_transition_number',
    'cip119_transition_number',
    'base_fee_burn_transition_number',
    'base_fee_burn_transition_height',
    'cip1559_transition_height',
    'c2_fix_transition_height',
    'eoa_code_transition_height',
  ];
  for (const fork of forks) settings[fork] = 1;
  if (!options['by-hand']) settings.dev_block_interval_ms = 100;
  if (!options['default-packing']) {
    Object.assign(settings, {
      evm_transaction_block_ratio: 1,
      max_packing_batch_size: 1000,
      max_packing_batch_gas_limit: 14000000,
    });
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  writeFileSync(at('conflux.toml'), `${lines.join('\n')}\n`);
  return { home, configuration: at('conflux.toml') };
}

/** Starts the node and waits until it takes transactions or ends; the facts for the ready line. */
async function attempt() {
  const ports = await freePorts(7);
  const { home, configuration } = writeConfiguration(ports);
  nursery.start(process.execPath, [fileURLToPath(new URL('lib/conflux-process.cjs', import.meta.url)), configuration], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = nursery.gone.then((why) => Promise.reject(new Error(why)));
  return Promise.race([facts(ports), gone]);
}

async function facts(ports) {
  const coreUrl = `http://127.0.0.1:${ports[0]}`;
  const url = `http://127.0.0.1:${ports[2]}`;
  await callUntil(coreUrl, 'debug_currentSyncPhase', [], (phase) => phase === 'NormalSyncPhase', START_SECONDS);
  if (options['by-hand']) await call(coreUrl, 'test_generateEmptyBlocks', [FIRST_BLOCKS]);
  await callUntil(url, 'eth_blockNumber', [], (number) => BigInt(number) >= 2n, START_SECONDS);
  const status = await call(coreUrl, 'cfx_getStatus');
  return {
    url,
    wsUrl: `ws://127.0.0.1:${ports[3]}`,
    chainId: Number(await call(url, 'eth_chainId')),
    coreUrl,
    coreWsUrl: `ws://127.0.0.1:${ports[1]}`,
    coreChainId: Number(status.chainId),
    fundedKeys: fundedKeys(),
  };
}

// The node has been seen to hang while it starts, and to find a port taken meanwhile; a fresh one does
// not share its fate.
nursery.starting = true;
for (let tries = START_TRIES; ; tries -= 1) {
  try {
    nursery.ready(await attempt());
    break;
  } catch (error) {
    if (nursery.ending) break;
    if (tries <= 1) {
      nursery.end(1, `${error.message}\n${nursery.output ?? ''}`);
      break;
    }
    process.stderr.write(`conflux: ${error.message}; starting it again\n`);
    await nursery.discard();
  }
}
