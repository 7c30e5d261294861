#!/usr/bin/env bash
# Cold signing with another wallet on either side: the libraries of Keystone (which ERC-4527 names as its
# reference) and NGRAVE. Usage: tests/cold/others.sh [COUNT]   (random requests; 24 without)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
[ -d "$here/node_modules" ] || (cd "$here" && npm ci --ignore-scripts --no-fund --no-audit --loglevel=error)
exec node "$here/others.mjs" "${CARGO_TARGET_DIR:-$root/target}/debug" "${1:-24}"
