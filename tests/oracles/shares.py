"""Compares shares (SLIP-39) with shamir-mnemonic both ways: what one splits the
other puts together, on random wallets, plans with groups and passphrases.
Usage: shares.py SHARES_BINARY [COUNT]"""

import json
import random
import subprocess
import sys

from mnemonic import Mnemonic
from shamir_mnemonic import combine_mnemonics, generate_mnemonics

binary, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200
seed = random.SystemRandom().getrandbits(32)
print(f"seed {seed}")
rng = random.Random(seed)
ENGLISH = Mnemonic("english")


def ask(questions):
    """Each question is a line of JSON, and so is each answer."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run([binary], input=lines, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"the shares binary failed: {done.stderr}")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(questions):
        sys.exit(f"{len(questions)} questions, {len(answers)} answers")
    return answers


def group():
    shares = rng.choice([1, rng.randint(2, 16)])
    return (1, 1) if shares == 1 else (rng.randint(2, shares), shares)


def case():
    """A wallet, a plan and a passphrase."""
    groups = [group() for _ in range(rng.randint(1, 6))]
    return {
        "entropy": rng.randbytes(rng.choice([16, 16, 20, 24, 28, 32, 32])),
        "groups": groups,
        "needed": rng.randint(1, len(groups)),
        "passphrase": "".join(chr(rng.randint(32, 126)) for _ in range(rng.choice([0, 0, 12, 80]))),
    }


def enough(made, shares):
    """Just enough shares, as the reference wants them, in random order."""
    chosen = rng.sample(range(len(shares)), made["needed"])
    some = [rng.sample(shares[at], made["groups"][at][0]) for at in chosen]
    flat = [share for group in some for share in group]
    rng.shuffle(flat)
    return flat


def report(what, right):
    print(f"{what}: {sum(right)} of {len(right)} equal")
    return len(right) - sum(right)


made = [case() for _ in range(count)]
split = ask(
    [
        {
            "split": {
                "words": ENGLISH.to_mnemonic(one["entropy"]),
                "passphrase": one["passphrase"],
                "needed": one["needed"],
                "groups": [f"{threshold}/{shares}" for threshold, shares in one["groups"]],
            }
        }
        for one in made
    ]
)
faults = report(
    "shares made here, recovered there",
    [
        combine_mnemonics(enough(one, shares), one["passphrase"].encode()) == one["entropy"]
        for one, shares in zip(made, split, strict=True)
    ],
)

made = [case() for _ in range(count)]
questions = []
for one in made:
    shares = generate_mnemonics(
        one["needed"],
        one["groups"],
        one["entropy"],
        one["passphrase"].encode(),
        extendable=rng.random() < 0.5,
        iteration_exponent=rng.choice([0, 1, 1, 2]),
    )
    questions.append({"combine": {"shares": enough(one, shares), "passphrase": one["passphrase"]}})
faults += report(
    "shares made there, recovered here",
    [
        words == ENGLISH.to_mnemonic(one["entropy"])
        for one, words in zip(made, ask(questions), strict=True)
    ],
)
print(f"{2 * count - faults} passed, {faults} failed")
sys.exit(1 if faults else 0)
