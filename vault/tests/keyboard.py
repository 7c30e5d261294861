"""The vault's real windows on a display, and a keyboard: xdotool in Python."""

import subprocess
import time

from agent_pipe import PATIENCE


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def windows():
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--class", "^jiaozi-vault$"],
        capture_output=True,
        text=True,
    )
    return found.stdout.split()


def wait_for(what, there):
    end = time.monotonic() + PATIENCE
    while not (found := there()):
        assert time.monotonic() < end, f"{what} never came"
        time.sleep(0.05)
    return found


def window():
    found = wait_for("the window", windows)[-1]
    run("xdotool", "windowactivate", "--sync", found)
    time.sleep(0.5)
    return found


def no_window():
    wait_for("the window's end", lambda: not windows())


def types(text):
    run("xdotool", "type", "--delay", "15", text)


def presses(*keys):
    # A key a frame: more than one would move the focus once.
    run("xdotool", "key", "--delay", "100", *keys)
    time.sleep(0.3)
