"""A shell's side of the agent's pipe, for the tests that drive the real program.
Uses the standard library only."""

import json
import queue
import socket
import struct
import subprocess
import threading

PATIENCE = 60  # seconds until a reply that does not come is a fault
# The sandbox ledger and its yuan.
CHAIN = 10231023
YUAN = "0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03"


class Shell:
    """Calls and replies over two streams."""

    def __init__(self, to, back):
        self.to, self.back = to, back
        self.replies = queue.Queue()
        self.bytes = b""
        self.next_id = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while header := self.back.read(5):
            payload = self.back.read(struct.unpack(">I", header[1:])[0])
            self.bytes += payload
            self.replies.put(json.loads(payload))

    def call(self, kind, **fields):
        self.next_id += 1
        payload = json.dumps({"id": self.next_id, "request": {"kind": kind, **fields}}).encode()
        self.to.write(struct.pack(">BI", 1, len(payload)) + payload)
        self.to.flush()

    def reply(self):
        answer = self.replies.get(timeout=PATIENCE)
        assert answer["id"] == self.next_id, answer
        return answer["result"]

    def hello(self, **look):
        """Greets in the version that the vault speaks."""
        hello = {"shell": "test", "appearance": {"language": "en", "theme": "light"} | look}
        self.call("hello", protocol=0, **hello)
        self.call("hello", protocol=self.replies.get(timeout=PATIENCE)["result"]["Err"]["vault"], **hello)
        return ok(self.reply())["status"]


class Agent(Shell):
    """`agent --stdio` of a profile; `started` are further arguments of Popen."""

    def __init__(self, program, profile, prompt, **started):
        self.process = subprocess.Popen(
            [*program, "agent", "--profile", profile, "--stdio", "--prompt", prompt],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            **started,
        )
        super().__init__(self.process.stdin, self.process.stdout)


class SocketAgent(Shell):
    """An agent on a Unix socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        super().__init__(self.socket.makefile("wb"), self.socket.makefile("rb"))


def ok(result):
    assert "Ok" in result, result
    return result["Ok"]


def payment(mine, shop, fen, purchase, until):
    """A payment of sandbox yuan, as `Sign` takes it; `until` is a Unix time."""
    return {
        "purchase": purchase * 16,
        "signer": {"account": 0},
        "what": {
            "kind": "carried_authorization",
            "domain": {"name": "Sandbox Yuan", "version": "1", "chain_id": CHAIN, "contract": YUAN},
            "authorization": {
                "from": mine,
                "to": shop,
                "value": str(fen),
                "valid_after": 0,
                "valid_before": until,
                "nonce": "0x" + purchase * 32,
            },
            "carrier": {"nonce": 0, "gas_limit": 200_000, "fee": {"kind": "legacy", "gas_price": "0"}},
        },
    }
