#!/bin/sh
# Runs a command in a network namespace of its own that has nothing but loopback:
#   in-netns.sh COMMAND [ARGUMENT...]
# The command, and all that it starts, reach each other and nothing else. Works as root, and without
# root where the system lets users make namespaces.
set -eu

[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT...]" >&2; exit 2; }
for tool in unshare ip; do
    command -v "$tool" >/dev/null || { echo "$0: $tool is missing: install util-linux and iproute2" >&2; exit 2; }
done

if [ "$(id -u)" -eq 0 ]; then
    space="unshare --net"
else
    space="unshare --map-root-user --net"
fi
if ! $space true 2>/dev/null; then
    echo "$0: this system lets user $(id -un) make no network namespace." >&2
    echo "Run it as root, or allow it: sysctl kernel.unprivileged_userns_clone=1 (Debian)," >&2
    echo "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu)." >&2
    exit 2
fi
exec $space sh -euc 'ip link set lo up; exec "$@"' in-netns "$@"
