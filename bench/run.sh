#!/usr/bin/env bash
# Every figure, each beside its peer in the same run, on release builds. `bench/run.sh node pay` runs some.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --locked --release --bins --quiet
[ -d tests/nodes/node_modules ] || (cd tests/nodes && npm ci --no-fund --no-audit --loglevel=error)
figures=("$@")
[ $# -gt 0 ] || figures=(signing node pay history till start)
for figure in "${figures[@]}"; do
    printf '\n== %s\n' "$figure"
    case $figure in
        start) tests/with-keyring.sh bench/start/run.py ;;
        pay) bench/pay/run.py ;;
        till) bench/till/api.mjs && bench/till/day.sh ;;
        history) (cd bench/history && npm ci --no-fund --no-audit --loglevel=error) && bench/history/run.py ;;
        node) (cd bench/node && npm ci --no-fund --no-audit --loglevel=error && npm run --silent bench) ;;
        *) "bench/$figure/run.sh" ;;
    esac
done
