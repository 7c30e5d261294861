"""Writes the characters of each font subset to the folder given as argument."""

import json
import sys
from pathlib import Path

import mnemonic


def gb2312(first_row: int, last_row: int) -> str:
    """The characters of some rows of GB 2312 (rows 16 to 55 are level 1)."""
    cells = (bytes((row + 0xA0, cell + 0xA0)) for row in range(first_row, last_row + 1) for cell in range(1, 95))
    return "".join(cell.decode("gb2312", errors="ignore") for cell in cells)


def message_characters() -> str:
    vault = Path(__file__).parent.parent
    receipts = vault.parent / "wallet-core/wallet/src/receipt"
    files = sorted(vault.glob("messages/*.json")) + sorted(receipts.glob("*.json"))
    return "".join("".join(json.loads(file.read_text("utf-8")).values()) for file in files)


ascii_characters = "".join(map(chr, range(0x20, 0x7F)))
latin_characters = "".join(map(chr, range(0xA0, 0x180)))
signs = "·…—–‘’“”•●○✓×←→¥￥€£"
words = Path(mnemonic.__file__).parent.joinpath("wordlist/chinese_simplified.txt").read_text("utf-8")
messages = ascii_characters + signs + message_characters() + "交子零一二三四五六七八九十年月日" + "壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整"
common = messages + latin_characters + gb2312(1, 3) + gb2312(16, 55) + words

target = Path(sys.argv[1])
for name, characters in (("messages.txt", messages), ("common.txt", common)):
    kept = sorted(set(characters) - {"\n", "\r"})
    target.joinpath(name).write_text("".join(kept), "utf-8")
