#!/usr/bin/env bash
# Takes the pictures that README.md shows: runs the desktop wallet and the vault for real, then copies
# each picture that README.md names as docs/screenshots/(desktop|vault|package)/[pages/]NAME.png from
# target/screens. `--copy` copies what the last run has left there.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" != --copy ]; then
    tests/desktop/run.sh
    vault/tests/screenshots.sh
fi

mapfile -t names < <(grep -oE 'docs/screenshots/(desktop|vault|package)/[A-Za-z0-9._/-]+\.png' README.md | sed 's#^docs/screenshots/##' | sort -u)
[ ${#names[@]} -gt 0 ] || { echo 'README.md shows no picture of docs/screenshots/' >&2; exit 1; }
rm -rf docs/screenshots
for name in "${names[@]}"; do
    [ -f "target/screens/$name" ] || { echo "target/screens/$name was not taken" >&2; exit 1; }
    mkdir -p "docs/screenshots/$(dirname "$name")"
    # Times and comments out, so that the same picture is the same file.
    convert "target/screens/$name" -strip -define png:exclude-chunk=time,date -define png:compression-level=9 "docs/screenshots/$name"
done
du -sh docs/screenshots
