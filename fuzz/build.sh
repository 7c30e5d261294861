#!/bin/sh
# Builds the fuzz targets, instrumented for libFuzzer, with the toolchain of the workspace:
# coverage needs no unstable option, only the sanitizers would.
#   fuzz/build.sh            then e.g.  fuzz/target/x86_64-unknown-linux-gnu/debug/erc681 fuzz/corpus/erc681
# With a nightly toolchain and cargo-fuzz, `cargo fuzz run erc681` adds the address sanitizer.
set -eu
cd "$(dirname "$0")"
host=$(rustc -vV | sed -n 's/^host: //p')
passes="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
passes="$passes -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
passes="$passes -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
# With --target the flags spare build scripts and procedural macros.
RUSTFLAGS="--cfg fuzzing -Ccodegen-units=1 $passes" cargo build --quiet --locked --bins --target "$host"
echo "$PWD/target/$host/debug"
