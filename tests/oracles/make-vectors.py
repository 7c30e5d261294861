"""Writes the vectors that need a tool to be made: signatures by eth-account
over fixed requests. The published vectors beside them were copied as they are;
each file names its source. Run by hand; the result is committed."""

import json
import pathlib
import sys

import cases
WORDS = " ".join(["abandon"] * 11 + ["about"])

out = pathlib.Path(sys.argv[1])
requests = cases.requests(seed=155, count=4)
made = {
    "source": "eth-account 0.14.0, by tests/oracles/make-vectors.py",
    "words": WORDS,
    "cases": [
        {"request": cases.for_vault(WORDS, request), "signed": cases.signed(WORDS, request)}
        for request in requests
    ],
}
out.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
