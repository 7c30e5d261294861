#!/bin/sh
# A few thousand runs of every fuzz target, from its corpus on, or what half a minute allows (the client
# of a ledger rests after each bad answer):
#   fuzz/smoke.sh [RUNS]
set -eu
runs=${1:-5000}
cd "$(dirname "$0")"
./build.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for target in targets/*.rs; do
    name=$(basename "$target" .rs)
    program=../target/debug/fuzz-$(echo "$name" | tr _ -)
    mkdir -p "$scratch/$name"
    # What is found goes into the scratch folder; a crash is printed in base 64 and fails the step.
    if ! "$program" -runs="$runs" -max_total_time=30 -seed=1 -max_len=2048 -artifact_prefix="$scratch/" \
        "$scratch/$name" "corpus/$name" >"$scratch/log" 2>&1; then
        cat "$scratch/log"
        echo "fuzz target $name found a fault" >&2
        exit 1
    fi
    printf '%-16s %s\n' "$name" "$(grep -o 'Done [0-9]* runs in [0-9]* second' "$scratch/log")"
done
