"""Runs a command on a terminal of its own and answers what it asks there.

Usage: terminal.py [PROMPT=ANSWER]... -- COMMAND [ARGUMENT]...

Waits for each prompt in turn and types the answer, then return. Prints all that
the terminal showed. The exit status is that of the command, 128 + n for signal
n; or 99 when a prompt did not come.
"""

import os
import pty
import sys


def read(terminal):
    """Returns what comes next, or nothing at the end of the command."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def main():
    end = sys.argv.index("--")
    answers = [os.fsencode(pair).split(b"=") for pair in sys.argv[1:end]]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[end + 1], sys.argv[end + 1:])
    shown = b""
    answered = 0
    while data := read(terminal):
        shown += data
        if answers and answers[0][0] in shown[answered:]:
            answered = len(shown)
            os.write(terminal, answers.pop(0)[1] + b"\n")
    sys.stdout.buffer.write(shown)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if answers:
        return 99
    return status if status >= 0 else 128 - status


sys.exit(main())
