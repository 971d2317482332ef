#!/usr/bin/env python3
"""Has the service's own clients tell their story to `pkictl serve`.

Usage: clients.py PKICTL [NAME...], where a name is that of a folder beside this
file; without any it is all of them. Each client is installed from its own
language's registry into a folder of the user's cache, and meets a server of its
own. Prints a line for each step; the last is `N passed, N failed`. The exit
status is 1 when anything failed.

Or: clients.py --install NAME, which installs a client and prints where.
"""

import contextlib
import json
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import typing

HERE = pathlib.Path(__file__).resolve().parent
CACHE = (pathlib.Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()
         / "pki_engine" / "clients")

PIP = [
    "python3 -m venv venv",
    "venv/bin/pip install --quiet --requirement requirements.txt",
]

# What the server pretends once, as the service is at times: to be in the middle
# of something, for which waiters wait; and to be too busy.
IN_PROGRESS = [
    {"operation": operation, "reason": "REASON_INJECTED_REQUEST_IN_PROGRESS"}
    for operation in ("GetCertificateAuthorityCsr", "GetCertificate")]
THROTTLING = [{"operation": "DescribeCertificateAuthority",
               "reason": "REASON_INJECTED_THROTTLING"}]


class Client(typing.NamedTuple):
    """All commands run in a copy of the client's folder."""
    install: list[str]
    tell: str
    # What it gets over by itself.
    failures: list[dict] = IN_PROGRESS + THROTTLING


CLIENTS = {
    "aws_cli": Client(PIP, "bash story.sh"),
    "boto3": Client(PIP, "venv/bin/python story.py"),
    "javascript": Client(
        ["npm install --silent --no-audit --no-fund --no-package-lock"],
        "node story.js"),
    "go": Client(["go build -o story ."], "./story"),
    "java": Client(
        ["mvn --batch-mode --quiet dependency:copy-dependencies"
         " -DoutputDirectory=lib -DincludeScope=runtime"],
        "java -cp lib/* Story.java"),
    "rust": Client(["cargo build --quiet"], "target/debug/story", IN_PROGRESS),
    "dart_replay": Client([], "python3 story.py", []),
}

# The access keys that the server knows: that of the client, who signs, and that
# of a reader of objects, whose signature nobody checks.
CLIENT_KEY = "AKIDEXAMPLE"
READER_KEY = "READER"
SECRET_FILE = "client.secret"
ACCESS_KEYS = [{"id": CLIENT_KEY, "secretFile": SECRET_FILE},
               {"id": READER_KEY}]

INSTALL_SECONDS = 900
STORY_SECONDS = 300
STOP_SECONDS = 30


def prepare(name):
    """Copies a client's folder to where it is installed; returns that place."""
    folder = CACHE / name
    # Keeps the times of the files: what has not changed is not built again.
    shutil.copytree(HERE / name, folder, dirs_exist_ok=True)
    shutil.copy(HERE / "policy.json", folder)
    for pem in ("certificate.pem", "chain.pem"):
        (folder / pem).unlink(missing_ok=True)
    subprocess.run(
        ["openssl", "req", "-new", "-newkey", "ec",
         "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-keyout", "end_entity.key", "-out", "end_entity.csr",
         "-subj", "/CN=story.example",
         "-addext", "subjectAltName=DNS:story.example"],
        cwd=folder, check=True, stderr=subprocess.DEVNULL)
    return folder


def environment(folder, endpoint, secret):
    """All that a client is told about where it is."""
    return {
        "PATH": f"{folder / 'venv' / 'bin'}:{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": CLIENT_KEY,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_EC2_METADATA_DISABLED": "true",
        "READER_AUTHORIZATION":
            f"AWS4-HMAC-SHA256 Credential={READER_KEY}/20000101/us-east-1/s3/"
            "aws4_request, SignedHeaders=host, Signature=none",
    }


def configure(folder, secret, failures):
    """Writes a configuration of the server; returns its path."""
    secret_file = pathlib.Path(folder, SECRET_FILE)
    secret_file.touch(mode=0o600)
    secret_file.write_text(secret, encoding="ascii")
    path = pathlib.Path(folder, "serve.json")
    path.write_text(json.dumps({
        "accessKeys": ACCESS_KEYS,
        "engine": {"injectedFailures": failures},
    }), encoding="ascii")
    return path


@contextlib.contextmanager
def server(pkictl, secret, failures):
    """Runs a server that has nothing yet; gives its address."""
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen(
            [pkictl, "serve", "--listen", "127.0.0.1:0", "--store", "memory",
             "--config", configure(folder, secret, failures)],
            stdout=subprocess.PIPE, text=True) as process:
        try:
            words = process.stdout.readline().split()
            if words[:2] != ["listening", "on"]:
                raise RuntimeError("the server does not start")
            yield words[2]
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                status = process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        if status != 0:
            raise RuntimeError(f"the server stopped with status {status}")


def tell(folder, command, variables):
    """Runs a story; yields the steps that it says were done."""
    story = subprocess.run(
        command.split(), cwd=folder, env=variables, stdout=subprocess.PIPE,
        text=True, timeout=STORY_SECONDS, check=False)
    for line in story.stdout.splitlines():
        yield line.removeprefix("ok ")
    # Having done all is not enough.
    story.check_returncode()


def verify(folder):
    subprocess.run(
        ["openssl", "verify", "-x509_strict", "-CAfile", "chain.pem",
         "certificate.pem"],
        cwd=folder, check=True, stdout=subprocess.DEVNULL)


def install(name):
    """Installs a client; returns where."""
    folder = prepare(name)
    for line in CLIENTS[name].install:
        subprocess.run(line.split(), cwd=folder, check=True,
                       timeout=INSTALL_SECONDS)
    return folder


def run(name, pkictl):
    """Yields what a client did, step by step."""
    client = CLIENTS[name]
    start = time.monotonic()
    folder = install(name)
    print(f"{name}: installed in {time.monotonic() - start:.0f} s", flush=True)
    yield "install"
    start = time.monotonic()
    secret = secrets.token_hex()
    with server(pkictl, secret, client.failures) as endpoint:
        yield from tell(folder, client.tell,
                        environment(folder, endpoint, secret))
    print(f"{name}: told in {time.monotonic() - start:.0f} s", flush=True)
    yield "stop the server"
    verify(folder)
    yield "verify the certificate with openssl"


def expected(name):
    """Returns the steps that a client should do."""
    own = HERE / name / "story.txt"
    story = own if own.exists() else HERE / "story.txt"
    return ["install", *story.read_text(encoding="ascii").splitlines(),
            "stop the server", "verify the certificate with openssl"]


def count(name, pkictl):
    """Returns how many steps of a client passed and failed."""
    missing = expected(name)
    passed = 0
    try:
        for step in run(name, pkictl):
            if step != missing[0]:
                raise RuntimeError(f"it was: {step}")
            print(f"{name}: ok {missing.pop(0)}", flush=True)
            passed += 1
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        print(f"{name}: FAILED {missing[0]}: {error}")
    return passed, len(missing)


def main():
    pkictl, *names = sys.argv[1:]
    if pkictl == "--install":
        print(install(*names))
        return 0
    pkictl = os.path.abspath(pkictl)
    unknown = set(names) - set(CLIENTS)
    if unknown:
        sys.exit(f"no client {', '.join(sorted(unknown))}; there are: "
                 f"{', '.join(CLIENTS)}")
    counts = [count(name, pkictl) for name in names or CLIENTS]
    passed, failed = map(sum, zip(*counts))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
