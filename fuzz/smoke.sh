#!/bin/sh
# A few thousand runs of every fuzz target, from its corpus on, or what a quarter of a minute allows (the client
# of a ledger rests after each bad answer):
#   fuzz/smoke.sh [RUNS]
set -eu
runs=${1:-5000}
cd "$(dirname "$0")"
./build.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Two at a time: while one rests the other works.
# shellcheck disable=SC2016 # the inner shell expands it
printf '%s\n' targets/*.rs | xargs -P 2 -I '{}' sh -euc '
    name=$(basename "$1" .rs)
    program=../target/debug/fuzz-$(echo "$name" | tr _ -)
    mkdir -p "$2/$name"
    # What is found goes into the scratch folder; a crash is printed in base 64 and fails the step.
    if ! "$program" -runs="$3" -max_total_time=15 -seed=1 -max_len=2048 -artifact_prefix="$2/" \
        "$2/$name" "corpus/$name" >"$2/$name.log" 2>&1; then
        cat "$2/$name.log"
        echo "fuzz target $name found a fault" >&2
        exit 255
    fi
    printf "%-16s %s\n" "$name" "$(grep -o "Done [0-9]* runs in [0-9]* second" "$2/$name.log")"
' one '{}' "$scratch" "$runs"
