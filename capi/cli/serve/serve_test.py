#!/usr/bin/env python3
"""What `pkictl serve` does with requests, good and bad, over real sockets.

Usage: serve_test.py PKICTL [unittest's arguments]. Nothing here sleeps: limits
are set low, and what waits, waits for the server.
"""

import base64
import datetime
import hashlib
import hmac
import http.client
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

PKICTL = sys.argv.pop(1)

LIMITS = {"headerBytes": 8192, "bodyBytes": 1 << 20, "allBodyBytes": 4 << 20,
          "connections": 24,
          "requestMilliseconds": 3000, "idleMilliseconds": 3000}

# For tests only: these keys open nothing.
KEY = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
OTHER_KEY = "AKIDOTHER"

# Sanitizers keep what is freed, and shadows of everything.
SANITIZED = any(os.environ.get(name + "_OPTIONS")
                for name in ["ASAN", "TSAN", "UBSAN"])

CA = {"CertificateAuthorityType": "ROOT",
      "CertificateAuthorityConfiguration": {
          "KeyAlgorithm": "EC_prime256v1",
          "SigningAlgorithm": "SHA256WITHECDSA",
          "Subject": {"CommonName": "Root"}}}


class Server:
    """A `pkictl serve` of its own, with the members of its configuration; its
    store is in memory if nothing else is said."""

    def __init__(self, *arguments, listen="127.0.0.1",
                 store=("--store", "memory"), environment=None,
                 **configuration):
        with open("config.json", "w", encoding="utf-8") as file:
            json.dump({"limits": LIMITS, **configuration}, file)
        # No pipe, which would stop the server once it is full.
        self.log = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [PKICTL, "serve", "--listen", listen + ":0", "--config",
             "config.json", "--verbose", *store, *arguments],
            stdout=subprocess.PIPE, stderr=self.log,
            stdin=subprocess.DEVNULL, text=True, start_new_session=True,
            env={"PATH": os.environ["PATH"], **(environment or {})})
        line = self.process.stdout.readline()
        ready = re.fullmatch(
            r"listening on http://([0-9.]+):(\d+) \(store: (.*)\)\n", line)
        assert ready and ready[1] == listen, (line, self.read_log())
        self.address = ("127.0.0.1", int(ready[2]))
        self.store = ready[3]

    def stop(self, number=signal.SIGTERM):
        """Ends it cleanly and returns its log."""
        self.process.send_signal(number)
        self.process.communicate(timeout=60)
        log = self.read_log()
        assert self.process.returncode == 0, (self.process.returncode, log)
        return log

    def read_log(self):
        self.log.seek(0)
        return self.log.read()

    def connect(self):
        connection = socket.create_connection(self.address)
        # What hangs fails, rather than to wait for the end of the test.
        connection.settimeout(60)
        return connection

    def send(self, data, half_close=False):
        """Sends bytes on a connection of their own and returns all answers."""
        with self.connect() as connection:
            try:
                connection.sendall(data)
                if half_close:
                    connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it was refused before its end
            return answers_of(read_all(connection))

    def ask(self, data, half_close=False):
        """Returns the one answer."""
        answers = self.send(data, half_close)
        assert len(answers) == 1, answers
        return answers[0]

    def call(self, operation, request, **headers):
        return self.ask(post(operation, json.dumps(request).encode(),
                             Connection="close", **headers))

    def peak_memory(self):
        """In bytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmHWM:\s*(\d+) kB", file.read())[1]) << 10


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:200]}"

    def type(self):
        """The name of the exception; the body and the header agree on it."""
        name = json.loads(self.body)["__type"]
        assert self.headers["x-amzn-errortype"] == name, self
        return name


def read_all(connection):
    data = b""
    try:
        while part := connection.recv(1 << 16):
            data += part
    except ConnectionResetError:
        pass
    return data


def answers_of(data, head=False):
    """Takes answers apart; one that is cut short is left out."""
    answers = []
    while b"\r\n\r\n" in data:
        top, data = data.split(b"\r\n\r\n", 1)
        lines = top.decode("ascii").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            headers[name.lower()] = value
        size = 0 if head else int(headers.get("content-length", "0"))
        if len(data) < size:
            break
        answers.append(Answer(status, headers, data[:size]))
        data = data[size:]
    return answers


def request(method, target, body=b"", **headers):
    """Bytes of a request; header names have _ for -."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}"
              for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def post(operation, body=b"{}", **headers):
    return request("POST", "/", body,
                   X_Amz_Target="ACMPrivateCA." + operation, **headers)


def chunked(*chunks, end=b"0\r\n\r\n", **headers):
    head = request("POST", "/", X_Amz_Target="ACMPrivateCA.ListTemplates",
                   Transfer_Encoding="chunked", **headers)
    return head + b"".join(
        b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def authorization(key, secret, operation, body, now):
    """Headers that sign a POST (AWS Signature Version 4)."""
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/eu-west-1/acm-pca/aws4_request"
    names = "host;x-amz-date;x-amz-target"
    canonical = "\n".join([
        "POST", "/", "", "host:127.0.0.1", "x-amz-date:" + stamp,
        "x-amz-target:ACMPrivateCA." + operation, "", names,
        hashlib.sha256(body).hexdigest()])
    signing = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        signing = hmac.digest(signing, part.encode(), "sha256")
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope,
                         hashlib.sha256(canonical.encode()).hexdigest()])
    signature = hmac.digest(signing, to_sign.encode(), "sha256").hex()
    return {"X_Amz_Date": stamp, "Authorization":
            f"AWS4-HMAC-SHA256 Credential={key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"}


def signed(key, secret, operation, body=b"{}", now=None):
    now = now or datetime.datetime.now(datetime.timezone.utc)
    return post(operation, body, Connection="close",
                **authorization(key, secret, operation, body, now))


def check_refused(test, *arguments):
    """It does not begin."""
    run = subprocess.run(
        [PKICTL, "serve", "--store", "memory", *arguments], check=False,
        timeout=60, capture_output=True, text=True)
    test.assertEqual((run.returncode, run.stdout), (1, ""), arguments)
    test.assertRegex(run.stderr, "^pkictl: ")


class OpenTest(unittest.TestCase):
    """A server that asks nobody who they are."""

    def setUp(self):
        self.server = Server()

    def tearDown(self):
        # Whatever was sent, it still serves, and says nothing of secrets.
        self.assertEqual(self.server.call("ListTemplates", {}).status, 200)
        self.server.stop()

    def test_operations(self):
        made = self.server.call("CreateCertificateAuthority", CA)
        self.assertEqual(made.status, 200, made)
        self.assertEqual(made.headers["content-type"],
                         "application/x-amz-json-1.1")
        self.assertRegex(made.headers["x-amzn-requestid"],
                         r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.assertIn("date", made.headers)
        named = json.loads(made.body)
        told = self.server.call("DescribeCertificateAuthority", named)
        self.assertEqual(
            json.loads(told.body)["CertificateAuthority"]["Arn"],
            named["CertificateAuthorityArn"])
        for body in [b"", b"{}"]:
            listed = self.server.ask(
                post("ListCertificateAuthorities", body, Connection="close"))
            self.assertEqual(listed.status, 200, listed)

    def test_refused_operations(self):
        for operation, body, name in [
                ("GetPolicy", b"{}", "ValidationException"),
                ("GetPolicy", b"{", "SerializationException"),
                ("GetPolicy", b"\xff" * 1000, "SerializationException"),
                ("GetPolicy", b"[" * 100000, "SerializationException"),
                ("Nothing", b"{}", "UnknownOperationException"),
                ("", b"{}", "UnknownOperationException"),
                ("List\x80", b"{}", "UnknownOperationException"),
                ("a" * 5000, b"{}", "UnknownOperationException"),
                ("BackupStore", b'{"Path": "x"}', "AccessDeniedException")]:
            answer = self.server.ask(
                post(operation, body, Connection="close"))
            self.assertEqual((answer.status, answer.type()), (400, name))
        self.assertFalse(os.path.exists("x"))
        for headers in [{}, {"X_Amz_Target": "DynamoDB_20120810.ListTables"}]:
            answer = self.server.ask(
                request("POST", "/", b"{}", Connection="close", **headers))
            self.assertEqual((answer.status, answer.type()),
                             (400, "UnknownOperationException"))

    def test_methods_and_paths(self):
        for method, target, status, allowed in [
                ("GET", "/", 405, "POST"), ("PUT", "/", 405, "POST"),
                ("OPTIONS", "/", 405, "POST"), ("GET", "/?x", 405, "POST"),
                ("POST", "/bucket/key", 405, "GET, HEAD"),
                ("DELETE", "/bucket", 405, "GET, HEAD"),
                ("OPTIONS", "*", 404, None)]:
            answer = self.server.ask(
                request(method, target, Connection="close"))
            self.assertEqual(answer.status, status, (method, target))
            self.assertEqual(answer.headers.get("allow"), allowed)

    def test_pages_in_browsers(self):
        answer = self.server.call("ListTemplates", {}, Origin="http://x.example")
        self.assertEqual((answer.status, answer.type()),
                         (403, "AccessDeniedException"))

    def test_names_of_others(self):
        """DNS may lead the name of a page in a browser to this server."""
        def ask(data, host):
            return self.server.ask(
                data.replace(b"Host: 127.0.0.1", b"Host: " + host))
        operation = post("ListTemplates", Connection="close")
        thing = request("GET", "/bucket/key", Connection="close")
        crl = request("GET", "/crl/key.crl", Connection="close")
        ocsp = request("GET", "/ocsp/MAA=", Connection="close")
        for host in [b"page.example", b"page.example:80", b"localhost.example",
                     b"xlocalhost", b"127.0.0.1.example", b"[::1.example]",
                     b""]:
            answer = ask(operation, host)
            self.assertEqual((answer.status, answer.type()),
                             (403, "AccessDeniedException"), host)
            for data in [thing, crl]:
                self.assertEqual(ask(data, host).status, 403, host)
            self.assertEqual(ask(ocsp, host).status, 200, host)
        for host in [b"localhost:80", b"LOCALHOST", b"s3.localhost:8080",
                     b"127.0.0.1:80", b"[::1]:80"]:
            self.assertEqual(ask(operation, host).status, 200, host)
            self.assertEqual(ask(thing, host).status, 404, host)

    def test_malformed_http(self):
        head = b"POST / HTTP/1.1\r\nHost: x\r\n"
        for data in [
                b"GARBAGE\r\n\r\n", b"\0\xff" * 50, b"\r\n" * 5000,
                b"POST / HTTP/9.9\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                b"GET /\r\n\r\n", b"GET  / HTTP/1.1\r\n\r\n",
                b"GET /\x01 HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\nHost: x\n\n",
                bytes.fromhex("16030100c8010000c40303") + b"x" * 200,
                head + b"no colon\r\n\r\n", head + b"a : b\r\n\r\n",
                head + b"Content-Length: -1\r\n\r\n",
                head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                head + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n",
                chunked(end=b"zz\r\n\r\n"), chunked(end=b"-1\r\n\r\n"),
                chunked(end=b"f" * 17 + b"\r\n\r\n"),
                chunked(Content_Length="5"),
                head + b"Transfer-Encoding: xchunked\r\n\r\n",
                head + b"Transfer-Encoding: chunked, gzip\r\n\r\n",
                head + b"Transfer-Encoding: gzip\r\n"
                b"Content-Length: 2\r\n\r\n{}"]:
            answer = self.server.ask(data, half_close=True)
            self.assertEqual(
                (answer.status, answer.type()),
                (400, "MalformedHttpRequestException"), data[:60])
            self.assertEqual(answer.headers["connection"], "close")

    def test_headers_that_are_too_large(self):
        room = LIMITS["headerBytes"] - len(post("ListTemplates", Pad=""))
        self.assertEqual(self.server.ask(
            post("ListTemplates", Pad="a" * (room - 100), Connection="close")
        ).status, 200)
        for data in [
                post("ListTemplates", Pad="a" * (room + 100)),
                post("ListTemplates", Pad="a" * 10_000_000),
                post("ListTemplates", **{f"P{i}": i for i in range(100_000)}),
                request("GET", "/" + "a" * 1_000_000),
                chunked(b"x", end=b"0\r\n" + b"a: b\r\n" * 1_000_000),
                chunked(end=b"1;" + b"a" * 1_000_000)]:
            answer = self.server.ask(data)
            self.assertEqual(
                (answer.status, answer.type()),
                (431, "RequestHeaderFieldsTooLargeException"), data[:60])

    def test_bodies_that_are_too_large(self):
        most = LIMITS["bodyBytes"]
        spaces = b" " * (most - 2)
        for data in [post("ListTemplates", b"{}" + spaces, Connection="close"),
                     chunked(b"{", spaces, b"}", Connection="close")]:
            self.assertEqual(self.server.ask(data).status, 200)
        before = self.server.peak_memory()
        huge = 100_000_000
        for data in [
                post("ListTemplates", b"{}" + spaces + b" "),
                post("ListTemplates", b" " * huge),
                chunked(b"{}", spaces, b" "), chunked(b" " * huge),
                chunked(*[b" " * 1000] * (huge // 1000)),
                chunked(end=b"f" * 16 + b"\r\n")]:
            answer = self.server.ask(data, half_close=True)
            self.assertEqual((answer.status, answer.type()),
                             (413, "RequestEntityTooLargeException"))
        self.check_memory(before, 4 * most)

    def test_many_bodies_at_once(self):
        most, room = LIMITS["bodyBytes"], LIMITS["allBodyBytes"]
        before = self.server.peak_memory()
        connections = [self.server.connect()
                       for _ in range(LIMITS["connections"])]
        for data in [post("GetPolicy", b" " * most, Connection="close")[:-1],
                     b"x"]:
            for connection in connections:
                try:
                    connection.sendall(data)
                except OSError:
                    pass  # it was refused before its end
        types = []
        for connection in connections:
            types += [answer.type()
                      for answer in answers_of(read_all(connection))]
            connection.close()
        self.assertGreaterEqual(types.count("SerializationException"),
                                room // most)
        self.assertEqual(set(types) - {"SerializationException"},
                         {"ServiceUnavailable"})
        self.check_memory(before, 8 * room)

    def check_memory(self, before, bound):
        grown = self.server.peak_memory() - before
        self.assertLess(grown, bound * (10 if SANITIZED else 1))

    def test_slow_clients(self):
        """Each is cut, though none ever stops for long."""
        begun = post("ListTemplates", b"{}" + b" " * 100_000)
        slow = {self.server.connect(): iter(data) for data in [
            b"", b"P" * 8000, begun[:100], begun[:-10], begun,
            chunked(*[b" "] * 10_000)]}
        # One of them has its header at once, and then a byte at a time.
        early = self.server.connect()
        early.sendall(begun[:200])
        slow[early] = iter(begun[200:])
        while slow:
            # A byte every twentieth of a second, unless it was cut.
            cut = select.select(list(slow), [], [], 0.05)[0]
            for connection in cut:
                self.assertIn(read_all(connection), [b""])
                connection.close()
                del slow[connection]
            for connection, data in slow.items():
                try:
                    connection.send(bytes([byte for byte in [next(data, None)]
                                           if byte is not None]))
                except OSError:
                    pass  # the next select says so

    def test_clients_that_never_read(self):
        """Who sends and never reads is cut before it fills any memory."""
        before = self.server.peak_memory()
        with self.server.connect() as connection:
            with self.assertRaises(OSError):
                while True:
                    connection.sendall(post("ListTemplates") * 100)
        self.check_memory(before, 4 * LIMITS["bodyBytes"])

    def test_too_many_connections(self):
        idle = [self.server.connect() for _ in range(LIMITS["connections"])]
        # They are taken in their order, so that an answer to the last one
        # says that all are there.
        idle[-1].sendall(post("ListTemplates"))
        self.assertTrue(idle[-1].recv(1))
        # A client reads its answer after all of its request is gone.
        for _ in range(100):
            client = http.client.HTTPConnection(*self.server.address,
                                                timeout=60)
            client.request("POST", "/", b" " * LIMITS["bodyBytes"])
            answer = client.getresponse()
            self.assertEqual(
                (answer.status, answer.headers["x-amzn-ErrorType"]),
                (503, "ServiceUnavailable"))
            client.close()
        # More of them at once than are answered at once.
        late = [self.server.connect() for _ in range(100)]
        for connection in late:
            connection.sendall(post("ListTemplates"))
            connection.shutdown(socket.SHUT_WR)
            answer, = answers_of(read_all(connection))
            self.assertEqual((answer.status, answer.type()),
                             (503, "ServiceUnavailable"))
            connection.close()
        idle[0].sendall(post("ListTemplates", Connection="close"))
        self.assertEqual(answers_of(read_all(idle[0]))[0].status, 200)
        for connection in idle:
            connection.close()
        # The server sees them go by and by.
        while self.server.call("ListTemplates", {}).status == 503:
            pass

    def test_half_closed_connections(self):
        answer = self.server.ask(post("ListTemplates"), half_close=True)
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.server.send(b"", half_close=True), [])
        for data in [post("ListTemplates")[:-1], b"POST / HT"]:
            answer = self.server.ask(data, half_close=True)
            self.assertEqual(answer.status, 400)

    def test_pipelining_and_kept_connections(self):
        data = b"".join(post(f"Unknown{i}") for i in range(500))
        answers = self.server.send(data, half_close=True)
        self.assertEqual(len(answers), 500)
        for i, answer in enumerate(answers):
            self.assertIn(f"'Unknown{i}'", json.loads(answer.body)["message"])
        answers = self.server.send(
            post("ListTemplates") + post("GetPolicy", Connection="close") +
            post("ListTemplates"))
        self.assertEqual([answer.status for answer in answers], [200, 400])
        old = post("ListTemplates").replace(b"HTTP/1.1", b"HTTP/1.0")
        self.assertEqual(self.server.ask(old).status, 200)

    def test_continue(self):
        data = post("ListTemplates", Expect="100-continue", Connection="close")
        with self.server.connect() as connection:
            connection.sendall(data[:-2])
            self.assertEqual(connection.recv(100),
                             b"HTTP/1.1 100 Continue\r\n\r\n")
            connection.sendall(data[-2:])
            self.assertEqual(answers_of(read_all(connection))[0].status, 200)

    def pending_ca(self):
        """Returns the request that names a new CA, and its CSR."""
        made = json.loads(
            self.server.call("CreateCertificateAuthority", CA).body)
        csr = json.loads(
            self.server.call("GetCertificateAuthorityCsr", made).body)["Csr"]
        return made, base64.b64encode(csr.encode()).decode()

    def active_ca(self):
        """Returns the request that names a root CA with its certificate."""
        made, csr = self.pending_ca()
        root = json.loads(self.server.call("IssueCertificate", {
            **made, "Csr": csr, "SigningAlgorithm": "SHA256WITHECDSA",
            "TemplateArn":
                "arn:aws:acm-pca:::template/RootCACertificate/V1",
            "Validity": {"Type": "DAYS", "Value": 365}}).body)
        root = json.loads(
            self.server.call("GetCertificate", {**made, **root}).body)
        imported = self.server.call("ImportCertificateAuthorityCertificate", {
            **made, "Certificate": base64.b64encode(
                root["Certificate"].encode()).decode()})
        self.assertEqual(imported.status, 200, imported)
        return made

    def test_large_objects(self):
        named = self.active_ca()
        one = {**named, "Csr": self.pending_ca()[1],
               "SigningAlgorithm": "SHA256WITHECDSA",
               "Validity": {"Type": "DAYS", "Value": 30}}
        for _ in range(3):
            answer = self.server.call("IssueCertificates",
                                      {"Requests": [one] * 800})
            self.assertNotIn(b'"Refusal"', answer.body)
        report = json.loads(self.server.call(
            "CreateCertificateAuthorityAuditReport",
            {**named, "S3BucketName": "example-bucket",
             "AuditReportResponseFormat": "JSON"}).body)
        target = "/example-bucket/" + report["S3Key"]
        # The connection goes on after an object.
        whole, told = self.server.send(
            request("GET", target) + post("ListTemplates", Connection="close"))
        self.assertEqual((whole.status, told.status), (200, 200))
        self.assertEqual(whole.headers["content-type"], "application/json")
        self.assertIn("last-modified", whole.headers)
        # More than one part of it.
        self.assertGreater(len(whole.body), 1 << 20)
        self.assertEqual(len(json.loads(whole.body)), 2401)
        with self.server.connect() as connection:
            connection.sendall(request("HEAD", target, Connection="close"))
            head, = answers_of(read_all(connection), head=True)
        for name in ["content-length", "content-type", "etag"]:
            self.assertEqual(head.headers[name], whole.headers[name])
        size = len(whole.body)
        for wanted, first, end in [
                ("bytes=0-0", 0, 1), ("bytes=10-19", 10, 20),
                ("bytes=1000-1060000", 1000, 1060001),
                ("bytes=5-", 5, size), (f"bytes={size - 1}-", size - 1, size),
                (f"bytes=0-{2 ** 63 - 1}", 0, size)]:
            part = self.server.ask(
                request("GET", target, Range=wanted, Connection="close"))
            self.assertEqual(part.status, 206)
            self.assertEqual(part.headers["content-range"],
                             f"bytes {first}-{end - 1}/{size}")
            self.assertTrue(part.body == whole.body[first:end], wanted)
        for ignored in ["bytes=-5", "bytes=5-2", "bytes=x-", "lines=1-2",
                        f"bytes=0-{2 ** 63}"]:
            part = self.server.ask(
                request("GET", target, Range=ignored, Connection="close"))
            self.assertEqual((part.status, len(part.body)), (200, size))
        part = self.server.ask(
            request("GET", target, Range=f"bytes={size}-", Connection="close"))
        self.assertEqual((part.status, part.headers["content-range"]),
                         (416, f"bytes */{size}"))
        self.assertIn(b"<Code>InvalidRange</Code>", part.body)

    def test_objects_that_are_not_there(self):
        for target, status, code in [
                ("/example-bucket/key", 404, b"NoSuchKey"),
                ("/example-bucket/a%2Fb%20%C3%A4", 404, b"NoSuchKey"),
                ("/example-bucket/%ff%00", 404, b"NoSuchKey"),
                ("/example-bucket/", 404, b"NoSuchKey"),
                ("/b/key", 400, b"InvalidRequest"),
                ("/example-bucket/" + "a" * 2000, 400, b"InvalidRequest")]:
            answer = self.server.ask(
                request("GET", target, Connection="close"))
            self.assertEqual(answer.status, status, target)
            self.assertEqual(answer.headers["content-type"], "application/xml")
            self.assertIn(b"<Error><Code>" + code + b"</Code>", answer.body)
            with self.server.connect() as connection:
                connection.sendall(request("HEAD", target, Connection="close"))
                head, = answers_of(read_all(connection), head=True)
            self.assertEqual(head.status, answer.status)


class CallersTest(unittest.TestCase):
    """A server that knows two access keys, one of them with a secret."""

    @classmethod
    def setUpClass(cls):
        with open("example.secret", "w", encoding="utf-8") as file:
            file.write(SECRET + "\n")
        os.chmod("example.secret", 0o600)

    def setUp(self):
        self.server = Server(
            engine={"accountId": "111122223333", "region": "eu-west-1"},
            accessKeys=[
                {"id": KEY, "secretFile": "example.secret",
                 "account": "111122223333"},
                {"id": OTHER_KEY, "account": "444455556666",
                 "principal": "arn:aws:iam::444455556666:user/example",
                 "organization": "o-a1b2c3d4z5"}])

    def tearDown(self):
        log = self.server.stop()
        self.assertNotIn(SECRET, log)
        self.assertNotIn("Signature=", log)

    def test_each_key_is_its_account(self):
        body = json.dumps(CA).encode()
        made = self.server.ask(
            signed(KEY, SECRET, "CreateCertificateAuthority", body))
        self.assertEqual(made.status, 200, made)
        arn = json.loads(made.body)["CertificateAuthorityArn"]
        self.assertIn(":eu-west-1:111122223333:", arn)
        for key, secret, status in [(KEY, SECRET, 200),
                                    (OTHER_KEY, "not verified", 400)]:
            answer = self.server.ask(
                signed(key, secret, "DescribeCertificateAuthority", made.body))
            self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.type(), "AccessDeniedException")

    def test_wrong_signatures(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        right = signed(KEY, SECRET, "ListTags")
        for data, status, name in [
                (right, 400, "ValidationException"),
                (right.replace(b"ListTags", b"GetPolicy"), 403,
                 "InvalidSignatureException"),
                (right.replace(b"{}", b"[]"), 403,
                 "InvalidSignatureException"),
                (signed(KEY, SECRET + "x", "ListTags"), 403,
                 "InvalidSignatureException"),
                (signed(KEY, "", "ListTags"), 403,
                 "InvalidSignatureException"),
                (signed(KEY, SECRET, "ListTags",
                        now=now - datetime.timedelta(minutes=20)), 403,
                 "InvalidSignatureException"),
                (signed("AKIDNOBODY", SECRET, "ListTags"), 403,
                 "UnrecognizedClientException"),
                (right.replace(b"x-amz-target,", b"x,"), 400,
                 "IncompleteSignatureException"),
                (right.replace(b"/aws4_request", b""), 400,
                 "IncompleteSignatureException"),
                (post("ListTags", Connection="close",
                      Authorization="Bearer x"), 400,
                 "IncompleteSignatureException"),
                (post("ListTags", Connection="close"), 403,
                 "MissingAuthenticationTokenException")]:
            answer = self.server.ask(data)
            self.assertEqual((answer.status, answer.type()), (status, name))

    def test_objects_are_asked_for_by_somebody(self):
        answer = self.server.ask(
            request("GET", "/example-bucket/key", Connection="close"))
        self.assertEqual(answer.status, 403)
        self.assertIn(b"<Code>MissingAuthenticationTokenException</Code>",
                      answer.body)

    def test_others_reach_it_only_if_all_are_verified(self):
        everywhere = "0.0.0.0"
        verified = {"id": KEY, "secretFile": "example.secret"}
        for keys in [[], [{"id": KEY}], [verified, {"id": OTHER_KEY}]]:
            with open("wrong.json", "w", encoding="utf-8") as file:
                json.dump({"accessKeys": keys}, file)
            for listen in [everywhere, "[::]"]:
                check_refused(self, "--listen", listen + ":0", "--config",
                              "wrong.json")
        server = Server(listen=everywhere, accessKeys=[verified])
        answer = server.ask(signed(KEY, SECRET, "ListTemplates"))
        self.assertEqual(answer.status, 200, answer)
        server.stop()
        server = Server("--unauthenticated", listen=everywhere)
        self.assertEqual(server.call("ListTemplates", {}).status, 200)
        server.stop()


class EndTest(unittest.TestCase):
    """How it begins and ends."""

    def test_ends_when_it_has_answered(self):
        slow = json.loads(json.dumps(CA).replace(
            "EC_prime256v1", "RSA_4096").replace("ECDSA", "RSA"))
        for number in [signal.SIGTERM, signal.SIGINT]:
            # Nobody waits for those who do nothing.
            server = Server(limits={"idleMilliseconds": 1_000_000})
            idle = server.connect()
            with server.connect() as connection:
                connection.sendall(
                    post("ListTemplates") +
                    post("CreateCertificateAuthority",
                         json.dumps(slow).encode()) +
                    post("ListTemplates"))
                # With the first answer it has the second request.
                first = connection.recv(1)
                log = server.stop(number)
                answers = answers_of(first + read_all(connection))
            self.assertEqual([answer.status for answer in answers],
                             [200, 200])
            self.assertEqual(answers[1].headers["connection"], "close")
            self.assertIn(" 200 POST / CreateCertificateAuthority", log)
            self.assertEqual(idle.recv(1), b"")
            idle.close()
            with self.assertRaises(ConnectionRefusedError):
                server.connect()

    def test_stores_are_named_as_elsewhere(self):
        for option, variable, store in [
                ([], {}, "pki.db"),
                ([], {"PKICTL_STORE": "variable.db"}, "variable.db"),
                (["--store", "option.db"], {"PKICTL_STORE": "variable.db"},
                 "option.db")]:
            environment = {"PKICTL_PASSPHRASE": "for a test", **variable}
            server = Server(store=option, environment=environment)
            self.assertEqual(server.store, store)
            self.assertEqual(
                server.call("CreateCertificateAuthority", CA).status, 200)
            server.stop()
            listed = subprocess.run(
                [PKICTL, "list-certificate-authorities", *option],
                env=environment, stdout=subprocess.PIPE, check=True)
            self.assertEqual(
                len(json.loads(listed.stdout)["CertificateAuthorities"]), 1)
        server = Server(environment={"PKICTL_STORE": "variable.db"})
        self.assertEqual(server.store, "memory")
        listed = server.call("ListCertificateAuthorities", {})
        self.assertEqual(json.loads(listed.body)["CertificateAuthorities"], [])
        server.stop()

    def test_stores_on_disk(self):
        sealed = {"PKICTL_PASSPHRASE": "for a test"}
        file = ["--store", "sealed.db"]
        server = Server(store=file, environment=sealed)
        made = server.call("CreateCertificateAuthority", CA)
        self.assertEqual(made.status, 200, made)
        server.stop()
        # Without the passphrase it can be read.
        server = Server(store=file)
        named = json.loads(made.body)
        self.assertEqual(
            server.call("DescribeCertificateAuthority", named).status, 200)
        self.assertEqual(
            server.call("CreateCertificateAuthority", CA).status, 500)
        self.assertIn("stay sealed", server.stop())
        server = Server(store=file, environment=sealed)
        self.assertEqual(
            server.call("GetCertificateAuthorityCsr", named).status, 200)
        server.stop()
        with open("key", "w", encoding="ascii") as file:
            file.write("00" * 32)
        os.chmod("key", 0o600)
        for _ in range(2):
            server = Server("--key-file", "key", store=["--store", "key.db"])
            self.assertEqual(
                server.call("CreateCertificateAuthority", CA).status, 200)
            server.stop()

    def test_injected_failures(self):
        server = Server(engine={"injectedFailures": [
            {"operation": "ListTemplates",
             "reason": "REASON_INJECTED_THROTTLING"}]})
        answer = server.call("ListTemplates", {})
        self.assertEqual((answer.status, answer.type()),
                         (400, "ThrottlingException"))
        self.assertEqual(server.call("ListTemplates", {}).status, 200)
        server.stop()

    def test_maintenance(self):
        """It begins by itself, and what goes wrong is told."""
        server = Server(engine={"injectedFailures": [
            {"operation": "RunMaintenance",
             "reason": "REASON_INJECTED_INTERNAL_FAILURE"}]})
        self.assertRegex(server.stop(), "(?m)^pkictl: maintenance: {")
        self.assertNotIn("maintenance", Server().stop())

    def test_wrong_configurations(self):
        with open("open.secret", "w", encoding="ascii") as file:
            file.write("x\n")
        os.chmod("open.secret", 0o644)
        for configuration in [
                "", "{", "[]", '{"other": 1}', '{"engine": []}',
                '{"engine": {"accountId": "1"}}',
                '{"engine": {"storeFile": "pki.db"}}',
                '{"engine": {"store_file": "pki.db"}}',
                '{"limits": {"bodyBytes": 0}}', '{"limits": {"x": 1}}',
                '{"limits": {"bodyBytes": "1"}}', '{"accessKeys": {}}',
                '{"accessKeys": [{}]}', '{"accessKeys": [{"id": 1}]}',
                '{"accessKeys": [{"id": "a"}, {"id": "a"}]}',
                '{"accessKeys": [{"id": "a", "secret": "b"}]}',
                '{"accessKeys": [{"id": "a", "account": "1"}]}',
                '{"accessKeys": [{"id": "a", "secretFile": ""}]}',
                '{"accessKeys": [{"id": "a", "secretFile": "none"}]}',
                '{"accessKeys": [{"id": "a", "secretFile": "open.secret"}]}']:
            with open("wrong.json", "w", encoding="utf-8") as file:
                file.write(configuration)
            check_refused(self, "--config", "wrong.json")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            check_refused(self, "--listen",
                          f"127.0.0.1:{taken.getsockname()[1]}")
        for listen in ["", "127.0.0.1", "localhost:0", "127.0.0.1:65536",
                       "127.0.0.1:x", ":0"]:
            check_refused(self, "--listen", listen)


if __name__ == "__main__":
    PKICTL = os.path.abspath(PKICTL)
    os.chdir(os.environ.get("TEST_TMPDIR", "."))
    unittest.main()
