"""What the vault's memory holds once it is locked: nothing of the wallet.

Drives the real agent through every flow on a terminal of its own, with known
words and a known PIN, and after each lock reads all memory that the process can
write, looking for the words (as text and as numbers), the entropy, the seed,
the private keys on the way to the accounts, and what was typed. While the
wallet is open the same search must find them, or it would prove nothing.

With JIAOZI_TEST_KEYRING the wallet is sealed by PIN and keyring, else by a
passphrase. Needs a debug build, which stays readable for its starter when
JIAOZI_VAULT_TEST_DUMPABLE is set. Uses the standard library only.

Usage: memory.py VAULT [window] [flows]
    window: on a display, with its windows
    flows: only goes through the flows (no_network.py looks at something else)
"""

import hashlib
import hmac
import os
import subprocess
import sys
import tempfile
import time

from agent_pipe import PATIENCE, Agent, SocketAgent, ok, payment
from person import Terminal

VAULT = sys.argv[1]
WINDOW, ONLY_FLOWS = ("window" in sys.argv[2:], "flows" in sys.argv[2:])
ENVIRONMENT = os.environ | {"JIAOZI_VAULT_TEST_DUMPABLE": "1"}
KEYRING = "JIAOZI_TEST_KEYRING" in os.environ
SEALING = "keyring" if KEYRING else "passphrase_only"
FIRST, SECOND = ("7391548260", "5028413967") if KEYRING else ("mulberry paper and ink", "vermilion seal on silk")
# Published vectors of BIP-39, chosen for their rare words.
WALLETS = [
    (
        "f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f",
        "void come effort suffer camp survey warrior heavy shoot primary clutch crush "
        "open amazing screen patrol group space point ten exist slush involve unfold",
    ),
    (
        "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
        "枪 疫 霉 尝 俩 闹 饿 贤 枪 疫 霉 卿",
    ),
]
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def hardened(key, code, number):
    """One step of BIP-32 below a private key; hardened ones need no curve."""
    data = b"\0" + key + (number + 2**31).to_bytes(4, "big")
    digest = hmac.digest(code, data, "sha512")
    child = (int.from_bytes(digest[:32], "big") + int.from_bytes(key, "big")) % ORDER
    return child.to_bytes(32, "big"), digest[32:]


def secrets(entropy, words):
    """What must not be there, by name: a list of byte strings each."""
    listed = words.split()
    seed = hashlib.pbkdf2_hmac("sha512", words.encode(), b"mnemonic", 2048)
    checksum = hashlib.sha256(entropy).digest()
    bits = int.from_bytes(entropy + checksum[:1], "big") >> (8 - len(entropy) // 4)
    numbers = [(bits >> 11 * at) & 2047 for at in reversed(range(len(listed)))]
    master = hmac.digest(b"Bitcoin seed", seed, "sha512")
    found = {
        "words": [" ".join(listed[at : at + 3]).encode() for at in range(len(listed) - 2)],
        # The words as a library keeps them: their places in the list.
        "numbers": [b"".join(n.to_bytes(2, "little") for n in numbers[at : at + 4]) for at in range(0, len(numbers) - 3, 4)],
        "entropy": [entropy[at : at + 16] for at in range(0, len(entropy) - 15, 8)],
        "seed": [seed[at : at + 16] for at in (0, 16, 32, 48)],
    }
    if listed[0].isascii():
        # Alone, only words that occur nowhere else in a program.
        found["word"] = [word.encode() for word in listed if len(word) >= 6 and word not in COMMON]
    keys = [(master[:32], master[32:])]
    for coin in (60, 503):
        purpose = hardened(*keys[0], 44)
        keys += [purpose, purse := hardened(*purpose, coin), hardened(*purse, 0), hardened(*purse, 1)]
    found["keys"] = [half for key, _ in keys for half in (key[:16], key[16:])]
    # A library may keep numbers the other way round.
    found["keys"] += [half[::-1] for half in found["keys"]]
    return found


# Words of the lists that programs say, too.
COMMON = {"effort", "primary", "screen", "survey", "unfold", "involve"}


def typed(text):
    return [text.encode(), text.encode("utf-16-le"), text.encode("utf-32-le")]


def memory(pid):
    """All that the process can write, page by page joined as it lies there."""
    chunks = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as mem:
        for line in maps:
            span, rights, *rest = line.split()
            if "w" not in rights or line.rstrip().endswith(("[vvar]", "[vsyscall]")):
                continue
            start, end = (int(half, 16) for half in span.split("-"))
            try:
                chunks.append((rest[-1] if len(rest) == 4 else "anonymous", os.pread(mem.fileno(), end - start, start)))
            except OSError:
                continue  # a device's pages
    assert sum(len(chunk) for _, chunk in chunks) > 2**18, "hardly any memory could be read"
    return chunks


def search(pid, wanted):
    """Which of the wanted are there, and where."""
    found = {}
    for place, chunk in memory(pid):
        for name, patterns in wanted.items():
            for number, pattern in enumerate(patterns):
                at = chunk.find(pattern)
                if at >= 0:
                    found.setdefault(name, []).append((number, place, hex(at)))
    return found


def must_be_empty(when, pid, wanted):
    if ONLY_FLOWS:
        return
    found = search(pid, wanted)
    for name, places in found.items():
        print(f"  {when}: {name} at {places[:6]}")
    if found:
        FAULTS.append(when)
    else:
        print(f"  {when}: nothing of {sum(map(len, wanted.values()))} patterns")


def must_have(when, pid, wanted, *names):
    """Tries for a while: the program may be about to get there."""
    if ONLY_FLOWS:
        time.sleep(0.5)
        return
    missing = names
    for _ in range(20):
        found = search(pid, {name: wanted[name] for name in names})
        missing = [name for name in names if name not in found]
        if not missing:
            break
        time.sleep(0.2)
    assert not missing, f"{when}: the search does not find {missing}; it would prove nothing"
    print(f"  {when}: the search finds {', '.join(names)}")


FAULTS = []


def one_wallet(entropy, words):
    secret_label = "PIN" if KEYRING else "Passphrase"
    wanted = secrets(bytes.fromhex(entropy), words)
    wanted |= {"secret": typed(FIRST) + typed(SECOND)}
    with tempfile.TemporaryDirectory() as profile:
        terminal = Terminal()
        agent = Agent([VAULT], profile, "terminal", preexec_fn=terminal.take_over, env=ENVIRONMENT)
        pid = agent.process.pid
        assert agent.hello()["state"] == "empty"
        must_be_empty("before the first word", pid, wanted)

        def lock(when):
            agent.call("lock")
            assert ok(agent.reply())["state"] == "locked"
            must_be_empty(when, pid, wanted)

        agent.call("restore", sealing=SEALING)
        terminal.answers("Word 1: ", words)
        terminal.sees("Press Enter")
        if words.isascii():  # else each is taken alone, three bytes that may be anywhere
            must_have("words typed", pid, wanted, "word")
        terminal.answers(": ", "")
        terminal.answers("Your phrase: ", "blue teapot")
        terminal.answers(f"{secret_label}: ", FIRST)
        terminal.answers("again: ", FIRST)
        assert ok(agent.reply())["state"] == "unlocked"
        must_have("unlocked", pid, wanted, "keys")
        lock("restored and locked")

        agent.call("unlock")
        terminal.sees(f"{secret_label}: ")
        terminal.types(SECOND)  # wrong
        must_have("half typed", pid, wanted, "secret")
        terminal.answers("", "")
        terminal.sees("not right")
        terminal.answers(f"{secret_label}: ", FIRST)
        assert ok(agent.reply())["state"] == "unlocked"
        agent.call("accounts", first=0, count=1)
        mine = ok(agent.reply())["accounts"][0]["address"]
        shop = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
        until = int(time.time()) + 900
        agent.call("sign", **payment(mine, shop, 1_250, "11", until))
        ok(agent.reply())
        agent.call("sign", **payment(mine, shop, 50_000, "22", until))
        terminal.answers("[y/N] ", "y")
        terminal.answers(f"{secret_label}: ", FIRST)
        ok(agent.reply())
        must_have("signed", pid, wanted, "keys")
        lock("signed and locked")

        agent.call("show_words")
        terminal.answers(f"{secret_label}: ", FIRST)
        terminal.answers("Enter shows the words", "")
        terminal.sees("written them down")
        must_have("words shown", pid, wanted, "numbers")
        terminal.answers("", "")
        ok(agent.reply())
        lock("words shown and locked")

        agent.call("check_words")
        terminal.answers(f"{secret_label}: ", FIRST)
        terminal.answers("Word 1: ", words)
        ok(agent.reply())
        agent.call("change_pin")
        terminal.answers(f"{secret_label}: ", FIRST)
        terminal.answers(f"{secret_label}: ", SECOND)
        terminal.answers("again: ", SECOND)
        ok(agent.reply())
        lock("checked, changed and locked")

        if words.isascii():
            shares = split(words)
            joined = {"shares": [" ".join(share[at : at + 3]).encode() for share in shares for at in range(4, 30)]}
            agent.call("check_words")
            terminal.answers(f"{secret_label}: ", SECOND)
            terminal.answers("Word 1: ", "shares")
            terminal.answers("Share 1, word 1: ", " ".join(shares[0]))
            terminal.sees("Share 2, word 1: ")
            terminal.types(" ".join(shares[1]))
            must_have("a share typed", pid, joined, "shares")
            terminal.answers("", "")
            terminal.answers("Passphrase of the shares", "")
            terminal.answers("English (1) or Chinese (2)", "1")
            terminal.answers("Enter goes on", "")
            ok(agent.reply())
            wanted |= joined
            lock("checked by shares and locked")

        agent.call("quit")
        ok(agent.reply())
        assert agent.process.wait(timeout=PATIENCE) == 0
        terminal.close()
        unlocked_by_a_script(profile, wanted)


def split(words):
    """Two shares that give these words back, as lists of words."""
    with tempfile.TemporaryDirectory() as folder:
        command = [VAULT, "split", "--secret-stdin", "--group", "2/2", "--out", folder]
        subprocess.run(command, input=words, text=True, check=True, capture_output=True)
        files = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
        return [open(name).read().splitlines()[-1].split() for name in files]


def unlocked_by_a_script(profile, wanted):
    """An agent in the background, as a shop's server has it: the keys stay, and
    nothing that they came from."""
    socket = os.path.join(profile, "run", "agent.sock")
    agent = subprocess.Popen(
        [VAULT, "agent", "--profile", profile, "--socket", socket, "--prompt", "none", "--secret-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    agent.stdin.write(SECOND + "\n")
    agent.stdin.close()
    assert agent.stdout.readline() == "ready\n"
    must_have("unlocked by a script", agent.pid, wanted, "keys")
    rest = {name: patterns for name, patterns in wanted.items() if name != "keys"}
    must_be_empty("unlocked by a script", agent.pid, rest)
    # It cannot ask for the secret again, so that it ends once it is locked.
    shell = SocketAgent(socket)
    assert shell.hello()["state"] == "unlocked"
    shell.call("lock")
    ok(shell.reply())
    assert agent.wait(timeout=PATIENCE) == 0


def press_until(there, key):
    """Deriving a key takes its time, and a window that is busy hears no key."""
    from keyboard import presses

    end = time.monotonic() + PATIENCE
    time.sleep(3)
    while not there():
        assert time.monotonic() < end, f"{key} does nothing"
        presses(key)
        time.sleep(1)


def in_windows(entropy, words):
    """The same with a real keyboard in real windows."""
    from keyboard import no_window, presses, types, window

    wanted = secrets(bytes.fromhex(entropy), words) | {"secret": typed(FIRST)}
    with tempfile.TemporaryDirectory() as profile:
        agent = Agent([VAULT], profile, "window", env=ENVIRONMENT)
        pid = agent.process.pid
        assert agent.hello()["state"] == "empty"
        must_be_empty("before the first word", pid, wanted)

        def lock(when):
            no_window()
            agent.call("lock")
            assert ok(agent.reply())["state"] == "locked"
            must_be_empty(when, pid, wanted)

        agent.call("restore", sealing=SEALING)
        window()
        types(words + " ")
        must_have("words typed", pid, wanted, "word")
        presses("Return")
        types("blue teapot")
        presses("Return")
        types(FIRST)
        presses("Return")
        types(FIRST)
        must_have("typed", pid, wanted, "secret")
        presses("Return")
        press_until(agent.replies.qsize, "Return")  # the notice that it is made
        assert ok(agent.reply())["state"] == "unlocked"
        must_have("unlocked", pid, wanted, "keys")
        lock("restored and locked")

        agent.call("show_words")
        window()
        types(FIRST)
        presses("Return")
        # Uncovers them, once the passphrase is found right.
        if ONLY_FLOWS:
            time.sleep(4)
            presses("Return")
        else:
            press_until(lambda: search(pid, {"word": wanted["word"]}), "Return")
        must_have("words shown", pid, wanted, "word")
        presses("Tab", "Tab", "space")  # past Cancel
        ok(agent.reply())
        lock("words shown and locked")
        agent.call("quit")
        ok(agent.reply())
        assert agent.process.wait(timeout=PATIENCE) == 0


def by_itself(entropy, words):
    """The offline tool's own window: what it did stays nowhere when it is back on
    its first page."""
    from keyboard import no_window, presses, types, window

    wanted = secrets(bytes.fromhex(entropy), words)
    tool = subprocess.Popen([VAULT, "--language", "en"], env=ENVIRONMENT)
    window()
    must_be_empty("the first page", tool.pid, wanted)
    # Addresses of a wallet, whose words are typed.
    presses("Tab", "space")
    time.sleep(1)
    types(words + " ")
    must_have("words typed", tool.pid, wanted, "word")
    presses("Return")
    time.sleep(1)
    presses("Return")  # no passphrase
    time.sleep(2)
    must_be_empty("addresses shown", tool.pid, wanted)
    presses("Return")
    time.sleep(1)
    must_be_empty("back on the first page", tool.pid, wanted)
    presses("alt+F4")
    no_window()
    assert tool.wait(timeout=PATIENCE) == 0


if WINDOW:
    print("in windows:")
    in_windows(*WALLETS[0])
    by_itself(*WALLETS[0])
    WALLETS.clear()
for entropy, words in WALLETS:
    print(f"{len(words.split())} words, sealed by {SEALING}:")
    one_wallet(entropy, words)
if FAULTS:
    sys.exit(f"secrets are in memory after: {', '.join(FAULTS)}")
if not ONLY_FLOWS:
    print("memory of the locked vault: no word, seed, key or PIN")
