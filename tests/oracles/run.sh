#!/usr/bin/env bash
# Compares custody, and the vault's own commands on a hundred wallets, with eth-account, python-mnemonic,
# shamir-mnemonic and js-conflux-sdk on random cases.
# Usage: tests/oracles/run.sh [COUNT]   (cases of each kind; 200 without)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv="$root/target/oracles-venv"
stamp="$venv/.requirements"
if ! cmp -s "$here/requirements.txt" "$stamp" 2>/dev/null; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$stamp"
fi
cd "$root"
cargo build --quiet --workspace --all-targets --locked
[ -d "$root/tests/nodes/node_modules/js-conflux-sdk" ] ||
    (cd "$root/tests/nodes" && npm ci --no-fund --no-audit --loglevel=error)
oracle="${CARGO_TARGET_DIR:-$root/target}/debug/examples/oracle"
# Each writes and reads one question after the other, so two of them take no longer than one.
node "$here/core.mjs" "$oracle" "${1:-200}" &
core=$!
"$venv/bin/python" "$here/compare.py" "$oracle" "${1:-200}" &&
    "$venv/bin/python" "$here/shares.py" "$(dirname "$oracle")/shares" "${1:-200}" &&
    "$venv/bin/python" "$here/wallets.py" "$(dirname "$oracle")/../jiaozi-vault" "$here/wallets.mjs" 100 ||
    { wait "$core"; exit 1; }
wait "$core"
