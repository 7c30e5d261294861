#!/usr/bin/env bash
# Validates the till's camt.053 statements against the official schema of
# camt.053.001.08, and their sums against the CSV of the same day.
# Usage: tests/oracles/camt.sh [STATEMENT.xml BOOKS.csv]   (the kept day without)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv="$root/target/camt-venv"
stamp="$venv/.requirements"
if ! cmp -s "$here/requirements-camt.txt" "$stamp" 2>/dev/null; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes \
        --requirement "$here/requirements-camt.txt"
    cp "$here/requirements-camt.txt" "$stamp"
fi
books="$root/wallet-core/wallet/src/till/tests/books"
exec "$venv/bin/python" "$here/camt.py" \
    "${1:-$books/day.camt053.xml}" "${2:-$books/day.csv}"
