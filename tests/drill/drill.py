"""The backup drill. A person's wallet pays and is paid, saves payees, sets limits and
keeps a till with an open charge; its backup is tested, the wallet is removed and its
profile wiped, and it is restored in another one. What must be there again depends on what was kept:

- words: the money and the history that the ledger tells;
- file: the same as before, contacts, limits, notes, open charges, accounts of another computer that are
  watched and a payment that waits for its signature included;
- shares: the same as with the words, from any two of the three that they were split into;
- paths: a wallet that other programs used, found on their derivation paths.
"""

import collections
import decimal
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from terminal import Conversation  # noqa: E402

PASSPHRASE = "seven lanterns over the river"
PHRASE = "grandmother's blue teapot"
FILE_PASSPHRASE = "the ferry leaves at low tide"
# Published words (BIP-39, 16 bytes of zero), and addresses that ethers 6.17.0 derives
# from them at m/44'/60'/1'/0/0 and m/44'/60'/0'/3.
KNOWN_WORDS = " ".join(["abandon"] * 11 + ["about"])
# Those of a computer without a network, whose account is watched.
COLD_WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
LEDGER_LIVE = "0x78839F6054d7ed13918Bae0473BA31B1Ca9d7265".lower()
LEDGER_OLD = "0xf77A7ADf5d0e780bF5fd1Bb843114BA8A00078D2".lower()

KINDS = ("words", "shares", "file", "paths", "till")


class Person:
    """One profile on one computer; all computers share the ledger."""

    def __init__(self, world, programs, name):
        self.home = world / name
        self.home.mkdir()
        self.program = str(programs / "jiaozi")
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
        command = [self.program, "--no-input", "--passphrase-stdin", "--json", *arguments]
        ran = subprocess.run(
            command, env=self.environment, input=PASSPHRASE + "\n", text=True, capture_output=True
        )
        if ran.returncode:
            raise SystemExit(f"jiaozi {' '.join(arguments)} ended {ran.returncode}: {ran.stderr}")
        return json.loads(ran.stdout)

    def talk(self, *arguments):
        return Conversation([self.program, *arguments], self.environment)

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
        left = sorted(path.name for path in pathlib.Path(self.environment["JIAOZI_PROFILE"]).rglob("*"))
        require(set(left) <= {"lock", "preferences.json", "vault"}, f"neither keys nor records are left: {left}")
        require(self.run("status")["stage"] == "onboarding", "the profile is empty")

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


def offline(programs, *arguments):
    """The vault of the computer without a network."""
    command = [programs / "jiaozi-vault", *arguments, "--secret-stdin"]
    ran = subprocess.run(command, input=COLD_WORDS + "\n", text=True, capture_output=True)
    require(ran.returncode == 0, f"the computer without a network: {arguments[0]}")


def watched(person):
    return [account for account in person.run("accounts", "list") if account["wallet"] is not None]


def live(world, programs):
    """Machine A's life; gives its backups and what must be there again."""
    shop, other = Person(world, programs, "a"), Person(world, programs, "other")
    words = shop.make()
    other.run("init", "--passphrase-only", "--later")
    folder = world / "stick"
    folder.mkdir()
    shop.run("backup", "set", "--folder", str(folder))
    shop.run("topup", "100")
    other.run("topup", "100")
    shop.run("contacts", "add", "Tea house", other.address())
    shop.run("pay", "Tea house", "--amount", "12.50", "--note", "new year", "--yes")
    other.run("pay", shop.address(), "--amount", "7", "--yes")
    shop.run("limits", "set", "--per-payment", "33", "--per-day", "66")
    shop.run("till", "setup", "Corner shop")
    paid = shop.run("till", "charge", "4.20")
    other.run("pay", paid["link"], "--yes")
    shop.run("till", "show", paid["id"])
    opened = shop.run("till", "charge", "9.90", "--seconds", "86400", "--note", "noodles")
    keys = world / "keys.txt"
    offline(programs, "watch", "--out", keys)
    savings = shop.run("accounts", "watch", str(keys), "--label", "Savings")["index"]
    shop.run("topup", "50", "--account", str(savings))
    waiting = ["pay", other.address(), "--amount", "20", "--account", str(savings), "--yes", "--cold"]
    waiting = shop.run(*waiting, str(world / "first.txt"))["payment"]
    before = {
        "watched": watched(shop),
        "waiting": waiting["id"],
        "request": shop.run("cold", "request", waiting["id"])["request"],
        "balance": balance(shop),
        "rows": rows(shop.history()),
        "told": told(shop.history()),
        "contacts": shop.run("contacts", "list"),
        "limits": limits(shop),
        "open": opened,
    }
    files = sorted(folder.glob("*.jiaozi-backup"))
    require(0 < len(files) <= 5, "files were written after changes, and the last few stay")
    report = shop.run("backup", "check", str(files[-1]))
    require(report["current"] and report["open_charges"] == 1, "the last file has it all")
    require(words.split()[0].encode() not in files[-1].read_bytes(), "the file holds no word in the clear")
    paper = world / "paper"
    paper.mkdir()
    shares = shop.split(programs, paper)
    sealed = world / "words.age"
    shop.seal(programs, sealed)
    before["fingerprint"] = report["fingerprint"]
    shop.test_by_shares(shares[1:], before["fingerprint"])
    shop.test_by_file(KNOWN_WORDS, sealed)
    require(shop.run("backup", "status")["checked_at"], "the day of the test is kept")
    shop.remove(KNOWN_WORDS, words)
    shop.wipe()
    return words, shares, folder, other, before


def same_money(person, before):
    require(balance(person) == before["balance"], f"the balance is {before['balance']}")
    history = person.history()
    require(rows(history) == before["rows"], f"{sum(before['rows'].values())} rows of the history are the same")
    return history


def from_words(world, programs, words, before):
    person = Person(world, programs, "from-words")
    said = person.restore(words)
    require("accounts were looked at" in said, "the report tells where it looked")
    same_money(person, before)


def everything_is_back(person, folder, before):
    person.run("backup", "restore", str(folder))
    history = same_money(person, before)
    require(told(history) == before["told"], "names and notes are the same")
    require(person.run("contacts", "list") == before["contacts"], "the contacts are the same, known to the vault")
    require(limits(person) == before["limits"], "the limits are the same")
    opened = before["open"]
    charge = person.run("till", "show", opened["id"])
    for part in ("id", "address", "amount", "note", "code", "expires_at", "state"):
        require(charge.get(part) == opened.get(part), f"the open charge has the same {part}")


def cold_is_back(world, programs, person, before):
    """The account of the other computer is watched, and the payment still takes its signature."""
    require(watched(person) == before["watched"], "the other computer's account is watched as before")
    require(person.run("payment", before["waiting"])["state"] == "awaits_signature", "its payment still waits")
    asked, answer = world / "ask.txt", world / "answer.txt"
    asked.unlink(missing_ok=True)
    request = person.run("cold", "request", before["waiting"], str(asked))["request"]
    require(request == before["request"], "what is to be signed is the same")
    offline(programs, "sign", asked, "--yes", "--out", answer)
    paid = person.run("cold", "answer", str(answer))
    require(paid["state"] == "settled", "its signature pays")


def from_shares(world, programs, shares, folder, before):
    person = Person(world, programs, "from-shares")
    person.restore_shares([shares[2], shares[0]], before["fingerprint"])
    everything_is_back(person, folder, before)


def from_file(world, programs, words, folder, other, before):
    person = Person(world, programs, "from-file")
    person.restore(words)
    everything_is_back(person, folder, before)
    cold_is_back(world, programs, person, before)
    opened = before["open"]
    other.run("pay", opened["link"], "--yes")
    charge = person.run("till", "show", opened["id"])
    require(charge["state"] == "paid", "the open charge is paid to the restored till")
    taken = subprocess.run(
        [person.program, "--no-input", "--passphrase-stdin", "--json", "backup", "restore", str(folder)],
        env=person.environment, input=PASSPHRASE + "\n", text=True, capture_output=True,
    )
    require("backup_not_fresh" in taken.stderr, "a wallet that is in use is not overwritten")
    stranger = sorted(folder.glob("*.jiaozi-backup"))[-1]
    refused = subprocess.run(
        [other.program, "--no-input", "--passphrase-stdin", "--json", "backup", "check", str(stranger)],
        env=other.environment, input=PASSPHRASE + "\n", text=True, capture_output=True,
    )
    require("backup_foreign" in refused.stderr, "other words do not open it")


def from_paths(world, programs, other):
    """Words that were used in Ledger's programs: found, and their money can be paid."""
    other.run("pay", LEDGER_LIVE, "--amount", "5", "--yes")
    other.run("pay", LEDGER_OLD, "--amount", "3", "--yes")
    person = Person(world, programs, "from-paths")
    said = person.restore(KNOWN_WORDS)
    require("m/44'/60'/1'/0/0" in said and "m/44'/60'/0'/3" in said, "both paths are in the report")
    numbers = {a["address"].lower(): a["index"] for a in person.run("accounts", "list")}
    require(numbers.get(LEDGER_LIVE) == 101 and numbers.get(LEDGER_OLD) == 203, "both accounts are in use")
    for number, sum_ in ((101, "2"), (203, "1")):
        paid = person.run("pay", other.address(), "--amount", sum_, "--account", str(number), "--yes")
        require(paid["state"] == "settled", f"account {number} pays")
    deeper = person.run("accounts", "search", "--deeper")
    require(deeper["networks"][0]["error"] is None and deeper["gap"] == 100, "every account was looked at")


def from_words_of_a_shop(world, programs, words, before, paid):
    """The words alone find what lies on the addresses of charges that nobody has a record of."""
    person = Person(world, programs, "from-words-of-a-shop")
    said = person.restore(words)
    require("till 1 took payments" in said, "the report tells of the till")
    person.run("till", "setup", "Corner shop")
    swept = person.run("till", "sweep", "--wait")
    require(swept["earlier"] == 0 and swept["moving"] == 0, "every earlier charge was looked at")
    gathered = decimal.Decimal(swept["gathered"]["plain"])
    require(gathered == paid, f"{paid} were on its charges and are gathered")
    had, has = (decimal.Decimal(one["SBY"]) for one in (before["balance"], balance(person)))
    require(has == had + paid, "the account has them")
    require(person.run("till", "sweep", "--wait")["gathered"] == swept["gathered"], "and nothing is gathered twice")
    charge = person.run("till", "charge", "1")
    require(charge["address"] != before["open"]["address"], "no address is given out twice")


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    kinds = [kind for kind in sys.argv[2:] if kind] or list(KINDS)
    unknown = set(kinds) - set(KINDS)
    if unknown:
        raise SystemExit(f"no command restores from {', '.join(sorted(unknown))} yet")
    with tempfile.TemporaryDirectory(prefix="jiaozi-drill-") as folder:
        world = pathlib.Path(folder)
        print("machine A: pays, is paid, keeps a till, tests its backup, and is wiped")
        words, shares, stick, other, before = live(world, programs)
        if "words" in kinds:
            print("machine B: from the words alone")
            from_words(world, programs, words, before)
        # Before the file: there the open charge is paid.
        if "shares" in kinds:
            print("machine C: from two of three shares and file")
            from_shares(world, programs, shares, stick, before)
        if "file" in kinds:
            print("machine D: from words and file")
            from_file(world, programs, words, stick, other, before)
        if "paths" in kinds:
            print("machine E: words that other wallets used")
            from_paths(world, programs, other)
        if "till" in kinds:
            print("machine F: from the words of a shop alone")
            # The open charge was paid on machine D.
            paid = decimal.Decimal("4.20") + (decimal.Decimal("9.90") if "file" in kinds else 0)
            from_words_of_a_shop(world, programs, words, before, paid)
    print("The backup drill went well.")


if __name__ == "__main__":
    main()
