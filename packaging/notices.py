#!/usr/bin/env python3
"""Writes the licences of everything that is compiled into the four programs: each Rust crate (for the
system that this runs on) and each npm package that ends up in the page.

Usage: notices.py OUTPUT     Fails when a component names no licence.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ["jiaozi-cli", "jiaozi-desktop", "jiaozi-vault", "jiaozi-node"]
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|unlicense|copyright)", re.IGNORECASE)


def run(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def crates() -> list[tuple[str, str, Path]]:
    """Name and version, licence expression and folder of each crate that is linked in."""
    host = re.search(r"^host: (.*)$", run("rustc", "-vV"), re.MULTILINE)[1]
    metadata = json.loads(run("cargo", "metadata", "--locked", "--format-version=1", f"--filter-platform={host}"))
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    todo = [id for id, package in packages.items() if package["name"] in PROGRAMS and not package["source"]]
    seen = set(todo)
    while todo:
        for dependency in nodes[todo.pop()]["deps"]:
            linked = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if linked and dependency["pkg"] not in seen:
                seen.add(dependency["pkg"])
                todo.append(dependency["pkg"])
    found = []
    for package in (packages[id] for id in seen if packages[id]["source"]):
        licence = package["license"] or package["license_file"] or ""
        found.append((f"{package['name']} {package['version']}", licence, Path(package["manifest_path"]).parent))
    return found


def npm_packages() -> list[tuple[str, str, Path]]:
    lock = json.loads((ROOT / "ui/package-lock.json").read_text(encoding="utf-8"))
    found = []
    for place, package in lock["packages"].items():
        folder = ROOT / "ui" / place
        if place and not package.get("dev") and not package.get("optional") and folder.is_dir():
            manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
            found.append((f"{manifest['name']} {manifest['version']} (npm)", str(manifest.get("license", "")), folder))
    return found


def main(output: Path) -> None:
    components = sorted(set(crates()) | set(npm_packages()))
    unlicensed = [name for name, licence, _ in components if not licence]
    if unlicensed:
        sys.exit(f"notices: no licence is named by {unlicensed}")
    texts = defaultdict(list)  # licence text -> the components that carry it
    for name, _, folder in components:
        for file in sorted(folder.iterdir()):
            if file.is_file() and LICENCE_FILE.match(file.name) and file.suffix not in {".rs", ".py", ".js"}:
                text = file.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip()
                texts[text].append(name)
    fonts = (ROOT / "vault/fonts/OFL.txt").read_text(encoding="utf-8").strip()
    texts[fonts].append("Noto Sans SC and Noto Serif SC (subsets)")
    parts = ["Jiaozi contains free software of others.\n"]
    parts += [f"{name}: {licence}" for name, licence, _ in components]
    parts += ["Noto Sans SC and Noto Serif SC (subsets): OFL-1.1"]
    for text, names in sorted(texts.items(), key=lambda item: item[1]):
        parts.append(f"\n{'-' * 78}\n{', '.join(names)}\n\n{text}")
    output.write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
