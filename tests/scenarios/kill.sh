#!/bin/sh
# Kills wallet, vault and node with SIGKILL, so many times and by this seed, and counts what it cost:
#   tests/scenarios/kill.sh [KILLS [SEED]]
set -eu
cd "$(dirname "$0")/../.."
cargo build --quiet --workspace --all-targets --locked
exec cargo test --quiet --workspace --locked --test killer -- --kills "${1:-300}" --seed "${2:-1}"
