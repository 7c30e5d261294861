"""The real agent, its real windows, a real keyboard: makes a wallet, unlocks it
after a lock, saves a payee, approves a payment, refuses one. Run by
real_window.sh, which gives it a display. Uses the standard library only.

Usage: real_window.py AGENT PICTURES
"""

import json
import os
import queue
import struct
import subprocess
import sys
import tempfile
import threading
import time

AGENT, PICTURES = sys.argv[1:3]
PASSPHRASE = "mulberry paper and ink"
PATIENCE = 60
# The sandbox ledger and its yuan.
CHAIN = 10231023
YUAN = "0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03"


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Agent:
    def __init__(self, profile):
        self.process = subprocess.Popen(
            [AGENT, "agent", "--profile", profile, "--stdio", "--prompt", "window"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.replies = queue.Queue()
        self.bytes = b""
        self.next_id = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        out = self.process.stdout
        while header := out.read(5):
            payload = out.read(struct.unpack(">I", header[1:])[0])
            self.bytes += payload
            self.replies.put(json.loads(payload))

    def call(self, kind, **fields):
        self.next_id += 1
        payload = json.dumps({"id": self.next_id, "request": {"kind": kind, **fields}}).encode()
        self.process.stdin.write(struct.pack(">BI", 1, len(payload)) + payload)
        self.process.stdin.flush()

    def reply(self):
        answer = self.replies.get(timeout=PATIENCE)
        assert answer["id"] == self.next_id, answer
        return answer["result"]


def windows():
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--class", "^jiaozi-vault$"],
        capture_output=True,
        text=True,
    )
    return found.stdout.split()


def wait_for(what, there):
    end = time.monotonic() + PATIENCE
    while not (found := there()):
        assert time.monotonic() < end, f"{what} never came"
        time.sleep(0.05)
    return found


def window():
    found = wait_for("the window", windows)[-1]
    run("xdotool", "windowactivate", "--sync", found)
    time.sleep(0.5)
    return found


def no_window():
    wait_for("the window's end", lambda: not windows())


def types(text):
    run("xdotool", "type", "--delay", "15", text)


def presses(*keys):
    run("xdotool", "key", "--delay", "60", *keys)
    time.sleep(0.3)


def picture(name):
    run("import", "-window", windows()[-1], os.path.join(PICTURES, f"real-{name}.png"))


def payment(mine, shop, fen, purchase):
    """A payment of sandbox yuan, as `Sign` takes it."""
    now = int(time.time())
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
                "valid_before": now + 900,
                "nonce": "0x" + purchase * 32,
            },
            "carrier": {"nonce": 0, "gas_limit": 200_000, "fee": {"kind": "legacy", "gas_price": "0"}},
        },
    }


def ok(result):
    assert "Ok" in result, result
    return result["Ok"]


def main():
    with tempfile.TemporaryDirectory() as profile:
        agent = Agent(profile)
        look = {"language": "en", "theme": "light"}
        agent.call("hello", protocol=3, shell="real-window-test", appearance=look)
        assert ok(agent.reply())["status"]["state"] == "empty"

        agent.call("create", words=12, word_language="english", sealing="passphrase_only", backup="later")
        window()
        types("blue teapot")
        presses("Return")
        types(PASSPHRASE)
        presses("Return")
        types(PASSPHRASE)
        picture("passphrase")
        presses("Return")
        time.sleep(3)
        picture("made")
        presses("Return")
        status = ok(agent.reply())
        assert status["state"] == "unlocked" and status["backup"] == "pending", status
        no_window()

        # A second window of the same process, in the other language.
        agent.call("set_appearance", language="zh-CN", theme="dark")
        ok(agent.reply())
        agent.call("lock")
        assert ok(agent.reply())["state"] == "locked"
        agent.call("unlock")
        window()
        types("not the passphrase")
        presses("Return")
        time.sleep(2)
        picture("wrong")
        types(PASSPHRASE)
        presses("Return")
        assert ok(agent.reply())["state"] == "unlocked"
        no_window()

        shop = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
        agent.call("save_payee", name="老王面馆", address=f"eip155:{CHAIN}:{shop}")
        window()
        picture("payee")
        # Just opened, the window takes no yes.
        time.sleep(2)
        presses("Tab", "space")
        ok(agent.reply())
        no_window()

        # Within quick pay there is no window; above it there is.
        agent.call("accounts", first=0, count=1)
        mine = ok(agent.reply())["accounts"][0]["address"]
        agent.call("sign", **payment(mine, shop, 1250, "11"))
        assert ok(agent.reply())["kind"] == "signed"
        agent.call("sign", **payment(mine, shop, 50_000, "22"))
        window()
        types(PASSPHRASE)
        picture("approve")
        presses("Return")
        signed = ok(agent.reply())
        assert signed["transaction"].startswith("0x"), signed
        no_window()
        agent.call("sign", **payment(mine, shop, 60_000, "33"))
        window()
        presses("Escape")
        assert agent.reply() == {"Err": {"code": "declined"}}
        no_window()

        # A closed window declines; the agent lives on.
        agent.call("show_words")
        window()
        presses("alt+F4")
        assert agent.reply() == {"Err": {"code": "declined"}}
        no_window()

        # So does the shell that cancels its call.
        agent.call("show_words")
        window()
        asked = agent.next_id
        agent.call("cancel", **{"id": asked})
        answers = {}
        for _ in range(2):
            answer = agent.replies.get(timeout=PATIENCE)
            answers[answer["id"]] = answer["result"]
        assert answers[asked] == {"Err": {"code": "declined"}}, answers
        no_window()

        agent.call("status")
        assert ok(agent.reply())["state"] == "unlocked"
        assert PASSPHRASE.encode() not in agent.bytes and b"teapot" not in agent.bytes
        agent.call("quit")
        ok(agent.reply())
        assert agent.process.wait(timeout=PATIENCE) == 0
    print("real windows: made, unlocked after a wrong passphrase, payee saved, paid, refused, closed, cancelled")


main()
