#!/bin/sh
# Runs real_window.py, memory.py and no_network.py on a display of their own, with a window
# manager. Needs xvfb, openbox, xdotool, imagemagick, strace, python3. Pictures go to target/screens/vault/.
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target/screens/vault" "$target/screens/vault-tool"
cargo build --quiet --workspace --all-targets --locked

work=$(mktemp -d)
Xvfb -displayfd 3 -screen 0 800x760x24 -nolisten tcp 3>"$work/display" 2>/dev/null &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
while [ ! -s "$work/display" ]; do sleep 0.1; done
DISPLAY=:$(cat "$work/display")
export DISPLAY LIBGL_ALWAYS_SOFTWARE=1
unset WAYLAND_DISPLAY
openbox --sm-disable 2>/dev/null &
python3 vault/tests/real_window.py "$target/debug/jiaozi-vault" "$target/screens/vault"
python3 vault/tests/memory.py "$target/debug/jiaozi-vault"
python3 vault/tests/memory.py "$target/debug/jiaozi-vault" window
python3 vault/tests/no_network.py "$target/debug/jiaozi-vault" "$target/screens/vault"
python3 vault/tests/tool_pages.py "$target/debug/jiaozi-vault" "$target/screens/vault-tool"
