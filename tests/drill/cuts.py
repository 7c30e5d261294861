"""Killed on the way: taking a backup back, and removing a wallet.

strace kills the first thread that comes to its Nth change of a file, of the wallet or of the
vault behind it, before the change is made. Whatever N is, a backup is back whole or not at all
and can be taken back again, and a wallet is there whole or not at all.
"""

import shutil

from person import KNOWN_WORDS, Person, limits, require, told

# Where to cut: close together at first, where most happens.
PLACES = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)
CHANGES = "rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,fsync,fdatasync,ftruncate"


def strace(place):
    inject = f"inject={CHANGES}:signal=KILL:when={place}"
    return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={CHANGES}", "-e", inject]


def copy_of(person, world, programs, name):
    """The same profile on another computer."""
    copy = Person(world, programs, name)
    shutil.copytree(person.home, copy.home, dirs_exist_ok=True)
    return copy


def all_of_them(world, programs, words, stick, before):
    new = Person(world, programs, "cut")
    new.restore(words)
    cuts, whole = 0, 0
    for place in PLACES:
        person = copy_of(new, world, programs, f"cut-{place}")
        person.watched_by = strace(place)
        came_through = person.tries("backup", "restore", str(stick)).returncode == 0
        person.watched_by = []
        contacts = person.run("contacts", "list")
        if contacts != before["contacts"]:
            require(contacts == [] and not came_through, f"cut {place}: nothing is back yet")
            person.run("backup", "restore", str(stick))
        else:
            whole += 1
        require(told(person.history()) == before["told"], f"cut {place}: names and notes are back")
        require(limits(person) == before["limits"], f"cut {place}: so are the limits")
        charge = person.run("till", "show", before["open"]["id"])
        require(charge["address"] == before["open"]["address"], f"cut {place}: and the open charge")
        last = person
        if came_through:
            break
        cuts += 1
    require(cuts >= 4, f"taking back was cut {cuts} times; it was done before the cut's end {whole} times")

    cuts, gone = 0, 0
    for place in PLACES:
        person = copy_of(last, world, programs, f"removal-{place}")
        person.watched_by = strace(place)
        try:
            person.remove(KNOWN_WORDS, words)
            came_through = True
        except SystemExit:
            came_through = False
        person.watched_by = []
        if came_through:
            person.is_empty()
            break
        cuts += 1
        if person.run("status")["stage"] == "onboarding":
            person.is_empty()
            gone += 1
        else:
            require(told(person.history()) == before["told"], f"removal {place}: the wallet is whole")
            require(limits(person) == before["limits"], f"removal {place}: its limits, too")
    require(cuts >= 4 and 0 < gone < cuts, f"the removal was cut {cuts} times; {gone} times nothing was left")
