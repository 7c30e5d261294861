"""A hundred random wallets, made by `jiaozi-vault new` in both languages and
every length: what `jiaozi-vault show` says of them must be what eth-account and
js-conflux-sdk say. Usage: wallets.py VAULT WALLETS_MJS [COUNT]"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from eth_account import Account
from eth_account.hdaccount import key_from_seed
from mnemonic import Mnemonic

vault, node_side = sys.argv[1:3]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 100
Account.enable_unaudited_hdwallet_features()
LISTS = {"en": "english", "zh-CN": "chinese_simplified"}
LENGTHS = (12, 15, 18, 21, 24)


def say(arguments, typed=""):
    done = subprocess.run([vault, *arguments], input=typed, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"jiaozi-vault {arguments[0]} failed: {done.stderr}")
    return done.stdout


def made(number):
    """Words of one list and length, and what the vault shows of them."""
    list_name, length = list(LISTS)[number % 2], LENGTHS[number // 2 % 5]
    words = say(["new", "--print", "--words", str(length), "--list", list_name]).strip()
    # Chinese words may be typed without spaces.
    typed = words.replace(" ", "") if list_name == "zh-CN" and number % 4 == 1 else words
    shown = say(["show", "--secret-stdin", "--addresses", "1"], typed + "\n")
    return {
        "list": list_name,
        "length": length,
        "words": words,
        "fingerprint": shown.splitlines()[0].split()[-1],
        "evm": at(shown, "m/44'/60'/0'/0/0"),
        "core": at(shown, "m/44'/503'/0'/0/0"),
    }


def at(shown, path):
    found = [line.split()[-1] for line in shown.splitlines() if line.split()[:1] == [path]]
    return found[0] if len(found) == 1 else None


def by_eth_account(wallet):
    if wallet["list"] == "en":
        return Account.from_mnemonic(wallet["words"]).address
    # Its own reader of words is unsure which Chinese list is meant: given the seed.
    seed = Mnemonic.to_seed(wallet["words"])
    return Account.from_key(key_from_seed(seed, "m/44'/60'/0'/0/0")).address


with ThreadPoolExecutor(2) as pool:
    wallets = list(pool.map(made, range(count)))
lines = "".join(json.dumps(wallet["words"]) + "\n" for wallet in wallets)
done = subprocess.run(["node", node_side], input=lines, capture_output=True, text=True, check=True)
others = [json.loads(line) for line in done.stdout.splitlines()]

faults = 0
for wallet, other in zip(wallets, others, strict=True):
    sound = Mnemonic(LISTS[wallet["list"]]).check(wallet["words"])
    counted = len(wallet["words"].split()) == wallet["length"]
    wanted = {"evm": by_eth_account(wallet), "core": other["core"], "fingerprint": other["fingerprint"]}
    got = {name: wallet[name] for name in wanted}
    if not sound or not counted or got != wanted:
        faults += 1
        print(f"  {wallet['list']}, {wallet['length']} words: got {got}, wanted {wanted}, sound {sound}")
# The words are of this test and hold nothing, but different they must be.
if len({wallet["words"] for wallet in wallets}) != count:
    faults += 1
    print("  the same words were made twice")
print(f"wallets made and shown by jiaozi-vault: {count - faults} of {count} equal")
print(f"{count - faults} passed, {faults} failed")
sys.exit(1 if faults else 0)
