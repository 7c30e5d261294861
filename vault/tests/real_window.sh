#!/usr/bin/env bash
# The vault's real windows, in two lanes beside each other, each with a display and a window manager of
# its own: they wait more than they compute. One lane is the agent (memory.py and, under strace,
# no_network.py, which goes through real_window.py), the other the vault by itself (tool_pages.py).
# Needs xvfb, openbox, xdotool, imagemagick, strace, python3. Pictures go to target/screens/vault/ and
# vault-tool/.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=vault/tests/display.sh
. vault/tests/display.sh
target=${CARGO_TARGET_DIR:-target}
vault=$target/debug/jiaozi-vault
pictures=$target/screens/vault
mkdir -p "$pictures" "$pictures-tool"
cargo build --quiet --workspace --all-targets --locked

agent() {
    python3 vault/tests/memory.py "$vault" &&
        python3 vault/tests/memory.py "$vault" window &&
        python3 vault/tests/no_network.py "$vault" "$pictures"
}

tool() { python3 vault/tests/tool_pages.py "$vault" "$pictures-tool"; }

said=$(mktemp)
trap 'rm -f "$said"' EXIT
on_a_display tool >"$said" 2>&1 &
other=$!
code=0
on_a_display agent || code=$?
wait $other || code=$?
cat "$said"
exit $code
