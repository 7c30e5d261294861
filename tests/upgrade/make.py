"""Makes the fixture of a release: a profile with accounts, payees, payments, a one-time
request, limits and a till with charges, as this build writes it. Run once a release:

    python3 tests/upgrade/make.py target/debug

writes tests/upgrade/<version>.tar.gz (the profile) and <version>.json (what every
later build must show of it). A fixture is never changed once its release is out.
"""

import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).parent
# Opens the fixture and nothing else.
PASSPHRASE = "upgrade fixture, no money in it"
SHOWN = {
    "accounts": ["accounts", "list"],
    "contacts": ["contacts", "list"],
    "limits": ["limits", "show"],
    "history": ["history", "--all", "--offline"],
    "charges": ["till", "charges", "--offline"],
}


class Wallet:
    """A profile of the sandbox."""

    def __init__(self, programs, home, profile):
        self.program = programs / "jiaozi"
        self.environment = {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PATH": os.environ["PATH"],
            "JIAOZI_PROFILE": str(home / profile),
            "JIAOZI_SANDBOX": str(home / "sandbox"),
        }

    def run(self, *arguments):
        command = [self.program, "--no-input", "--passphrase-stdin", "--json", *arguments]
        ran = subprocess.run(
            command, env=self.environment, input=PASSPHRASE + "\n", text=True, capture_output=True
        )
        if ran.returncode:
            raise SystemExit(f"{arguments}: {ran.stderr}")
        return json.loads(ran.stdout)


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        wallet, other = Wallet(programs, home, "profile"), Wallet(programs, home, "other")
        for each in (wallet, other):
            each.run("init", "--passphrase-only", "--later")
        version = wallet.run("status")["version"]
        wallet.run("accounts", "add", "savings")
        wallet.run("topup", "200")
        other.run("topup", "50")
        address = other.run("accounts", "list")[0]["address"]
        wallet.run("contacts", "add", "Tea house 茶馆", address)
        wallet.run("pay", "Tea house 茶馆", "--amount", "12.34", "--note", "two pots", "--yes")
        wallet.run("receive", "3.21", "--once")
        other.run("pay", wallet.run("accounts", "list")[0]["address"], "--amount", "1.50", "--yes")
        wallet.run("limits", "set", "--per-payment", "20", "--per-day", "60")
        wallet.run("till", "setup", "Noodles 面馆")
        paid = wallet.run("till", "charge", "8.80", "--order", "first")
        other.run("pay", paid["link"], "--yes")
        wallet.run("till", "show", paid["id"])
        wallet.run("till", "charge", "9.90", "--seconds", "86400", "--note", "no onions")
        wallet.run("history", "--sync")
        shown = {name: wallet.run(*arguments) for name, arguments in SHOWN.items()}
        (HERE / f"{version}.json").write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n")
        with tarfile.open(HERE / f"{version}.tar.gz", "w:gz", compresslevel=9) as archive:
            archive.add(home / "profile", "profile", filter=plain)


def plain(member):
    """Nothing of the computer that made it."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return None if member.name.endswith("/lock") and "vault" not in member.name else member


if __name__ == "__main__":
    main()
