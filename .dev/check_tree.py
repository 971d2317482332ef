"""Checks the rules of the tree that no compiler knows.

Usage: check_tree.py < FILES, one path from the repository's root in each line.
Prints each breach as FILE:LINE: TEXT; the exit status is 1 when there are any.
"""

import os
import re
import runpy
import sys

LAYERS = runpy.run_path("pki/layers.bzl")["LAYERS"]
HEIGHT = {folder: height for height, folders in enumerate(LAYERS)
          for folder in folders}

SOURCE = re.compile(r"\.(c|cc|h)$")

# Who may include which headers of OpenSSL's names.
OPENSSL = [
    (r"^pki/(crypto|testing)/", r""),
    # mem.h frees what bytestring.h gives away.
    (r"^pki/der/", r"(bytestring|mem)\.h$"),
    # Signatures of requests, in a program that links no core.
    (r"^capi/cli/serve/hmac\.", r"(hmac|mem|sha)\.h$"),
    # These measure the library itself, and live in one process with OpenSSL.
    (r"^bench/", r""),
    (r"^capi/.*_test\.", r""),
]

# These stand on the C ABI alone.
ABI_CLIENTS = [r"^capi/cli/", r"^capi/embedding/", r"^capi/store_check/"]

COMMENTED = re.compile(r"\.(bazel|bzl|c|cc|h|proto|py|sh|textproto)$")
COMMENT = re.compile(r"(#|//|/\*|\"\"\")")

# What a program may use beside the C ABI: readers that bring no generated
# messages, which must be in a process once.
NO_MESSAGES = re.compile(
    r"pki/(base/bytes|der/oid|x509/(crl|crl_reason|extension|name|pem))\.h$")

# What the guard of a header begins with, before its path. The headers of the
# core have their own name in theirs.
GUARD_PREFIXES = {"capi": "PKI_"}

MAX_BYTES = 1 << 20

# What must not be in a public repository: places on one machine, and hosts that
# stand in for public registries. Written so that it does not find itself.
PRIVATE = re.compile(
    r"(?<![\w.])/(?:[h]ome|[r]oot|[w]ork)/\w"
    r"|\b(?:[a]rtifactory|[n]exus|[r]egistry-mirror)\.")


def check_include(path, header):
    """Returns what is wrong with one include, or None."""
    if header.startswith("openssl/"):
        allowed = any(re.search(where, path) and re.search(what, header)
                      for where, what in OPENSSL)
        return None if allowed else f"may not include {header}"
    if not header.startswith("pki/"):
        return None
    if any(re.search(where, path) for where in ABI_CLIENTS):
        if NO_MESSAGES.match(header):
            return None
        return f"stands on the C ABI alone, but includes {header}"
    user, used = path.split("/"), header.split("/")[1]
    # Bazel's testonly keeps pki/testing out of the library.
    if user[0] != "pki" or user[1] == used or "testing" in (user[1], used):
        return None
    for folder in (user[1], used):
        if folder not in HEIGHT:
            return f"pki/{folder} has no place in pki/layers.bzl"
    if HEIGHT[user[1]] <= HEIGHT[used]:
        return f"pki/{user[1]} may not depend on pki/{used}"
    return None


def check_guard(path, lines):
    """Returns what is wrong with the guard of a header, or None."""
    guard = GUARD_PREFIXES.get(path.split("/")[0], "") + re.sub(
        r"\W", "_", path).upper() + "_"
    return None if f"#ifndef {guard}" in lines else f"has no guard {guard}"


def check_lines(path, lines):
    """Yields (line number, text) for what is wrong in one text file."""
    first = next((line for line in lines if line.strip()), "")
    if COMMENTED.search(path) and not COMMENT.match(first):
        yield 1, "does not begin with a comment that says its purpose"
    wrong = check_guard(path, lines) if path.endswith(".h") else None
    if wrong:
        yield 1, wrong
    for number, line in enumerate(lines, 1):
        if PRIVATE.search(line):
            yield number, "names a place that only one machine has"
        include = re.match(r'\s*#\s*include\s*[<"]([^>"]+)', line)
        if include and SOURCE.search(path):
            wrong = check_include(path, include[1])
            if wrong:
                yield number, wrong


def check_reasons(texts):
    """Yields each reason of proto/error.proto that no test names.

    What a test reads as its expectations counts as the test.
    """
    path = "proto/error.proto"
    tests = "\n".join(text for name, text in texts.items()
                      if re.search(r"(_test\.(c|cc)|expectations\.txt)$", name))
    tested = set(re.findall(r"\bREASON_\w+", tests))
    for number, line in enumerate(texts.get(path, "").splitlines(), 1):
        reason = re.match(r"\s*(REASON_\w+)\s*=\s*(\d+)", line)
        if reason and reason[2] != "0" and reason[1] not in tested:
            yield path, number, f"no test sees {reason[1]}"


def check_places(paths):
    """Yields each place that a rule above names and the tree has not."""
    for where in [*ABI_CLIENTS, *(where for where, _ in OPENSSL)]:
        if not any(re.search(where, path) for path in paths):
            yield __file__, 1, f"no file is in {where}"


def check_all(paths):
    """Yields (file, line number, text) for every breach."""
    texts = {}
    for path in paths:
        if os.path.getsize(path) > MAX_BYTES:
            yield path, 1, "is larger than 1 MB"
        with open(path, "rb") as file:
            data = file.read()
        if b"\0" not in data:
            texts[path] = data.decode("utf-8", "replace")
            for number, wrong in check_lines(path, texts[path].splitlines()):
                yield path, number, wrong
    yield from check_reasons(texts)
    yield from check_places(paths)


def main():
    breaches = list(check_all(sys.stdin.read().splitlines()))
    for path, number, wrong in breaches:
        print(f"{path}:{number}: {wrong}")
    return 1 if breaches else 0


sys.exit(main())
