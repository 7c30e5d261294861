#!/usr/bin/env bash
# Makes the till's pack of spoken words again. Needs python3 and npm; nothing of it is part of the product.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/python"
# onnxruntime's own dependencies are not needed to run a model; the speaker's are only for Japanese text.
"$work/python/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: onnxruntime numpy scipy -c requirements.txt
"$work/python/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: --no-deps -r requirements.txt
(cd "$work" && npm pack --silent kokoro-js@1.2.1 && tar xzf kokoro-js-1.2.1.tgz)
KOKORO_JA_CACHE="$work" "$work/python/bin/python" make.py "$work/package" ../../wallet-core/wallet/src/till/voice/words.pack
