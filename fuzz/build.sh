#!/bin/sh
# Builds the fuzz targets into target/debug with the toolchain of the workspace, our own crates
# instrumented for libFuzzer (coverage needs no unstable option, only the sanitizers would):
#   fuzz/build.sh            then, for as long as one likes:
#   target/debug/fuzz-erc681 fuzz/corpus/erc681
set -eu
cd "$(dirname "$0")/.."
# Cargo calls the wrapper for the crates of the workspace alone, and with all of them selected the other
# crates have the features that they have in any other build: nothing is compiled again.
export RUSTC_WORKSPACE_WRAPPER="$PWD/fuzz/instrumented.sh"
bins=$(sed -n 's/^name = "\(fuzz-.*\)"/--bin \1/p' fuzz/Cargo.toml)
# shellcheck disable=SC2086 # the words of $bins are arguments
exec cargo build --quiet --locked --workspace --features jiaozi-fuzz/fuzzing $bins
