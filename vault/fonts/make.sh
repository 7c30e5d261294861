#!/bin/sh
# Makes the fonts of the vault and of receipts: subsets of Noto Sans SC and Noto
# Serif SC that cover their messages, both BIP-39 word lists and the 3,755 common characters of
# GB 2312 level 1. Other characters come from the system's fonts at run time.
#
# Needs Debian's fonts-noto-cjk (1:20220127) and python3-venv. Run it again when
# a message uses a character that the subsets lack (a test says so).
set -eu
cd "$(dirname "$0")"
source=${NOTO_CJK:-/usr/share/fonts/opentype/noto}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet fonttools==4.68.0 mnemonic==0.21
"$work/venv/bin/python" characters.py "$work"

# Face 2 of each collection is the one for mainland China. Vertical metrics,
# substitutions and hints are dropped: the windows set horizontal text only.
subset() {
    "$work/venv/bin/pyftsubset" "$source/$1.ttc" --font-number=2 \
        --text-file="$work/$2" --output-file="$3" \
        --layout-features='' --no-hinting --desubroutinize --name-IDs=0,1,2,3,4,5,6,7,13,14 \
        --drop-tables+=vhea,vmtx,VORG,GSUB,GPOS,BASE
}
subset NotoSansCJK-Regular common.txt NotoSansSC-Regular.otf
subset NotoSansCJK-Bold messages.txt NotoSansSC-Bold.otf
subset NotoSerifCJK-Bold messages.txt NotoSerifSC-Bold.otf
ls -l ./*.otf
