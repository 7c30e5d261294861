"""The vault by itself in a real window, by a real keyboard: every page that its
first one leads to, a picture of each in both languages and themes, a blank sheet
written, the window closed. Run by real_window.sh, which gives it a display. Uses
the standard library only.

Usage: tool_pages.py VAULT PICTURES [all]
"""

import os
import subprocess
import sys
import tempfile
import time

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
        self.environment = environment
        self.command = [VAULT, "--language", language, "--theme", theme]
        self.starts()

    def starts(self):
        self.process = subprocess.Popen(self.command, env=self.environment)
        window()
        time.sleep(0.4)

    def file(self, name):
        return os.path.join(PICTURES, f"{name}-{self.look}.png")

    def picture(self, name):
        run("import", "-window", windows()[-1], self.file(name))

    def page(self, name, rows, then=lambda: None):
        """A picture of the page behind these rows. A key that a busy computer lost
        leads elsewhere, or out of the program: then it is tried anew."""
        for _ in range(4):
            try:
                self.goes(rows)
                then()
                self.picture(name)
                if self.differs(name, "home"):
                    self.leaves()
                    return
            except (IndexError, subprocess.CalledProcessError):
                pass
            self.process.kill()
            self.process.wait()
            no_window()
            self.starts()
        raise AssertionError(f"no way to the page {name}")

    def differs(self, one, other):
        compared = subprocess.run(
            ["compare", "-metric", "AE", "-fuzz", "10%", self.file(one), self.file(other), "null:"],
            capture_output=True, text=True, check=False,
        )
        return float(compared.stderr.split()[0]) > 3000

    def goes(self, rows):
        """Presses these rows, one page after the other."""
        for row in rows:
            if row:
                presses(*["Tab"] * row)
            presses("Return")
            # The next page comes from another thread.
            time.sleep(0.4)

    def leaves(self):
        presses("Escape")
        time.sleep(0.4)

    def ends(self, key):
        """From the first page; a second time where the first led to it."""
        for _ in range(3):
            presses(key)
            time.sleep(1)
            if not windows():
                break
        no_window()
        assert self.process.wait(timeout=20) == 0, "the window's end is no failure"


def writes(file):
    presses("Return")
    end = time.monotonic() + 10
    while not os.path.exists(file):
        if time.monotonic() > end:
            raise IndexError(f"{file} is not there")
        time.sleep(0.1)
    time.sleep(0.4)


def tour(home, language, theme):
    tool = Tool(home, language, theme)
    tool.picture("home")
    more = {"throws": lambda: types("123456"), "words": lambda: presses("Return")}
    for name, rows in PAGES.items():
        tool.page(name, rows, more.get(name, lambda: None))
    if language == "en":
        brings = lambda *keys: (types(TWELVE + " "), presses("Return"), time.sleep(0.6), presses(*keys))  # noqa: E731
        tool.page("passphrase-ask", (1,), lambda: brings("Shift_L"))
        tool.page("passphrase", (1,), lambda: brings("Tab", "Return"))
        tool.page("facts", (1,), lambda: brings("Return"))
        wrong = lambda: (types("01234567"), presses("Return"), time.sleep(0.6), brings("Return"))  # noqa: E731
        tool.page("verdict-wrong", (2, 0), wrong)
        tool.page("verdict-right", (2, 2), lambda: brings("Return"))
    blank = os.path.join(home, "jiaozi-blank.pdf")
    if not os.path.exists(blank):
        tool.page("written", (3, 1, 0), lambda: writes(blank))
        with open(blank, "rb") as sheet:
            assert sheet.read(4) == b"%PDF"
    # The first page is where every refusal led: here it ends the program.
    tool.ends("Escape")


def main():
    os.makedirs(PICTURES, exist_ok=True)
    # Each language and each theme once; what all four say is compared by the window's tests.
    looks = [("en", "light"), ("zh-CN", "dark")]
    if "all" in sys.argv[3:]:
        looks += [("en", "dark"), ("zh-CN", "light")]
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
