#!/usr/bin/env python3
"""`jiaozi pay` beside `cast send`, on one Anvil, taking turns.

    bench/pay/run.py [--runs N]

Both send the same token transfer from an unlocked key and are timed as whole processes: once until
the node has it (`--wait submitted`, `cast send --async`), once until it is in a block (`--wait
included`, `cast send`). Anvil makes a block for each transaction at once. Jiaozi's figure includes
its durable journal, the vault's own reading of the bytes and the spend policy. Needs release builds
and `npm ci` in tests/nodes.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NODES = ROOT / "tests" / "nodes"
JIAOZI = ROOT / "target" / "release" / "jiaozi"
CAST = NODES / "node_modules" / "@foundry-rs" / "cast-linux-amd64" / "bin" / "cast"
PASSPHRASE = "a passphrase for the bench\n"
PAYEE = "0x8e23ee67d1332ad560396262c48ffbb01f93d052"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    anvil = subprocess.Popen(
        ["node", NODES / "anvil.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with tempfile.TemporaryDirectory() as name:
        environment = {**os.environ, "HOME": name, "XDG_RUNTIME_DIR": name}
        try:
            facts = json.loads(anvil.stdout.readline())
            compare(Path(name), facts, environment, runs)
        finally:
            subprocess.run([JIAOZI, "--profile", Path(name) / "profile", "lock"], env=environment, stdout=subprocess.DEVNULL)
            anvil.stdin.close()
            anvil.wait()


def compare(folder: Path, facts: dict, environment: dict[str, str], runs: int) -> None:
    base = [JIAOZI, "--profile", folder / "profile", "--sandbox", folder / "sandbox", "--json"]

    def wallet(*arguments: str, secret: bool = True) -> object:
        options = ["--passphrase-stdin"] if secret else ["--no-input"]
        done = subprocess.run(
            [*base, *options, *arguments],
            input=PASSPHRASE if secret else None, stdin=None if secret else subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True, check=True, env=environment,
        )
        return json.loads(done.stdout) if done.stdout.strip() else None

    wallet("init", "--passphrase-only", "--later")
    accounts = wallet("accounts", "list")
    address = (accounts["accounts"] if isinstance(accounts, dict) else accounts)[0]["address"]
    key = facts["fundedKeys"][0]["key"]
    sender = facts["fundedKeys"][0]["address"]
    deployed = subprocess.run(
        ["node", NODES / "deploy-yuan.mjs", "--url", facts["url"], "--key", key,
         "--mint", f"{address}=100000000", "--mint", f"{sender}=100000000", "--fund", f"{address}=1000000000000000000"],
        stdout=subprocess.PIPE, text=True, check=True,
    )
    token = json.loads(deployed.stdout)["token"]
    wallet("network", "add", "--id", f"eip155:{facts['chainId']}", "--name", "Anvil", "--endpoint", facts["url"],
           "--token", f"{token}:yuan", "--finality", "1", "--use")
    wallet("limits", "set", "--per-payment", "100", "--per-day", "100000")
    wallet("limits", "set", "--per-payment", "0.1", "--per-day", "1", "--asset", f"eip155:{facts['chainId']}/slip44:60")
    wallet("unlock")

    def jiaozi(wait: str) -> list:
        return [*base, "--no-input", "pay", PAYEE, "--amount", "0.01", "--yes", "--wait", wait]

    def cast(*options: str) -> list:
        return [CAST, "send", *options, "--rpc-url", facts["url"], "--private-key", key, token, "transfer(address,uint256)", PAYEE, "1"]

    print(f"one token transfer on Anvil, whole process, median of {runs} (least to most)")
    for stage, ours, theirs in [
        ("a node has it", jiaozi("submitted"), cast("--async")),
        ("in a block", jiaozi("included"), cast()),
    ]:
        times = {"jiaozi pay": [], "cast send": []}
        for run in range(runs + 1):
            for who, command in (("jiaozi pay", ours), ("cast send", theirs)):
                begun = time.monotonic()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=environment)
                if run > 0:
                    times[who].append(time.monotonic() - begun)
        print(f" until {stage}:")
        medians = {who: statistics.median(list_) for who, list_ in times.items()}
        for who, list_ in times.items():
            print(f"  {who:10} {medians[who] * 1000:.0f} ms ({min(list_) * 1000:.0f} to {max(list_) * 1000:.0f})")
        print(f"  ratio      {medians['jiaozi pay'] / medians['cast send']:.2f} (aim: at most 1)")


if __name__ == "__main__":
    main()
