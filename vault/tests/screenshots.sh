#!/usr/bin/env bash
# Takes a picture of every vault window, in both languages and both themes, into
# target/screens/vault/. Needs xvfb, openbox, xdotool, imagemagick.
# Usage: vault/tests/screenshots.sh [SCREEN...]
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=vault/tests/display.sh
. vault/tests/display.sh
target=${CARGO_TARGET_DIR:-target}
pictures=$target/screens/vault
mkdir -p "$pictures"
cargo build --quiet --workspace --all-targets --locked
gallery=$target/debug/examples/window_gallery

take() {
    for screen in "$@"; do
        for language in en zh-CN; do
            for theme in light dark; do
                "$gallery" "$screen" "$language" "$theme" 2>/dev/null &
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
}

# shellcheck disable=SC2046 # one word a screen
[ $# -gt 0 ] || set -- $("$gallery")
on_a_display take "$@"
