"""Random signing requests, and what eth-account makes of them."""

import random

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak, to_checksum_address
import rlp

Account.enable_unaudited_hdwallet_features()

KINDS = (
    "legacy",
    "eip1559",
    "token",
    "transfer",
    "receive",
    "carried",
    "cancel",
    "sweep",
    "certificate",
)
TRANSFER = (
    "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"
)
RECEIVE = TRANSFER.replace("transferWith", "receiveWith")
CANCEL = "cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)"


def key_at(words, path, cache={}):
    if (words, path) not in cache:
        cache[words, path] = Account.from_mnemonic(words, account_path=f"m/44'/60'/{path}")
    return cache[words, path]


def key_of(words, account):
    return key_at(words, f"0'/0/{account}")


def signer_of(words, r):
    """The key that signs first: a charge's for a sweep, else an account's."""
    if r["kind"] == "sweep":
        return key_at(words, f"1'/{r['till']}/{r['charge']}")
    return key_of(words, r["account"])


def word(value):
    return value.to_bytes(32, "big")


def address_word(text):
    return bytes(12) + bytes.fromhex(text[2:])


def some(rng, bits):
    """Numbers of every length, zero among them."""
    return rng.getrandbits(rng.randint(0, bits))


def address(rng):
    return to_checksum_address(rng.randbytes(20))


def requests(seed, count):
    """`count` requests of each kind, as the vault takes them."""
    rng = random.Random(seed)
    made = []
    for kind in KINDS:
        for _ in range(count):
            made.append(request(rng, kind, len(made)))
    return made


def request(rng, kind, number):
    account = rng.randint(0, 5)
    return {
        "purchase": number.to_bytes(16, "big").hex(),
        "account": account,
        "kind": kind,
        "chain": rng.choice([1, 1030, 71, 31337, rng.randint(1, 2**62)]),
        "nonce": some(rng, 63),
        "gas": some(rng, 63),
        "price": some(rng, 100),
        "tip_share": rng.randint(0, 4),
        "to": address(rng),
        "token": address(rng),
        "value": some(rng, 255),
        "name": rng.choice(["Sandbox Yuan", "人民币 ¥", "AxCNH", "x" * 64]),
        "version": rng.choice(["1", "2.0", "测试"]),
        "valid_after": some(rng, 30),
        "valid_before": 2**33 + some(rng, 60),
        "auth_nonce": "0x" + rng.randbytes(32).hex(),
        "dynamic": rng.choice([True, False]),
        "till": rng.randint(0, 999),
        "charge": rng.choice([0, rng.randint(0, 2**31 - 1)]),
        "shop": rng.choice(["老王面馆", "Wang's Noodles", "x" * 64]),
    }


def transaction(r, to, value, data):
    """An unsigned transaction as eth-account takes it."""
    fields = {
        "chainId": r["chain"],
        "nonce": r["nonce"],
        "gas": r["gas"],
        "to": to,
        "value": value,
        "data": "0x" + data.hex(),
    }
    if r["kind"] == "eip1559" or (r["kind"] != "legacy" and r["dynamic"]):
        fields["type"] = 2
        fields["maxFeePerGas"] = r["price"]
        fields["maxPriorityFeePerGas"] = r["price"] // (r["tip_share"] + 1)
    else:
        fields["gasPrice"] = r["price"]
    return fields


def unsigned_bytes(fields):
    """The bytes whose Keccak-256 is signed."""
    number = lambda n: n.to_bytes((n.bit_length() + 7) // 8, "big")
    to, data = bytes.fromhex(fields["to"][2:]), bytes.fromhex(fields["data"][2:])
    common = [number(fields["gas"]), to, number(fields["value"]), data]
    if fields.get("type") == 2:
        head = ["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas"]
        return b"\x02" + rlp.encode([number(fields[name]) for name in head] + common + [[]])
    head = ["nonce", "gasPrice"]
    tail = [number(fields["chainId"]), b"", b""]
    return rlp.encode([number(fields[name]) for name in head] + common + tail)


def certificate(r):
    """The EIP-712 message of a till's certificate."""
    types = lambda pairs: [{"name": name, "type": kind} for name, kind in pairs]
    fields = [("shop", "string"), ("till", "address"), ("validBefore", "uint64")]
    return encode_typed_data(
        full_message={
            "types": {
                "EIP712Domain": types([("name", "string"), ("version", "string")]),
                "TillCertificate": types(fields),
            },
            "primaryType": "TillCertificate",
            "domain": {"name": "Jiaozi", "version": "1"},
            "message": {"shop": r["shop"], "till": r["to"], "validBefore": r["valid_before"]},
        }
    )


def typed(r, sender, to):
    """The EIP-712 message of an authorization."""
    if r["kind"] == "cancel":
        primary = "CancelAuthorization"
        fields = [("authorizer", "address"), ("nonce", "bytes32")]
        message = {"authorizer": sender, "nonce": r["auth_nonce"]}
    else:
        form = "Receive" if r["kind"] in ("receive", "sweep") else "Transfer"
        primary = f"{form}WithAuthorization"
        fields = [
            ("from", "address"),
            ("to", "address"),
            ("value", "uint256"),
            ("validAfter", "uint256"),
            ("validBefore", "uint256"),
            ("nonce", "bytes32"),
        ]
        message = {
            "from": sender,
            "to": to,
            "value": r["value"],
            "validAfter": r["valid_after"],
            "validBefore": r["valid_before"],
            "nonce": r["auth_nonce"],
        }
    domain = [("name", "string"), ("version", "string"), ("chainId", "uint256")]
    domain.append(("verifyingContract", "address"))
    types = lambda pairs: [{"name": name, "type": kind} for name, kind in pairs]
    return encode_typed_data(
        full_message={
            "types": {"EIP712Domain": types(domain), primary: types(fields)},
            "primaryType": primary,
            "domain": {
                "name": r["name"],
                "version": r["version"],
                "chainId": r["chain"],
                "verifyingContract": r["token"],
            },
            "message": message,
        }
    )


def for_vault(words, r):
    """The request as the vault's protocol writes it."""
    sender = signer_of(words, r).address
    domain = {
        "name": r["name"],
        "version": r["version"],
        "chain_id": r["chain"],
        "contract": r["token"],
    }
    authorization = {
        "from": sender,
        "to": payee_of(words, r),
        "value": str(r["value"]),
        "valid_after": r["valid_after"],
        "valid_before": r["valid_before"],
        "nonce": r["auth_nonce"],
    }
    if r["dynamic"]:
        fee = {
            "kind": "eip1559",
            "max_fee_per_gas": str(r["price"]),
            "max_priority_fee_per_gas": str(r["price"] // (r["tip_share"] + 1)),
        }
    else:
        fee = {"kind": "legacy", "gas_price": str(r["price"])}
    carrier = {"nonce": r["nonce"], "gas_limit": r["gas"], "fee": fee}
    what = {
        "carried": {
            "kind": "carried_authorization",
            "domain": domain,
            "authorization": authorization,
            "carrier": carrier,
        },
        "sweep": {
            "kind": "sweep",
            "domain": domain,
            "authorization": authorization,
            "account": r["account"],
            "carrier": carrier,
        },
        "certificate": {
            "kind": "till_certificate",
            "shop": r["shop"],
            "till": r["to"],
            "valid_before": r["valid_before"],
        },
        "cancel": {
            "kind": "cancel_authorization",
            "domain": domain,
            "nonce": r["auth_nonce"],
            "carrier": carrier,
        },
    }.get(r["kind"])
    if r["kind"] in ("transfer", "receive"):
        what = {
            "kind": "authorization",
            "domain": domain,
            "authorization": authorization,
            "form": r["kind"],
        }
    if what is None:
        unsigned = unsigned_bytes(plain_transaction(r))
        what = {"kind": "transaction", "unsigned": "0x" + unsigned.hex()}
    signer = {"account": r["account"]}
    if r["kind"] == "sweep":
        signer = {"charge": {"till": r["till"], "number": r["charge"]}}
    return {"purchase": r["purchase"], "signer": signer, "what": what}


def payee_of(words, r):
    """A sweep goes to the account that carries it."""
    return key_of(words, r["account"]).address if r["kind"] == "sweep" else r["to"]


def plain_transaction(r):
    if r["kind"] == "token":
        data = keccak(text="transfer(address,uint256)")[:4]
        data += address_word(r["to"]) + word(r["value"])
        return transaction(r, r["token"], 0, data)
    return transaction(r, r["to"], r["value"], b"")


def signed(words, r):
    """What eth-account signs for the request."""
    key = key_of(words, r["account"])
    if r["kind"] in ("legacy", "eip1559", "token"):
        made = key.sign_transaction(plain_transaction(r))
        return answer(made, None)
    if r["kind"] == "certificate":
        return answer(None, key.sign_message(certificate(r)))
    signer, payee = signer_of(words, r), payee_of(words, r)
    signature = signer.sign_message(typed(r, signer.address, payee))
    if r["kind"] in ("transfer", "receive"):
        return answer(None, signature)
    tail = word(signature.v) + word(signature.r) + word(signature.s)
    if r["kind"] in ("carried", "sweep"):
        call = RECEIVE if r["kind"] == "sweep" else TRANSFER
        data = keccak(text=call)[:4] + address_word(signer.address) + address_word(payee)
        data += word(r["value"]) + word(r["valid_after"]) + word(r["valid_before"])
    else:
        data = keccak(text=CANCEL)[:4] + address_word(key.address)
    data += bytes.fromhex(r["auth_nonce"][2:]) + tail
    return answer(key.sign_transaction(transaction(r, r["token"], 0, data)), signature)


def answer(made, signature):
    plain = lambda value: None if value is None else "0x" + bytes(value).hex()
    return {
        "transaction": plain(made and made.raw_transaction),
        "transaction_hash": plain(made and made.hash),
        "authorization_signature": plain(signature and signature.signature),
    }
