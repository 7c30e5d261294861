#!/usr/bin/env python3
"""Indexing an account's token transfers: `jiaozi history --sync` beside a script with ethers, on one
sandbox ledger; then opening and searching histories of several lengths.

    bench/history/run.py [--counts 0,10000,100000] [--programs FOLDER]

Both are timed as whole processes. Jiaozi's figure includes opening the profile and sealing every
record durably; the script writes plain lines. Opening and searching are `jiaozi history --offline`,
so each includes the start of the program and the unlocked vault's answer. Needs `npm ci` in this
folder, and release builds unless --programs names others.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PASSPHRASE = "a passphrase for the bench\n"
TOKEN = "0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03"
RUNS = 5


def timed(command: list, **options) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, **options)
    return time.perf_counter() - start, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", default="0,10000,100000")
    parser.add_argument("--programs", type=Path, default=ROOT / "target" / "release")
    options = parser.parse_args()
    print(f"{'payments':>9} {'jiaozi':>12} {'ethers':>12} {'times':>6} {'open':>8} {'find':>8} {'find none':>10}")
    for count in map(int, options.counts.split(",")):
        with tempfile.TemporaryDirectory() as name:
            measure(Path(name), options.programs, count)


def measure(folder: Path, programs: Path, count: int) -> None:
    environment = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "TZ": "UTC"}
    base = [programs / "jiaozi", "--profile", folder / "profile", "--sandbox", folder / "sandbox", "--json"]
    scripted = {"input": PASSPHRASE, "env": environment}
    silent = {"stdin": subprocess.DEVNULL, "env": environment}
    node = subprocess.Popen(
        [programs / "jiaozi-node", "--data", folder / "sandbox", "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE, text=True,
    )
    try:
        url = node.stdout.readline().split()[-1]
        timed([*base, "--passphrase-stdin", "init", "--passphrase-only", "--later"], **scripted)
        timed([*base, "--passphrase-stdin", "unlock"], **scripted)
        quiet = [*base, "--no-input"]
        account = json.loads(timed([*quiet, "accounts", "list"], **silent)[1])[0]["address"]
        if count:
            subprocess.run(["node", HERE / "fill.mjs", url, TOKEN, account, str(count)], check=True)
        ours, answer = timed([*quiet, "history", "--sync", "--limit", "1"], **silent)
        assert json.loads(answer)["total"] == count, answer
        theirs, answer = timed(["node", HERE / "index.mjs", url, TOKEN, account, folder / "out.jsonl"])
        assert json.loads(answer)["transfers"] == count, answer

        def median(*arguments: str) -> float:
            command = [*quiet, "history", "--offline", "--limit", "20", *arguments]
            return statistics.median(timed(command, **silent)[0] for _ in range(RUNS))

        opened, found, none = median(), median("--search", "0.01"), median("--search", "nothing has this")
        rate = lambda seconds: f"{count / seconds:.0f}/s" if count else "-"
        faster = f"{theirs / ours:.1f}" if count else "-"
        print(
            f"{count:>9} {rate(ours):>12} {rate(theirs):>12} {faster:>6} "
            f"{opened * 1000:>5.0f} ms {found * 1000:>5.0f} ms {none * 1000:>7.0f} ms", flush=True,
        )
        subprocess.run([*base, "lock"], stdout=subprocess.DEVNULL, **silent)
    finally:
        node.terminate()
        node.wait()


if __name__ == "__main__":
    main()
