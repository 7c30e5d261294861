#!/bin/sh
# Scenarios on the sandbox, Anvil and both spaces of Conflux, in a network namespace of their own (the Conflux
# node listens on every interface):
#   tests/scenarios/run.sh --test NAME... [-- ARGUMENT...]
# Arguments go to cargo test, and from `--` on to the test runner.
set -eu
cd "$(dirname "$0")/../.."
[ -d tests/nodes/node_modules ] || (cd tests/nodes && npm ci --no-fund --no-audit --loglevel=error)
# Built before the namespace closes the way to the registries.
cargo build --quiet --workspace --all-targets --locked
# Mostly they wait for blocks, so some run beside each other; a Conflux node takes 800 MB.
export RUST_TEST_THREADS="${RUST_TEST_THREADS:-4}"
exec tests/nodes/in-netns.sh cargo test --workspace --locked --offline "$@"
