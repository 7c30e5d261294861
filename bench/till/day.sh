#!/usr/bin/env bash
# A shop's day of 50,000 charges (or COUNT): how long it takes to open, to search,
# to close with the ledger check, and to write its files. The ledger is one in
# memory: what is measured is the till and its store.
# Usage: bench/till/day.sh [COUNT]
set -euo pipefail
cd "$(dirname "$0")/../.."
JIAOZI_BUSY_DAY="${1:-50000}" exec cargo test --release --locked --quiet -p jiaozi-wallet --lib \
    till::tests::busy_day -- --ignored --nocapture
