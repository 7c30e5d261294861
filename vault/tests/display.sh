# shellcheck shell=bash
# To be sourced: a display and a window manager for one command. Needs xvfb and openbox.

# on_a_display COMMAND...: its answer is the command's.
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
    "$@"
)
