#!/usr/bin/env bash
# Makes the till's pack of spoken words again. Needs python3 (3.11 to 3.13) and npm; nothing of it is part of the product.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: --no-deps --require-hashes -r requirements.txt
(
    cd "$work"
    npm pack --silent kokoro-js@1.2.1
    echo "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860  kokoro-js-1.2.1.tgz" | sha256sum --check --quiet
    tar xzf kokoro-js-1.2.1.tgz
)
KOKORO_JA_CACHE="$work" "$work/python/bin/python" make.py "$work/package" ../../wallet-core/wallet/src/till/voice/words.pack
