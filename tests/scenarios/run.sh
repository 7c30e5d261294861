#!/bin/sh
# The scenarios on the sandbox, Anvil and both spaces of Conflux, in a network namespace of their own (the
# Conflux node listens on every interface). Arguments go to the test runner.
set -eu
cd "$(dirname "$0")/../.."
[ -d tests/nodes/node_modules ] || (cd tests/nodes && npm ci --no-fund --no-audit --loglevel=error)
# Built before the namespace closes the way to the registries.
cargo build --quiet --workspace --all-targets --locked
exec tests/nodes/in-netns.sh cargo test --workspace --locked --offline --test pay --test replace -- --test-threads=1 "$@"
