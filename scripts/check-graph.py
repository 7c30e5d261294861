#!/usr/bin/env python3
"""Fails when the crates of this workspace are not wired as ARCHITECTURE.md says, or when code that can
speak to a network gets under the vault.

ARCHITECTURE.md holds the one fenced block that opens with ```graph; each of its lines is
`crate -> crate, crate` (normal and build dependencies inside the workspace) or a lone `crate`.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What is looked at: the systems that Jiaozi is for (a browser's crates are none of them).
TARGETS = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin"]

# The crates that hold keys, or code that handles them.
KEYED = ["jiaozi-custody", "jiaozi-vault"]

# Crates that open sockets to other machines, or exist to do so; `*` ends a prefix.
NETWORK = """
    actix* async-net async-std async-tungstenite attohttpc aws-lc-rs axum* curl* h2 h3* hickory* hyper*
    isahc jsonrpsee* libp2p* minreq mio native-tls neli netlink* openssl* quinn* reqwest* ring rtnetlink
    rustls* s2n* smoltcp socket2 ssh2 surf tokio* tonic* tower* tungstenite ureq* warp websocket*
    webpki* alloy-provider alloy-rpc-client alloy-transport* jiaozi-ledger jiaozi-node jiaozi-store jiaozi-wallet
""".split()

# What remains can open sockets, and why that is accepted: windows and the keyring are reached over Unix
# sockets. Calls for any other family are refused by the seccomp filter that the vault installs first,
# which a test of the vault tries out.
EXPLAINED = {"x11rb", "zbus", "async-io", "polling", "rustix"}


def cargo(*arguments: str) -> str:
    done = subprocess.run(["cargo", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def real_graph() -> dict[str, set[str]]:
    packages = json.loads(cargo("metadata", "--locked", "--no-deps", "--format-version=1"))["packages"]
    names = {package["name"] for package in packages}
    return {
        package["name"]: {
            dependency["name"]
            for dependency in package["dependencies"]
            if dependency["name"] in names and dependency["kind"] != "dev"
        }
        for package in packages
    }


def written_graph() -> dict[str, set[str]]:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```graph\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    if len(blocks) != 1:
        sys.exit(f"ARCHITECTURE.md must have one block that opens with ```graph; it has {len(blocks)}")
    graph = {}
    for line in filter(str.strip, blocks[0].splitlines()):
        name, _, dependencies = (part.strip() for part in line.partition("->"))
        graph[name] = {word.strip() for word in dependencies.split(",") if word.strip()}
    return graph


def graph_faults() -> list[str]:
    real, written = real_graph(), written_graph()
    faults = [f"{name} is not in the graph of ARCHITECTURE.md" for name in real.keys() - written.keys()]
    faults += [f"{name} is in the graph of ARCHITECTURE.md and not in the workspace" for name in written.keys() - real.keys()]
    for name in real.keys() & written.keys():
        faults += [f"{name} uses {other}, which the graph does not say" for other in real[name] - written[name]]
        faults += [f"the graph says that {name} uses {other}, and it does not" for other in written[name] - real[name]]
    return faults


def network_faults() -> list[str]:
    patterns = [re.compile(re.escape(word).replace(r"\*", ".*")) for word in NETWORK]
    faults = []
    for crate in KEYED:
        targets = [f"--target={target}" for target in TARGETS]
        tree = cargo("tree", "--locked", "--edges=normal", "--prefix=none", *targets, "--package", crate)
        below = {line.split()[0] for line in tree.splitlines() if line.strip()}
        if crate not in below:
            sys.exit(f"cargo tree does not show {crate} itself")
        faults += [
            f"{name} can reach a network and is under {crate}: cargo tree -e normal --target all -p {crate} -i {name}"
            for name in sorted(below - EXPLAINED)
            if any(pattern.fullmatch(name) for pattern in patterns)
        ]
    return faults


CHECKS = {"graph": graph_faults, "network": network_faults}

if __name__ == "__main__":
    wanted = sys.argv[1:] or list(CHECKS)
    found = sorted(fault for name in wanted for fault in CHECKS[name]())
    for fault in found:
        print(f"check-graph: {fault}", file=sys.stderr)
    sys.exit(1 if found else 0)
