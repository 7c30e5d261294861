#!/bin/sh
# Reads the memory of the locked vault (memory.py), in a debug build.
set -eu
cd "$(dirname "$0")/../.."
cargo build --quiet --workspace --all-targets --locked
exec python3 vault/tests/memory.py "${CARGO_TARGET_DIR:-target}/debug/jiaozi-vault"
