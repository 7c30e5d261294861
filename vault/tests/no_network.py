"""The vault in every flow, watched by strace: it never asks the kernel for a
socket of the network, not even for one that the seccomp filter would refuse.

Every command of the tool, scripted and on a terminal, and the agent on terminal,
socket and (with a display) in windows. That the tracer sees such a socket where
there is one is tried first. Uses the standard library and strace.

Usage: no_network.py VAULT PICTURES
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

from agent_pipe import PATIENCE
from person import Terminal

VAULT, PICTURES = sys.argv[1:3]
HERE = os.path.dirname(os.path.abspath(__file__))
# Published words of BIP-39, and a request of cold signing for their first account.
WORDS = "abandon " * 11 + "about"
REQUEST = (
    "ur:eth-sign-request/oladtpdagdasasasasasasasasasasasasasasasasaohddtaovdadataocklfgmaymwbybybybybybybybybybybybybybybybybybybybylobtvt"
    "rpqdosieaeaelartaxaaaaadahtaaddyoeadlecsdwykcsfnykaeykaewkaewkaocyjksktnbkamghmkhdwszccndnfzeovekimhaefsfpwpeewppltnmwgwehdsve"
)
SECRET = "mulberry paper and ink"
CALLS = "trace=execve,socket,socketpair,io_uring_setup"


class Watch:
    """Traces in a folder, one a start of the program."""

    def __init__(self, folder):
        self.folder = folder
        self.program = os.path.join(folder, "vault")
        command = " ".join(self.command("$$.trace"))
        with open(self.program, "w") as script:
            script.write(f"#!/bin/sh\nexec {command} '{VAULT}' \"$@\"\n")
        os.chmod(self.program, 0o755)

    def command(self, trace):
        return ["strace", "-f", "-qq", "-e", CALLS, "-o", os.path.join(self.folder, trace)]

    def traces(self):
        for name in glob.glob(os.path.join(self.folder, "*.trace")):
            with open(name) as trace:
                yield trace.read()


def families(trace):
    """The families of the sockets that were asked for."""
    return re.findall(r"\bsocket(?:pair)?\((\w+)", trace)


def control(watch):
    """A program that does ask for one is noticed, filter or not."""
    for family in ("INET", "INET6"):
        asks = f"import socket; socket.socket(socket.AF_{family})"
        subprocess.run([*watch.command("control"), sys.executable, "-c", asks], check=True)
        with open(os.path.join(watch.folder, "control")) as trace:
            assert f"AF_{family}" in families(trace.read()), "the tracer sees nothing"
    # Where the filter refuses it, the asking is seen all the same.
    refused = [*watch.command("control"), VAULT, "self-test-sockets"]
    said = subprocess.run(refused, check=True, capture_output=True, text=True).stdout
    assert "inet stream: errno 13" in said, said
    with open(os.path.join(watch.folder, "control")) as trace:
        assert {"AF_INET", "AF_INET6", "AF_NETLINK"} <= set(families(trace.read()))


def tool(watch, folder):
    """Every command that reads secrets from standard input."""
    path = lambda name: os.path.join(folder, name)
    with open(path("request.txt"), "w") as request:
        request.write(REQUEST)
    os.mkdir(path("shares"))
    both = f"{WORDS}\n{SECRET}\n"

    def run(typed, *arguments):
        done = subprocess.run([watch.program, *arguments], input=typed, capture_output=True, text=True)
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout

    run("", "new", "--print")
    run("123456", "new", "--print", "--dice", "--list", "zh-CN", "--words", "12")
    run(both, "show", "--secret-stdin", "--passphrase")
    run(WORDS, "check", "--secret-stdin", "--fingerprint", "73c5da0a")
    run(WORDS, "print", "--secret-stdin", "--out", path("sheet.pdf"))
    run("", "print", "--blank", "12", "--out", path("blank.pdf"), "--language", "zh-CN")
    run(both, "seal", "--secret-stdin", "--out", path("words.age"))
    run(SECRET, "open", "--print", "--secret-stdin", path("words.age"))
    run(SECRET, "check", "--secret-stdin", "--sealed", path("words.age"))
    run(WORDS, "split", "--secret-stdin", "--group", "2/3", "--out", path("shares"))
    shares = sorted(glob.glob(path("shares/*")))[:2]
    run("", "check-share", "--fingerprint", "73c5da0a", *shares)
    assert run("", "combine", "--print", *shares).strip() == WORDS
    run(WORDS, "watch", "--secret-stdin", "--out", path("keys.txt"))
    run(WORDS, "watch", "--secret-stdin", "--out", path("keys.png"))
    for name in ("signed.txt", "signed.svg", "signed.png"):
        run(WORDS, "sign", "--secret-stdin", "--yes", "--out", path(name), path("request.txt"))


def on_a_terminal(watch):
    """Where somebody is asked, the tool looks whether a network is up."""
    for command in (["show"], ["check"]):
        terminal = Terminal()
        asked = subprocess.Popen([watch.program, *command], stdout=subprocess.PIPE, preexec_fn=terminal.take_over)
        terminal.answers("Word 1: ", WORDS)
        terminal.sees("Press Enter")
        terminal.answers(": ", "")
        said = asked.stdout.read().decode() + terminal.seen.decode(errors="replace")
        assert asked.wait(timeout=PATIENCE) == 0, said
        terminal.close()


def agent(watch):
    drive = lambda script, *arguments: subprocess.run([sys.executable, os.path.join(HERE, script), *arguments], check=True)
    drive("memory.py", watch.program, "flows")
    if "DISPLAY" in os.environ:
        drive("memory.py", watch.program, "window", "flows")
        drive("real_window.py", watch.program, PICTURES)


def main():
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as files:
        watch = Watch(folder)
        control(watch)
        tool(watch, files)
        on_a_terminal(watch)
        agent(watch)
        starts, sockets = 0, set()
        for trace in watch.traces():
            assert "execve(" in trace, "a start was not traced"
            starts += 1
            sockets |= set(families(trace))
            assert "io_uring_setup(" not in trace, trace
        assert starts > 20, starts
        # Windows and keyring are reached over Unix sockets.
        assert sockets <= {"AF_UNIX"}, sockets
        print(f"{starts} starts of the vault, every flow: no socket but {sorted(sockets)}")


main()
