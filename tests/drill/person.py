"""A person with a wallet in the drill, and what the wallet says of itself."""

import collections
import json
import os
import pathlib
import shutil
import subprocess

from terminal import Conversation

PASSPHRASE = "seven lanterns over the river"
PHRASE = "grandmother's blue teapot"
FILE_PASSPHRASE = "the ferry leaves at low tide"
# Published words (BIP-39, 16 bytes of zero), and addresses that ethers 6.17.0 derives
# from them at m/44'/60'/1'/0/0 and m/44'/60'/0'/3.
KNOWN_WORDS = " ".join(["abandon"] * 11 + ["about"])


class Person:
    """One profile on one computer; all computers share the ledger."""

    def __init__(self, world, programs, name):
        self.home = world / name
        self.home.mkdir()
        self.program = str(programs / "jiaozi")
        self.watched_by = []
        self.environment = {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "dumb",
            "PATH": os.environ["PATH"],
            "JIAOZI_PROFILE": str(self.home / "profile"),
            "JIAOZI_SANDBOX": str(world / "sandbox"),
        }

    def run(self, *arguments):
        ran = self.tries(*arguments)
        if ran.returncode:
            raise SystemExit(f"jiaozi {' '.join(arguments)} ended {ran.returncode}: {ran.stderr}")
        return json.loads(ran.stdout)

    def tries(self, *arguments):
        """The same, however it ends."""
        command = [*self.watched_by, self.program, "--no-input", "--passphrase-stdin", "--json", *arguments]
        return subprocess.run(
            command, env=self.environment, input=PASSPHRASE + "\n", text=True, capture_output=True
        )

    def talk(self, *arguments):
        return Conversation([*self.watched_by, self.program, *arguments], self.environment)

    def choose_secrets(self, talk):
        talk.until("Your phrase: ")
        talk.type(PHRASE)
        talk.until("Passphrase: |passphrase: ")
        talk.type(PASSPHRASE)
        talk.until("again: ")
        talk.type(PASSPHRASE)

    def make(self):
        """Makes a wallet, writes its words down and types them back."""
        talk = self.talk("init", "--passphrase-only")
        self.choose_secrets(talk)
        talk.until("Enter shows the words")
        talk.type("")
        shown = talk.until(r"(?s)((?:\s+\d+\s+[a-z]+){12})").group(1).split()
        words = dict(zip(map(int, shown[::2]), shown[1::2]))
        talk.until("Press Enter when")
        talk.type("")
        talk.until("Word 1: ")
        talk.type(" ".join(words[number] for number in sorted(words)))
        require(talk.end() == 0, "the wallet is made")
        return " ".join(words[number] for number in sorted(words))

    def split(self, programs, folder):
        """Splits the wallet of this profile into three shares, of which two restore it."""
        command = [programs / "jiaozi-vault", "split", "--profile", self.environment["JIAOZI_PROFILE"]]
        command += ["--secret-stdin", "--group", "2/3", "--out", folder]
        ran = subprocess.run(command, env=self.environment, input=PASSPHRASE + "\n", text=True, capture_output=True)
        require(ran.returncode == 0, "the wallet is split into three shares")
        texts = [file.read_text() for file in sorted(folder.iterdir())]
        return [[line for line in text.splitlines() if not line.startswith("#")][0] for text in texts]

    def seal(self, programs, file):
        """Seals the words of this profile into a file."""
        command = [programs / "jiaozi-vault", "seal", "--profile", self.environment["JIAOZI_PROFILE"]]
        command += ["--secret-stdin", "--out", file]
        typed = PASSPHRASE + "\n" + FILE_PASSPHRASE + "\n"
        ran = subprocess.run(command, env=self.environment, input=typed, text=True, capture_output=True)
        require(ran.returncode == 0, "the words are sealed into a file")

    def test_by_shares(self, shares, fingerprint):
        """Proves the backup of the wallet in use."""
        talk = self.talk("backup", "check")
        self.begin_test(talk)
        talk.type("shares")
        self.type_shares(talk, shares, fingerprint)
        talk.until("Your backup is good")
        talk.until("restores this wallet")
        require(talk.end() == 0, "two shares prove the backup, and nothing else changes")

    def test_by_file(self, wrong, file):
        """The same with a sealed file, after words that are another wallet's."""
        talk = self.talk("backup", "check")
        self.begin_test(talk)
        talk.type(wrong.split()[0])
        talk.until("is not word 1")
        talk.type("file")
        talk.until("sealed file: ")
        talk.type(str(file))
        talk.until("Passphrase of the file: ")
        talk.type(FILE_PASSPHRASE)
        talk.until("restores this wallet")
        require(talk.end() == 0, "a sealed file proves the backup")

    def begin_test(self, talk):
        for _ in ("to open the records", "to look at the words"):
            talk.until("Passphrase: ")
            talk.type(PASSPHRASE)
        talk.until("Word 1: ")

    def remove(self, wrong, words):
        """Removes the wallet: another wallet's words do not, its own do."""
        talk = self.talk("remove-wallet")
        talk.until("Prove the backup and remove the wallet")
        talk.type("y")
        talk.until("Word 1: ")
        talk.type(wrong)
        talk.until("Press Enter if these are all|Word 13: ")
        talk.type("")
        talk.until("restores another wallet")
        talk.until("Word 1: ")
        talk.type(words)
        talk.until("Press Enter if these are all|Word 13: ")
        talk.type("")
        talk.until("The wallet is removed")
        require(talk.end() == 0, "its own words remove the wallet")

    def is_empty(self):
        require(self.run("status")["stage"] == "onboarding", "there is no wallet in the profile")
        left = {path.name for path in pathlib.Path(self.environment["JIAOZI_PROFILE"]).rglob("*")}
        require(left <= {"lock", "preferences.json", "vault"}, f"neither keys nor records are left: {sorted(left)}")

    def restore(self, words):
        """Restores a wallet from its words, and looks for accounts; gives what was said."""
        talk = self.talk("restore", "--passphrase-only")
        talk.until("Word 1: ")
        talk.type(words)
        talk.until("Press Enter if these are all|Word 13: ")
        talk.type("")
        return self.finish_restoring(talk)

    def restore_shares(self, shares, fingerprint):
        """The same from shares; the wallet is known by its fingerprint before it is taken."""
        talk = self.talk("restore", "--passphrase-only")
        talk.until("Word 1: ")
        talk.type("shares")
        self.type_shares(talk, shares, fingerprint)
        return self.finish_restoring(talk)

    def type_shares(self, talk, shares, fingerprint):
        for number, share in enumerate(shares, 1):
            talk.until(f"Share {number}, word 1: ")
            talk.type(share)
        talk.until("Passphrase of the shares")
        talk.type("")
        talk.until(r"English \(1\) or Chinese")
        talk.type("1")
        talk.until(f"with the fingerprint {fingerprint}")
        talk.until("Enter goes on")
        talk.type("")

    def finish_restoring(self, talk):
        self.choose_secrets(talk)
        talk.until("The wallet is restored")
        start = talk.read
        require(talk.end() == 0, "the backup restores the wallet")
        return talk.heard[start:]

    def wipe(self):
        shutil.rmtree(self.home)

    def address(self):
        return self.run("accounts", "list")[0]["address"]

    def history(self):
        return self.run("history", "--sync", "--all")


def require(true, what):
    if not true:
        raise SystemExit(f"not so: {what}")
    print(f"  ok  {what}")


def listed_rows(history):
    """The rows of the wallet's own accounts: the words tell nothing of those that it watches."""
    listed = history if isinstance(history, list) else history["rows"]
    return [row for row in listed if row["account"] < 1000]


def rows(history):
    """What every wallet of these words must tell of a history."""
    return collections.Counter(
        (row["direction"], row["amount"]["plain"], row["counterparty"]["address"].lower())
        for row in listed_rows(history)
    )


def told(history):
    """What the person wrote beside it, too."""
    return collections.Counter(
        (row["direction"], row["amount"]["plain"], row["counterparty"].get("name"), row.get("memo"))
        for row in listed_rows(history)
    )


def balance(person):
    overview = person.run("balance")
    return {b["total"]["asset"]["symbol"]: b["total"]["plain"] for b in overview["balances"]}


def limits(person):
    shown = person.run("limits", "show")["quick_pay"]
    return [(one["per_payment"]["asset"]["id"], one["per_payment"]["plain"], one["per_day"]["plain"]) for one in shown]
