#!/bin/sh
# Cold signing on the Core Space of a Conflux node, in a network namespace of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
nodes="$here/../nodes"
[ -d "$nodes/node_modules" ] || (cd "$nodes" && npm ci --no-fund --no-audit --loglevel=error)
exec "$nodes/in-netns.sh" "$here/run.sh" --core
