#!/bin/sh
# Takes a picture of every vault window, in both languages and both themes, into
# target/screens/vault/. Needs xvfb, openbox, xdotool, imagemagick.
# Usage: vault/tests/screenshots.sh [SCREEN...]
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
pictures=$target/screens/vault
mkdir -p "$pictures"
cargo build --quiet --workspace --all-targets --locked
gallery=$target/debug/examples/window_gallery

work=$(mktemp -d)
Xvfb -displayfd 3 -screen 0 800x760x24 -nolisten tcp 3>"$work/display" 2>/dev/null &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
while [ ! -s "$work/display" ]; do sleep 0.1; done
DISPLAY=:$(cat "$work/display")
export DISPLAY LIBGL_ALWAYS_SOFTWARE=1
unset WAYLAND_DISPLAY
openbox --sm-disable 2>/dev/null &

# shellcheck disable=SC2046 # one word a screen
[ $# -gt 0 ] || set -- $("$gallery")
for screen in "$@"; do
    for language in en zh-CN; do
        for theme in light dark; do
            "$gallery" "$screen" "$language" "$theme" 2>"$work/errors" &
            process=$!
            window=$(timeout 60 xdotool search --sync --onlyvisible --class '^jiaozi-vault$' | tail -n 1)
            timeout 20 xdotool windowactivate --sync "$window"
            sleep 0.7
            case $screen in
                words | words-24) xdotool key Return; sleep 0.3 ;;
                phrase) xdotool type "blue teapot"; sleep 0.3 ;;
                set-pin) xdotool type "28391"; sleep 0.3 ;;
                unlock | approve) xdotool type "283917"; sleep 0.3 ;;
                check | restore)
                    if [ "$language" = en ]; then
                        xdotool type --delay 20 "legal winner thank "
                        [ "$screen" = check ] && xdotool type --delay 20 "yea" || xdotool type --delay 20 "yaer "
                        sleep 0.3
                    fi ;;
            esac
            import -window "$window" "$pictures/$screen-$language-$theme.png"
            kill "$process"
            wait "$process" 2>/dev/null || true
        done
    done
done
