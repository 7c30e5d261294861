#!/usr/bin/env bash
# Builds the programs that WebDriver may drive into target/e2e, unless they are newer than all that they are
# made of. Nobody is left with such programs in target/debug: what ships is built without the feature.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-$PWD/target}
made=$target/e2e/jiaozi-desktop
make --silent ui/dist/index.html
newer() {
    find Cargo.toml Cargo.lock src-tauri wallet-core vault cli till-api ledger-node ui/dist \
        -type f -newer "$made" -print -quit
}
if [ -x "$made" ] && [ -z "$(newer)" ]; then exit 0; fi
cargo build --quiet --workspace --all-targets --locked --features jiaozi-desktop/automation
mkdir -p "$target/e2e"
cp -f "$target/debug/jiaozi-desktop" "$target/debug/jiaozi-vault" "$target/debug/jiaozi" "$target/e2e/"
cargo build --quiet --workspace --all-targets --locked
