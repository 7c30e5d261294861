#!/usr/bin/env python3
"""Cold start of the desktop wallet beside Electrum's, in one run, taking turns.

    tests/with-keyring.sh bench/start/run.py [--runs N] [--payments N]

Both start on an empty X display (Xvfb). "Painted" is the moment at which the display shows a window
with text in it: at least COLOURS different colours on a grid of sample points, twice in a row. Before
each start the page cache keeps what it has: that is what a second start of the day meets; the very
first run of each is left out. PSS is the sum over all processes of the tree (smaps_rollup), two
seconds after the paint. Needs Electrum, Xvfb, xwd (Debian: electrum xvfb x11-apps) and release builds.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RELEASE = ROOT / "target" / "release"
DISPLAY = ":87"
COLOURS = 24
PIN = "246810\n"


def colours() -> int:
    """Different colours on a grid over the display (xwd, 32 bits a pixel)."""
    dump = subprocess.run(["xwd", "-root", "-silent", "-display", DISPLAY], stdout=subprocess.PIPE, check=True).stdout
    fields = struct.unpack(">25I", dump[:100])
    header, width, height, line, ncolors = fields[0], fields[4], fields[5], fields[12], fields[19]
    start = header + ncolors * 12
    seen = set()
    for y in range(0, height, 4):
        row = start + y * line
        for x in range(0, width, 3):
            seen.add(dump[row + 4 * x : row + 4 * x + 3])
            if len(seen) >= COLOURS:
                return len(seen)
    return len(seen)


def tree(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += children.get(one, [])
    return found


def pss(pid: int) -> int:
    """Kilobytes over the whole tree."""
    total = 0
    for one in tree(pid):
        try:
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            pass
    return total


def stop(pid: int) -> None:
    for one in reversed(tree(pid)):
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            pass


def measure(command: list[str], environment: dict[str, str]) -> tuple[float, int]:
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        steady = 0
        while steady < 2:
            if time.monotonic() - begun > 60 or process.poll() is not None:
                sys.exit(f"{command[0]} did not paint")
            painted = colours() >= COLOURS
            if painted and steady == 0:
                seconds = time.monotonic() - begun
            steady = steady + 1 if painted else 0
        time.sleep(2)
        return seconds, pss(process.pid)
    finally:
        stop(process.pid)
        process.wait()
        while colours() >= COLOURS:
            time.sleep(0.05)


def jiaozi_profile(folder: Path, payments: int) -> None:
    """A wallet that has received `payments` payments on the sandbox."""
    sandbox, profile = folder / "sandbox", folder / "profile"
    node = subprocess.Popen([RELEASE / "jiaozi-node", "--data", sandbox, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    try:
        url = node.stdout.readline().split()[-1]
        base = [RELEASE / "jiaozi", "--profile", profile, "--sandbox", sandbox, "--json"]

        def wallet(*arguments: str) -> object:
            done = subprocess.run(
                [*base, "--passphrase-stdin", *arguments], input=PIN, stdout=subprocess.PIPE, text=True, check=True
            )
            return json.loads(done.stdout)

        wallet("init", "--later")
        accounts = wallet("accounts", "list")
        address = (accounts["accounts"] if isinstance(accounts, dict) else accounts)[0]["address"]
        for first in range(0, payments, 100):
            batch = [
                {"jsonrpc": "2.0", "id": i, "method": "sandbox_topUp", "params": [address, str(100 + i)]}
                for i in range(first, min(first + 100, payments))
            ]
            request = urllib.request.Request(url, json.dumps(batch).encode(), {"content-type": "application/json"})
            urllib.request.urlopen(request).read()
        time.sleep(2)
        wallet("balance")
        print(f"a profile of {len(wallet('history', '--all'))} rows of history", file=sys.stderr)
    finally:
        node.terminate()
        node.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--payments", type=int, default=10_000)
    options = parser.parse_args()
    for program in ("electrum", "Xvfb", "xwd"):
        if not shutil.which(program):
            sys.exit(f"{program} is missing (Debian: electrum xvfb x11-apps)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        jiaozi_profile(folder, options.payments)
        environment = {**os.environ, "DISPLAY": DISPLAY}
        environment.pop("WAYLAND_DISPLAY", None)
        electrum = ["electrum", "--offline", "--dir", str(folder / "electrum")]
        subprocess.run([*electrum, "create"], env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        commands = {
            "Jiaozi": [str(RELEASE / "jiaozi-desktop"), "--profile", str(folder / "profile"), "--sandbox", str(folder / "sandbox")],
            "Electrum": [*electrum, "gui"],
        }
        display = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1280x800x24"], stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)
            results: dict[str, list[tuple[float, int]]] = {who: [] for who in commands}
            for run in range(options.runs + 1):
                for who, command in commands.items():
                    result = measure(command, environment)
                    if run > 0:
                        results[who].append(result)
        finally:
            display.terminate()
    medians = {}
    print(f"cold start to first painted window, {options.payments} payments, median of {options.runs} (least to most)")
    for who, runs in results.items():
        times, sizes = [t for t, _ in runs], [p for _, p in runs]
        medians[who] = (statistics.median(times), statistics.median(sizes))
        print(f"  {who:9} {medians[who][0]:.2f} s ({min(times):.2f} to {max(times):.2f})   PSS {medians[who][1] / 1024:.0f} MiB")
    print(f"  ratio     {medians['Jiaozi'][0] / medians['Electrum'][0]:.2f} (aim: at most 0.50)")


if __name__ == "__main__":
    main()
