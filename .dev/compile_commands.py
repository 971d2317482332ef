"""Makes compile_commands.json of Bazel's actions, and prints the files in it.

Usage: compile_commands.py EXECUTION_ROOT FOLDER HEADER... < ACTIONS, with the
actions as `bazel aquery --output=jsonproto` prints them; the result goes into
FOLDER. What is generated is left out. A header that no source file includes
first gets a command of its own, so that each is shown to stand alone.
"""

import json
import os
import re
import sys

SOURCE = re.compile(r"\.(c|cc)$")
ELSEWHERE = ("bazel-out/", "external/")

# Options of gcc that clang does not know, and those that name outputs.
DROPPED = {"-fno-canonical-system-headers", "-MD", "-c"}
DROPPED_WITH_VALUE = {"-MF", "-o"}


def options_of(arguments):
    """Returns the compiler and its options, without source and outputs.

    What is generated counts as the system's: its warnings are not ours.
    """
    kept = []
    words = iter(arguments)
    for word in words:
        if word in DROPPED_WITH_VALUE:
            next(words)
        elif word == "-iquote":
            path = next(words)
            kind = "-isystem" if path.startswith(ELSEWHERE) else word
            kept += [kind, path]
        elif word not in DROPPED and not SOURCE.search(word):
            kept.append(word)
    return kept + ["-Wno-unknown-warning-option"]


def read_commands(actions):
    """Returns, for each source file of ours, the compiler and its options."""
    commands = {}
    for action in actions:
        arguments = action["arguments"]
        source = arguments[arguments.index("-c") + 1]
        if SOURCE.search(source) and not source.startswith(ELSEWHERE):
            commands[source] = options_of(arguments)
    return commands


def first_include(path):
    """Returns the file that a source file includes first."""
    with open(path, encoding="utf-8") as file:
        found = re.search(r'^#include [<"]([^>"]+)', file.read(), re.M)
    return found and found[1]


def lone_headers(commands, headers):
    """Returns commands for the headers that no source file shows to be whole."""
    shown = {first_include(source) for source in commands}

    def like(header):
        """Options of a neighbour, of the one that knows the most paths."""
        neighbour = max(commands, key=lambda source: (
            len(os.path.commonprefix([header, source])),
            len(commands[source])))
        return commands[neighbour] + ["-x", "c++-header"]

    return {header: like(header) for header in headers if header not in shown}


def main():
    root, folder, *headers = sys.argv[1:]
    commands = read_commands(json.load(sys.stdin)["actions"])
    commands.update(lone_headers(commands, headers))
    entries = [
        {"directory": root, "file": os.path.join(root, path),
         "arguments": options + ["-c", path]}
        for path, options in sorted(commands.items())]
    with open(os.path.join(folder, "compile_commands.json"), "w",
              encoding="utf-8") as file:
        json.dump(entries, file)
    for entry in entries:
        print(entry["file"])


main()
