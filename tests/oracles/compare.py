"""Compares custody with eth-account and python-mnemonic on random cases:
addresses from words in both languages and every length, and signatures of
every kind, byte for byte. Usage: compare.py ORACLE_BINARY [COUNT]"""

import json
import random
import subprocess
import sys

import cases
from eth_account import Account
from mnemonic import Mnemonic

binary, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200
seed = random.SystemRandom().getrandbits(32)
print(f"seed {seed}")
rng = random.Random(seed)
LANGUAGES = {"english": "english", "simplified_chinese": "chinese_simplified"}


def ask(questions):
    """Each question is a line of JSON, and so is each answer."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run([binary], input=lines, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"the oracle binary failed: {done.stderr}")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(questions):
        sys.exit(f"{len(questions)} questions, {len(answers)} answers")
    return answers


def addresses(language):
    """Addresses of random words against eth-account."""
    list_of = Mnemonic(LANGUAGES[language])
    questions, wanted = [], []
    for _ in range(count):
        words = list_of.to_mnemonic(rng.randbytes(rng.choice([16, 20, 24, 28, 32])))
        index = rng.choice([0, 1, rng.randint(0, 2**31 - 1)])
        # Chinese words may be typed without spaces.
        typed = words.replace(" ", "") if rng.random() < 0.5 and language != "english" else words
        questions.append({"words": typed, "index": index})
        seed_bytes = Mnemonic.to_seed(words)
        wanted.append(from_seed(seed_bytes, f"0'/0/{index}"))
    return compare(f"addresses, {language}", questions, ask(questions), wanted)


def charges():
    """A till's receiving addresses, from the public key, against eth-account."""
    questions, wanted = [], []
    for _ in range(count):
        words = Mnemonic("english").to_mnemonic(rng.randbytes(16))
        till, number = rng.choice([0, 999, rng.randint(0, 999)]), rng.randint(0, 2**31 - 1)
        questions.append({"words": words, "till": till, "number": number})
        wanted.append(from_seed(Mnemonic.to_seed(words), f"1'/{till}/{number}"))
    return compare("charges", questions, ask(questions), wanted)


def from_seed(seed_bytes, path):
    from eth_account.hdaccount import key_from_seed

    def address(coin_type):
        key = key_from_seed(seed_bytes, f"m/44'/{coin_type}'/{path}")
        return Account.from_key(key).address.lower()

    # On Core Space the first digit is the type: 1 for accounts.
    return {"address": address(60), "core": "0x1" + address(503)[3:]}


def signatures():
    """Signatures of each kind against eth-account, with one test seed."""
    words = Mnemonic("english").to_mnemonic(rng.randbytes(16))
    faults = 0
    for kind in cases.KINDS:
        requests = [cases.request(rng, kind, number) for number in range(count)]
        questions = [{"words": words}]
        questions += [{"sign": cases.for_vault(words, request)} for request in requests]
        answers = ask(questions)[1:]
        wanted = [cases.signed(words, request) for request in requests]
        faults += compare(f"signatures, {kind}", questions[1:], answers, wanted)
    return faults


def compare(what, questions, answers, wanted):
    wrong = [
        (question, answer, want)
        for question, answer, want in zip(questions, answers, wanted, strict=True)
        if answer != want
    ]
    print(f"{what}: {len(answers) - len(wrong)} of {len(answers)} equal")
    for question, answer, want in wrong[:3]:
        print(f"  asked  {question}\n  got    {answer}\n  wanted {want}")
    return len(wrong)


faults = sum(addresses(language) for language in LANGUAGES) + charges() + signatures()
kinds = len(LANGUAGES) + 1 + len(cases.KINDS)
print(f"{kinds * count - faults} passed, {faults} failed")
sys.exit(1 if faults else 0)
