"""The backup drill. A person's wallet pays and is paid, saves payees, sets limits and
keeps a till with an open charge; its backup is tested, the wallet is removed and its
profile wiped, and it is restored in another one. What must be there again depends on what was kept:

- words: the money and the history that the ledger tells;
- file: the same as before, contacts, limits, notes, open charges, accounts of another computer that are
  watched and a payment that waits for its signature included;
- shares: the same as with the words, from any two of the three that they were split into;
- paths: a wallet that other programs used, found on their derivation paths;
- till: the words of a shop alone, and the money on its charges;
- cuts: taking a backup back and removing a wallet, killed before one change of a file after the other.
"""

import decimal
import pathlib
import subprocess
import sys
import tempfile

import cuts
from person import KNOWN_WORDS, Person, balance, limits, require, rows, told

# Those of a computer without a network, whose account is watched.
COLD_WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
LEDGER_LIVE = "0x78839F6054d7ed13918Bae0473BA31B1Ca9d7265".lower()
LEDGER_OLD = "0xf77A7ADf5d0e780bF5fd1Bb843114BA8A00078D2".lower()

KINDS = ("words", "shares", "file", "paths", "till", "cuts")


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
    shop.is_empty()
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
    taken = person.tries("backup", "restore", str(folder))
    require("backup_not_fresh" in taken.stderr, "a wallet that is in use is not overwritten")
    stranger = sorted(folder.glob("*.jiaozi-backup"))[-1]
    refused = other.tries("backup", "check", str(stranger))
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
        if "cuts" in kinds:
            print("the power is cut while a backup is taken back, and while a wallet is removed")
            cuts.all_of_them(world, programs, words, stick, before)
        if "till" in kinds:
            print("machine F: from the words of a shop alone")
            # The open charge was paid on machine D.
            paid = decimal.Decimal("4.20") + (decimal.Decimal("9.90") if "file" in kinds else 0)
            from_words_of_a_shop(world, programs, words, before, paid)
    print("The backup drill went well.")


if __name__ == "__main__":
    main()
