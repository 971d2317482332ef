#!/usr/bin/env python3
"""OCSP as clients that we did not write use it: openssl, GnuTLS and Java ask
`pkictl serve`, which answers for a CA directly and by a delegate.

Usage: ocsp_test.py PKICTL [unittest's arguments]
"""

import base64
import datetime
import email.utils
import hashlib
import json
import os
import re
import subprocess
import sys
import unittest
import urllib.error
import urllib.parse
import urllib.request

PKICTL = os.path.abspath(sys.argv.pop(1))
JAVA_CLIENT = os.path.abspath("capi/cli/serve/OcspClient.java")
TYPE = "application/ocsp-request"
# What openssl asks with: with and without a nonce, by both hashes.
OPTIONS = [[hash_, nonce] for hash_ in ["-sha1", "-sha256"]
           for nonce in ["-nonce", "-no_nonce"]]


def run(*command, status=0):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          text=True, check=False)
    assert done.returncode == status, (command, done.stdout)
    return done.stdout


class Responder:
    """A server with a root and a subordinate CA that answer OCSP, and of each
    a good certificate and a revoked one, as files."""

    def __init__(self, name, engine):
        self.folder = os.path.join(os.environ["TEST_TMPDIR"], name)
        os.mkdir(self.folder)
        config = self.path("config.json")
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"engine": engine}, file)
        self.process = subprocess.Popen(
            [PKICTL, "serve", "--listen", "127.0.0.1:0", "--store", "memory",
             "--config", config],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.url = re.match(r"listening on (\S+) ", line)[1]
        self.ocsp = self.url + "/ocsp"
        self.root_arn, self.root = self.make_ca("root")
        self.good = self.leaf("good", self.root_arn)
        self.revoked = self.leaf("revoked", self.root_arn)
        self.revoke(self.revoked, self.root_arn)
        arn, self.subordinate = self.make_ca("subordinate", self.root_arn)
        self.good_below = self.leaf("good_below", arn)
        self.revoked_below = self.leaf("revoked_below", arn)
        self.revoke(self.revoked_below, arn)
        arn, self.revoked_subordinate = self.make_ca("other", self.root_arn)
        self.below_revoked = self.leaf("below_revoked", arn)
        self.revoke(self.revoked_subordinate, self.root_arn)

    def make_ca(self, name, issuer=None):
        """A subordinate of the issuer, or a root: its ARN and certificate."""
        ca = self.call("CreateCertificateAuthority", {
            "CertificateAuthorityType": "SUBORDINATE" if issuer else "ROOT",
            "CertificateAuthorityConfiguration": {
                "KeyAlgorithm": "EC_prime256v1",
                "SigningAlgorithm": "SHA256WITHECDSA",
                "Subject": {"CommonName": name}},
            "RevocationConfiguration": {"OcspConfiguration": {
                "Enabled": True,
                # In the place of the host's name alone: this one has a path.
                "OcspCustomCname": self.ocsp.removeprefix("http://")}},
        })
        arn = ca["CertificateAuthorityArn"]
        certificate = self.issue(
            self.call("GetCertificateAuthorityCsr", ca)["Csr"], issuer or arn,
            "SubordinateCACertificate_PathLen0" if issuer
            else "RootCACertificate", 100 if issuer else 365)
        chain = {}
        if issuer:
            with open(self.root, encoding="utf-8") as file:
                chain = {"CertificateChain": encode(file.read())}
        self.call("ImportCertificateAuthorityCertificate",
                  {**ca, **chain, "Certificate": encode(certificate)})
        return arn, self.write(name + ".pem", certificate)

    def revoke(self, path, issuer):
        serial = run("openssl", "x509", "-in", path, "-noout",
                     "-serial").strip().removeprefix("serial=")
        self.call("RevokeCertificate",
                  {"CertificateAuthorityArn": issuer,
                   "CertificateSerial": serial,
                   "RevocationReason": "KEY_COMPROMISE"})

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text + "\n")
        return self.path(name)

    def call(self, operation, request):
        answer = urllib.request.urlopen(urllib.request.Request(
            self.url + "/", json.dumps(request).encode(),
            {"X-Amz-Target": "ACMPrivateCA." + operation,
             "Content-Type": "application/x-amz-json-1.1"}))
        return json.loads(answer.read() or "{}")

    def issue(self, csr, issuer, template, days):
        arn = self.call("IssueCertificate", {
            "CertificateAuthorityArn": issuer, "Csr": encode(csr),
            "SigningAlgorithm": "SHA256WITHECDSA",
            "TemplateArn": f"arn:aws:acm-pca:::template/{template}/V1",
            "Validity": {"Type": "DAYS", "Value": days}})["CertificateArn"]
        return self.call("GetCertificate", {
            "CertificateAuthorityArn": issuer,
            "CertificateArn": arn})["Certificate"]

    def leaf(self, name, issuer):
        run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            self.path(name + ".key"), "-subj", f"/CN={name}.example", "-out",
            self.path(name + ".csr"))
        with open(self.path(name + ".csr"), encoding="utf-8") as file:
            return self.write(
                name + ".pem",
                self.issue(file.read(), issuer, "EndEntityCertificate", 30))

    def request(self, *options):
        """What openssl asks with, in DER."""
        run("openssl", "ocsp", *options, "-issuer", self.root, *self.asked(),
            "-reqout", self.path("request.der"))
        with open(self.path("request.der"), "rb") as file:
            return file.read()

    def asked(self):
        return ["-cert", self.good, "-cert", self.revoked, "-serial", "7"]


def encode(text):
    return base64.b64encode(text.encode()).decode()


class OcspTest(unittest.TestCase):
    ENGINE = {"ocspSigner": "OCSP_SIGNER_CA"}
    # GnuTLS finds a signer in the response alone, if it is not told.
    GNUTLS_OPTION = "--load-signer"

    @classmethod
    def setUpClass(cls):
        cls.ca = Responder(cls.__name__, cls.ENGINE)

    @classmethod
    def tearDownClass(cls):
        cls.ca.process.terminate()
        assert cls.ca.process.wait() == 0
        cls.ca.process.stdout.close()

    def check_shown(self, shown):
        """What openssl says of the response to request()."""
        self.assertIn("Response verify OK", shown)
        self.assertIn("good.pem: good", shown)
        self.assertIn("revoked.pem: revoked", shown)
        self.assertIn("Reason: keyCompromise", shown)
        self.assertIn("7: unknown", shown)
        self.assertNotIn("WARNING", shown)

    def test_openssl_asks(self):
        for options in OPTIONS:
            self.check_shown(run(
                "openssl", "ocsp", *options, "-issuer", self.ca.root,
                *self.ca.asked(), "-CAfile", self.ca.root, "-url",
                self.ca.ocsp))

    def test_openssl_reads_what_is_got(self):
        for options in OPTIONS:
            request = self.ca.request(*options)
            self.write("response.der", self.get(request).read())
            self.check_shown(run(
                "openssl", "ocsp", *options, "-issuer", self.ca.root,
                *self.ca.asked(), "-CAfile", self.ca.root, "-no_nonce",
                "-respin", self.ca.path("response.der")))
            # The nonce too is the request's.
            shown = run("openssl", "ocsp", "-CAfile", self.ca.root, "-VAfile",
                        self.ca.root, "-reqin", self.ca.path("request.der"),
                        "-respin", self.ca.path("response.der"))
            self.assertIn("Response verify OK", shown)
            self.assertNotIn("WARNING", shown)

    def test_another_question_has_another_nonce(self):
        self.write("response.der", self.get(self.ca.request("-nonce")).read())
        self.ca.request("-nonce")
        self.assertIn("Nonce Verify error", run(
            "openssl", "ocsp", "-CAfile", self.ca.root, "-VAfile",
            self.ca.root, "-reqin", self.ca.path("request.der"), "-respin",
            self.ca.path("response.der"), status=1))

    def test_openssl_asks_for_a_subordinate(self):
        for issuer, certificate, word in [
                (self.ca.root, self.ca.subordinate, "good"),
                (self.ca.root, self.ca.revoked_subordinate, "revoked"),
                (self.ca.subordinate, self.ca.good_below, "good"),
                (self.ca.subordinate, self.ca.revoked_below, "revoked")]:
            shown = run("openssl", "ocsp", "-issuer", issuer, "-cert",
                        certificate, "-CAfile", self.ca.root, "-url",
                        self.ca.ocsp)
            self.assertIn("Response verify OK", shown)
            self.assertIn(f"{certificate}: {word}", shown)

    def test_openssl_asks_another_than_the_issuer(self):
        serial = run("openssl", "x509", "-in", self.ca.good, "-noout",
                     "-serial").strip().removeprefix("serial=")
        self.assertIn(": unknown", run(
            "openssl", "ocsp", "-issuer", self.ca.subordinate, "-serial",
            "0x" + serial, "-CAfile", self.ca.root, "-url", self.ca.ocsp))
        # No CA here, as far as this responder knows.
        self.assertIn("unauthorized (6)", run(
            "openssl", "ocsp", "-issuer", self.ca.good, "-cert", self.ca.good,
            "-CAfile", self.ca.root, "-url", self.ca.ocsp, status=1))

    def test_gnutls_asks(self):
        for nonce in ["--nonce", "--no-nonce"]:
            for certificate, word in [(self.ca.good, "good"),
                                      (self.ca.revoked, "revoked")]:
                shown = run("ocsptool", "--ask=" + self.ca.ocsp, nonce,
                            "--load-issuer", self.ca.root, "--load-cert",
                            certificate, self.GNUTLS_OPTION, self.ca.root)
                self.assertEqual("Nonce: " in shown, nonce == "--nonce")
                self.assertIn("Certificate Status: " + word, shown)
                self.assertIn("Verifying OCSP Response: Success", shown)

    def test_java_asks(self):
        """Where the certificates say, for each of a chain."""
        chains = [[self.ca.good_below, self.ca.subordinate],
                  [self.ca.revoked_below, self.ca.subordinate],
                  [self.ca.below_revoked, self.ca.revoked_subordinate]]
        paths = []
        for chain in chains:
            paths.append(chain[0] + ".chain")
            with open(paths[-1], "w", encoding="utf-8") as file:
                for path in chain:
                    with open(path, encoding="utf-8") as part:
                        file.write(part.read())
        shown = run("java", JAVA_CLIENT, self.ca.root, "-", *paths)
        self.assertEqual(shown.split(), ["good", "REVOKED", "REVOKED"])

    def test_a_host_alone_may_be_asked(self):
        # As a URI with a host and no path has it: openssl by POST, Java by GET.
        shown = run("openssl", "ocsp", "-issuer", self.ca.root, "-cert",
                    self.ca.good, "-CAfile", self.ca.root, "-url", self.ca.url)
        self.assertIn("Response verify OK", shown)
        self.assertIn("good.pem: good", shown)
        shown = run("java", JAVA_CLIENT, self.ca.root, self.ca.url,
                    self.ca.good, self.ca.revoked)
        self.assertEqual(shown.split(), ["good", "REVOKED"])

    def test_the_content_type_may_have_parameters(self):
        for path in ["/", "/ocsp"]:
            answer = urllib.request.urlopen(urllib.request.Request(
                self.ca.url + path, self.ca.request(),
                {"Content-Type": TYPE.upper() + " ; charset=utf-8"}))
            self.assertEqual(answer.headers["Content-Type"],
                             "application/ocsp-response")

    def test_certificates_say_where_to_ask(self):
        shown = run("openssl", "x509", "-in", self.ca.good, "-noout",
                    "-ocsp_uri")
        self.assertEqual(shown.strip(), self.ca.ocsp)

    def get(self, request, method="GET"):
        path = urllib.parse.quote(base64.b64encode(request), safe="")
        return urllib.request.urlopen(urllib.request.Request(
            self.ca.ocsp + "/" + path, method=method))

    def post(self, request):
        return urllib.request.urlopen(urllib.request.Request(
            self.ca.ocsp, request, {"Content-Type": TYPE}))

    def write(self, name, der):
        with open(self.ca.path(name), "wb") as file:
            file.write(der)

    def test_caches_are_told_what_the_response_says(self):
        """RFC 5019 section 6.2."""
        request = self.ca.request("-no_nonce")
        for ask in [self.get, self.post]:
            answer = ask(request)
            self.assertEqual(answer.headers["Content-Type"],
                             "application/ocsp-response")
            response = answer.read()
            self.write("response.der", response)
            shown = run("openssl", "ocsp", "-noverify", "-resp_text", "-respin",
                        self.ca.path("response.der"))
            times = {}
            for name in ["This Update", "Next Update"]:
                text = re.search(name + ": (.*) GMT", shown)[1]
                times[name] = datetime.datetime.strptime(
                    text + " +0000", "%b %d %H:%M:%S %Y %z")
            for name, time in [("Last-Modified", "This Update"),
                               ("Expires", "Next Update")]:
                self.assertEqual(
                    email.utils.parsedate_to_datetime(answer.headers[name]),
                    times[time])
            self.assertEqual(answer.headers["ETag"],
                             f'"{hashlib.sha256(response).hexdigest()}"')
            seconds = int(re.fullmatch(
                r"max-age=(\d+), public, no-transform, must-revalidate",
                answer.headers["Cache-Control"])[1])
            date = email.utils.parsedate_to_datetime(answer.headers["Date"])
            self.assertLessEqual(date + datetime.timedelta(seconds=seconds),
                                 times["Next Update"])
            self.assertGreater(seconds, 3000)

    def test_head_has_no_body(self):
        answer = self.get(self.ca.request("-no_nonce"), "HEAD")
        self.assertGreater(int(answer.headers["Content-Length"]), 100)
        self.assertTrue(answer.headers["ETag"])
        self.assertEqual(answer.read(), b"")

    def test_a_nonce_is_for_no_cache(self):
        for ask in [self.get, self.post]:
            answer = ask(self.ca.request("-nonce"))
            self.assertEqual(
                answer.headers["Cache-Control"],
                "max-age=0, private, no-transform, must-revalidate")
            self.assertIsNone(answer.headers["Expires"])

    def test_refusals_are_for_no_cache(self):
        """Those within OCSP."""
        unknown = self.ca.request("-no_nonce", "-issuer", self.ca.good,
                                  "-serial", "1")
        for request, refusal in [(b"0\0", "30030a0101"),
                                 (unknown, "30030a0106")]:
            for ask in [self.get, self.post]:
                answer = ask(request)
                self.assertEqual(answer.read(), bytes.fromhex(refusal))
                self.assertEqual(answer.headers["Cache-Control"], "no-store")
                for name in ["ETag", "Last-Modified", "Expires"]:
                    self.assertIsNone(answer.headers[name])

    def test_refusals(self):
        for path, data, kind, status in [
                ("/ocsp", b"0", "text/plain", 415),
                ("/ocsp", b"", TYPE, 400),
                # There may be a bucket with this name.
                ("/ocsp/audit-report/1.json", None, None, 404),
                ("/ocsp/", None, None, 404)]:
            headers = {"Content-Type": kind} if kind else {}
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(urllib.request.Request(
                    self.ca.url + path, data, headers))
            self.assertEqual(refused.exception.code, status, (path, kind))
            refused.exception.close()


class OcspByDelegateTest(OcspTest):
    ENGINE = {"ocspSigner": "OCSP_SIGNER_DELEGATE",
              "ocspResponderId": "OCSP_RESPONDER_ID_BY_NAME"}
    GNUTLS_OPTION = "--load-trust"


if __name__ == "__main__":
    unittest.main()
