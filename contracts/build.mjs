// Compiles src/SandboxYuan.sol into the committed artifact, byte for byte the same on every machine.
// `node build.mjs` writes it; `node build.mjs --check` compiles again and fails on any difference.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const solc = require('solc');

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SOURCE = 'src/SandboxYuan.sol';
const CONTRACT = 'SandboxYuan';
const ARTIFACT = here(`artifacts/${CONTRACT}.json`);

// `bytecodeHash: none` keeps file paths and comments out of the code, so that only a change of
// meaning changes the bytecode.
const settings = {
  evmVersion: 'cancun',
  optimizer: { enabled: true, runs: 1000 },
  viaIR: true,
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
};

const sources = new Map();
function read(path) {
  const file = path.startsWith('@') ? here(`node_modules/${path}`) : here(path);
  if (!existsSync(file)) return { error: `not found: ${path}` };
  const contents = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  sources.set(path, createHash('sha256').update(contents).digest('hex'));
  return { contents };
}

function compile() {
  const input = { language: 'Solidity', sources: { [SOURCE]: { content: read(SOURCE).contents } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read }));
  const messages = output.errors ?? [];
  for (const message of messages) console.error(message.formattedMessage);
  if (messages.length > 0) throw new Error('the compiler is not silent');
  const { abi, evm } = output.contracts[SOURCE][CONTRACT];
  const artifact = {
    contractName: CONTRACT,
    compiler: solc.version(),
    settings,
    sources: Object.fromEntries([...sources].sort(([a], [b]) => (a < b ? -1 : 1))),
    abi,
    bytecode: `0x${evm.bytecode.object}`,
    deployedBytecode: `0x${evm.deployedBytecode.object}`,
  };
  return `${JSON.stringify(artifact, null, 2)}\n`;
}

const fresh = compile();
if (process.argv.includes('--check')) {
  const committed = existsSync(ARTIFACT) ? readFileSync(ARTIFACT, 'utf8').replaceAll('\r\n', '\n') : '';
  if (committed !== fresh) {
    console.error(`${ARTIFACT} differs from what ${SOURCE} compiles to: run "npm run build" and commit it.`);
    process.exit(1);
  }
  console.log(`${CONTRACT}: the committed artifact is what the source compiles to.`);
} else {
  mkdirSync(here('artifacts'), { recursive: true });
  writeFileSync(ARTIFACT, fresh);
  console.log(`wrote ${ARTIFACT}`);
}
