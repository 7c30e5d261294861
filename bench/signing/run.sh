#!/usr/bin/env bash
# EIP-3009 authorizations signed per second: custody beside a bare k256 loop
# and ethers, in one run. Usage: bench/signing/run.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
[ -d node_modules/ethers ] || npm ci --silent
figures=$(
    cd ../.. && cargo test --quiet --release -p jiaozi-custody --lib \
        figures::authorizations_per_second -- --ignored --nocapture --test-threads=1
    cd "$here" && node ethers.mjs
)
node report.mjs <<<"$figures"
