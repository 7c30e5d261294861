"""The real agent, its real windows, a real keyboard: makes a wallet, unlocks it
after a lock, saves a payee, approves a payment, refuses one. Run by
no_network.py, on the display that real_window.sh makes. Uses the standard
library only.

Usage: real_window.py AGENT PICTURES
"""

import os
import sys
import tempfile
import time

from agent_pipe import CHAIN, PATIENCE, Agent, ok, payment
from keyboard import no_window, presses, run, types, window, windows

AGENT, PICTURES = sys.argv[1:3]
PASSPHRASE = "mulberry paper and ink"


def picture(name):
    run("import", "-window", windows()[-1], os.path.join(PICTURES, f"real-{name}.png"))


def main():
    with tempfile.TemporaryDirectory() as profile:
        agent = Agent([AGENT], profile, "window")
        assert agent.hello()["state"] == "empty"

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
        until = int(time.time()) + 900
        agent.call("sign", **payment(mine, shop, 1250, "11", until))
        assert ok(agent.reply())["kind"] == "signed"
        agent.call("sign", **payment(mine, shop, 50_000, "22", until))
        window()
        types(PASSPHRASE)
        picture("approve")
        presses("Return")
        signed = ok(agent.reply())
        assert signed["transaction"].startswith("0x"), signed
        no_window()
        agent.call("sign", **payment(mine, shop, 60_000, "33", until))
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
