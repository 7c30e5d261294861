"""A person at a pseudo-terminal: waits for what a program says, types the answer."""

import os
import pty
import re
import select
import time

# Escape sequences and the carriage returns of a terminal.
NOISE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
PATIENCE = 120


class Conversation:
    """One program on a terminal of its own."""

    def __init__(self, command, environment):
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.execvpe(command[0], command, environment)
        self.heard = ""
        self.read = 0

    def _more(self, deadline):
        ready, _, _ = select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return None
        try:
            bytes_ = os.read(self.terminal, 65536)
        except OSError:  # the program has closed the terminal
            return None
        self.heard += NOISE.sub("", bytes_.decode("utf-8", "replace"))
        return bytes_ or None

    def until(self, pattern):
        """Waits until the program has said something; gives the match."""
        deadline = time.monotonic() + PATIENCE
        while True:
            match = re.search(pattern, self.heard[self.read:])
            if match:
                self.read += match.end()
                return match
            if self._more(deadline) is None:
                # What was said may be a secret: only how much is told.
                raise SystemExit(f"the program never said {pattern!r} ({len(self.heard)} characters heard)")

    def type(self, text):
        os.write(self.terminal, (text + "\n").encode())

    def end(self):
        """Waits for the program's end; gives its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._more(deadline) is not None:
            pass
        _, status = os.waitpid(self.child, 0)
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status)
