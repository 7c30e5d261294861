"""The person's side of a terminal that a program takes as its own."""

import fcntl
import os
import select
import termios
import threading
import time

from agent_pipe import PATIENCE


class Terminal:
    def __init__(self):
        self.master, self.slave = os.openpty()
        self.seen = b""
        self.unread = 0

    def take_over(self):
        """In the child, before the program: the terminal is the session's."""
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)

    def sees(self, text):
        end = time.monotonic() + PATIENCE
        while (at := self.seen.find(text.encode(), self.unread)) < 0:
            assert time.monotonic() < end, f"{text!r} never came: {self.seen[self.unread:]!r}"
            if select.select([self.master], [], [], 0.2)[0]:
                self.seen += os.read(self.master, 4096)
        self.unread = at + len(text.encode())

    def types(self, text):
        # A terminal that nobody reads takes no more: typed while we go on reading.
        threading.Thread(target=os.write, args=(self.master, text.encode())).start()

    def answers(self, text, line):
        self.sees(text)
        self.types(line + "\r")

    def close(self):
        os.close(self.slave)
        os.close(self.master)
