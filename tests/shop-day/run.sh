#!/usr/bin/env bash
# A shop's day on the sandbox ledger and on a real Conflux eSpace node, with every bad day in it:
#   tests/shop-day/run.sh [KILLS [SEED]]
# KILLS: so often is the till killed with SIGKILL on each ledger. Anvil is the wrong network, and takes a block
# back. All of it in a network namespace of its own: the Conflux node listens on every interface.
# Eight charges are made by hand in the real window, in a part of the day of their own: a webview is too slow for all.
# Needs (Debian): faketime, and what tests/desktop/run.sh needs.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -d tests/nodes/node_modules ] || (cd tests/nodes && npm ci --no-fund --no-audit --loglevel=error)
[ -n "${JIAOZI_PROGRAM:-}" ] || cargo build --quiet --workspace --all-targets --locked
# The window is driven by WebDriver, so its program is another one than what ships (see tests/desktop/run.sh).
if [ ! -x target/e2e/jiaozi-desktop ] && [ -z "${JIAOZI_PROGRAM:-}" ]; then
    cargo build --quiet --workspace --all-targets --locked --features jiaozi-desktop/automation
    mkdir -p target/e2e
    cp -f target/debug/jiaozi-desktop target/debug/jiaozi-vault target/debug/jiaozi target/e2e/
    cargo build --quiet --workspace --all-targets --locked
fi
# The days run beside each other, each in a network of its own, and mostly wait for blocks and webhooks.
days=
for ledger in ${LEDGERS:-sandbox conflux}; do
    tests/nodes/in-netns.sh tests/with-keyring.sh node tests/shop-day/day.mjs --ledger "$ledger" \
        --kills "${1:-0}" --seed "${2:-1}" --charges "${CHARGES:-200}" --window "${WINDOW:-8}" 2>&1 |
        sed "s/^/$ledger: /" &
    days="$days $!"
done
failed=0
for day in $days; do
    wait "$day" || failed=1
done
exit $failed
