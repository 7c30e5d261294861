#!/usr/bin/env bash
# The vault's real windows, in two lanes beside each other, each with a display and a window manager of
# its own: they wait more than they compute. One lane is the agent (memory.py and, under strace,
# no_network.py, which goes through real_window.py), the other the vault by itself (tool_pages.py).
# Needs xvfb, openbox, xdotool, imagemagick, strace, python3. Pictures go to target/screens/vault/ and
# vault-tool/.
set -euo pipefail
cd "$(dirname "$0")/../.."
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

# on_a_display COMMAND: its answer is the command's.
on_a_display() (
    work=$(mktemp -d)
    Xvfb -displayfd 3 -screen 0 800x760x24 -nolisten tcp 3>"$work/display" 2>/dev/null &
    server=$!
    trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
    while [ ! -s "$work/display" ]; do sleep 0.1; done
    DISPLAY=:$(cat "$work/display")
    export DISPLAY LIBGL_ALWAYS_SOFTWARE=1
    unset WAYLAND_DISPLAY
    openbox --sm-disable 2>/dev/null &
    "$1"
)

said=$(mktemp)
trap 'rm -f "$said"' EXIT
on_a_display tool >"$said" 2>&1 &
other=$!
code=0
on_a_display agent || code=$?
wait $other || code=$?
cat "$said"
exit $code
