#!/bin/sh
# A shop's day on the sandbox ledger and on a real Conflux eSpace node, with every bad day in it:
#   tests/shop-day/run.sh [KILLS [SEED]]
# KILLS: so often is the till killed with SIGKILL on each ledger. Anvil is the wrong network, and takes a block
# back. All of it in a network namespace of its own: the Conflux node listens on every interface.
# Needs (Debian): faketime iproute2 util-linux
set -eu
cd "$(dirname "$0")/../.."
[ -d tests/nodes/node_modules ] || (cd tests/nodes && npm ci --no-fund --no-audit --loglevel=error)
[ -n "${JIAOZI_PROGRAM:-}" ] || cargo build --quiet --workspace --all-targets --locked
for ledger in ${LEDGERS:-sandbox conflux}; do
    tests/nodes/in-netns.sh node tests/shop-day/day.mjs --ledger "$ledger" --kills "${1:-0}" --seed "${2:-1}" \
        --charges "${CHARGES:-200}"
done
