"""The vault by itself in a real window, by a real keyboard: every page that its
first one leads to, a picture of each in both languages and themes, a blank sheet
written, the window closed. Run by real_window.sh, which gives it a display. Uses
the standard library only.

Usage: tool_pages.py VAULT PICTURES
"""

import os
import subprocess
import sys
import tempfile

from keyboard import no_window, presses, run, types, wait_for, window, windows

VAULT, PICTURES = sys.argv[1:3]
# BIP-39's published words of 16 bytes of 0x7f.
TWELVE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
# The rows of the first page, and the rows that are chosen after them.
PAGES = {
    "count": (0,),
    "list": (0, 3),
    "dice": (0, 3, 0),
    "throws": (0, 3, 0, 1),
    "words": (0, 0, 0, 0),
    "bring": (1,),
    "check": (2,),
    "check-fingerprint": (2, 0),
    "check-address": (2, 1),
    "sheet": (3,),
    "sheet-count": (3, 1),
    "sheet-place": (3, 1, 0),
    "sealed": (4,),
    "open": (4, 1),
    "shares": (5,),
    "shares-check": (5, 1),
    "shares-combine": (5, 2),
    "cold": (6,),
    "sign": (6, 0),
}


class Tool:
    def __init__(self, home, language, theme):
        environment = {**os.environ, "HOME": home}
        self.look = f"{language}-{theme}"
        command = [VAULT, "--language", language, "--theme", theme]
        self.process = subprocess.Popen(command, env=environment)
        window()

    def picture(self, name):
        run("import", "-window", windows()[-1], os.path.join(PICTURES, f"{name}-{self.look}.png"))

    def goes(self, rows):
        """Presses these rows, one page after the other."""
        for row in rows:
            presses(*["Tab"] * row, "Return")

    def ends(self, key):
        presses(key)
        no_window()
        assert self.process.wait(timeout=20) == 0, "the window's end is no failure"


def tour(home, language, theme):
    tool = Tool(home, language, theme)
    tool.picture("home")
    for name, rows in PAGES.items():
        tool.goes(rows)
        if name == "throws":
            types("123456")
        if name == "words":
            presses("Return")
        tool.picture(name)
        presses("Escape")
    if language == "en":
        tool.goes((1,))
        types(TWELVE + " ")
        presses("Return")
        tool.picture("passphrase-ask")
        presses("Tab", "Return")
        tool.picture("passphrase")
        presses("Escape")
        tool.goes((1,))
        types(TWELVE + " ")
        presses("Return", "Return")
        tool.picture("facts")
        presses("Return")
        for name, fingerprint in [("wrong", "01234567"), ("right", None)]:
            tool.goes((2, 0) if fingerprint else (2, 2))
            if fingerprint:
                types(fingerprint)
                presses("Return")
            types(TWELVE + " ")
            presses("Return", "Return")
            tool.picture(f"verdict-{name}")
            presses("Return")
    blank = os.path.join(home, "jiaozi-blank.pdf")
    if not os.path.exists(blank):
        tool.goes((3, 1, 0))
        presses("Return")
        wait_for("the sheet", lambda: os.path.exists(blank))
        tool.picture("written")
        presses("Return")
        with open(blank, "rb") as sheet:
            assert sheet.read(4) == b"%PDF"
    # The first page is where every refusal led: here it ends the program.
    tool.ends("Escape")


def main():
    os.makedirs(PICTURES, exist_ok=True)
    looks = [(language, theme) for language in ("en", "zh-CN") for theme in ("light", "dark")]
    with tempfile.TemporaryDirectory() as home:
        for language, theme in looks:
            tour(home, language, theme)
        tool = Tool(home, "en", "light")
        tool.goes((1,))
        tool.ends("alt+F4")
    without = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    told = subprocess.run([VAULT], env=without, capture_output=True, text=True, check=False)
    assert told.returncode == 2, told
    for command in ("new", "show", "check", "print", "sign"):
        assert command in told.stdout + told.stderr, told
    print(f"the vault by itself: {len(PAGES)} pages in {len(looks)} looks, a blank sheet, closed, without a screen")


main()
