#!/usr/bin/env python3
"""OCSP as clients that we did not write use it: openssl, GnuTLS and Java ask
`pkictl serve`, which answers for a CA directly and by a delegate.

Usage: ocsp_test.py PKICTL [unittest's arguments]
"""

import base64
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


def run(*command, status=0):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          text=True, check=False)
    assert done.returncode == status, (command, done.stdout)
    return done.stdout


class Responder:
    """A server with a CA that answers OCSP, a good certificate and a revoked
    one, as files."""

    def __init__(self, name, signer):
        self.folder = os.path.join(os.environ["TEST_TMPDIR"], name)
        os.mkdir(self.folder)
        config = self.path("config.json")
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"engine": {"ocspSigner": signer}}, file)
        self.process = subprocess.Popen(
            [PKICTL, "serve", "--listen", "127.0.0.1:0", "--store", "memory",
             "--config", config],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.url = re.match(r"listening on (\S+) ", line)[1]
        self.ocsp = self.url + "/ocsp"
        self.arn = self.call("CreateCertificateAuthority", {
            "CertificateAuthorityType": "ROOT",
            "CertificateAuthorityConfiguration": {
                "KeyAlgorithm": "EC_prime256v1",
                "SigningAlgorithm": "SHA256WITHECDSA",
                "Subject": {"CommonName": "Root"}},
            "RevocationConfiguration": {"OcspConfiguration": {
                "Enabled": True,
                # In the place of the host's name alone: this one has a path.
                "OcspCustomCname": self.ocsp.removeprefix("http://")}},
        })["CertificateAuthorityArn"]
        own = self.call("GetCertificateAuthorityCsr",
                        {"CertificateAuthorityArn": self.arn})["Csr"]
        root = self.issue(own, "RootCACertificate", 365)
        self.call("ImportCertificateAuthorityCertificate",
                  {"CertificateAuthorityArn": self.arn,
                   "Certificate": encode(root)})
        self.root = self.write("root.pem", root)
        self.good = self.leaf("good")
        self.revoked = self.leaf("revoked")
        serial = run("openssl", "x509", "-in", self.revoked, "-noout",
                     "-serial").strip().removeprefix("serial=")
        self.call("RevokeCertificate",
                  {"CertificateAuthorityArn": self.arn,
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

    def issue(self, csr, template, days):
        arn = self.call("IssueCertificate", {
            "CertificateAuthorityArn": self.arn, "Csr": encode(csr),
            "SigningAlgorithm": "SHA256WITHECDSA",
            "TemplateArn": f"arn:aws:acm-pca:::template/{template}/V1",
            "Validity": {"Type": "DAYS", "Value": days}})["CertificateArn"]
        return self.call("GetCertificate", {
            "CertificateAuthorityArn": self.arn,
            "CertificateArn": arn})["Certificate"]

    def leaf(self, name):
        run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            self.path(name + ".key"), "-subj", f"/CN={name}.example", "-out",
            self.path(name + ".csr"))
        with open(self.path(name + ".csr"), encoding="utf-8") as file:
            return self.write(name + ".pem",
                              self.issue(file.read(), "EndEntityCertificate",
                                         30))

    def request(self, *options):
        """What openssl asks with, in DER."""
        run("openssl", "ocsp", "-issuer", self.root, "-cert", self.good,
            *options, "-reqout", self.path("request.der"))
        with open(self.path("request.der"), "rb") as file:
            return file.read()


def encode(text):
    return base64.b64encode(text.encode()).decode()


class OcspTest(unittest.TestCase):
    SIGNER = "OCSP_SIGNER_CA"
    # GnuTLS finds a signer in the response alone, if it is not told.
    GNUTLS_OPTION = "--load-signer"

    @classmethod
    def setUpClass(cls):
        cls.ca = Responder(cls.__name__, cls.SIGNER)

    @classmethod
    def tearDownClass(cls):
        cls.ca.process.terminate()
        assert cls.ca.process.wait() == 0
        cls.ca.process.stdout.close()

    def test_openssl_asks(self):
        for options in [["-nonce"], ["-no_nonce"], ["-sha256"]]:
            shown = run("openssl", "ocsp", *options, "-issuer", self.ca.root,
                        "-cert", self.ca.good, "-cert", self.ca.revoked,
                        "-serial", "7", "-CAfile", self.ca.root, "-url",
                        self.ca.ocsp)
            self.assertIn("Response verify OK", shown)
            self.assertIn("good.pem: good", shown)
            self.assertIn("revoked.pem: revoked", shown)
            self.assertIn("Reason: keyCompromise", shown)
            self.assertIn("7: unknown", shown)
            self.assertNotIn("WARNING", shown)

    def test_gnutls_asks(self):
        for certificate, word in [(self.ca.good, "good"),
                                  (self.ca.revoked, "revoked")]:
            shown = run("ocsptool", "--ask=" + self.ca.ocsp, "--load-issuer",
                        self.ca.root, "--load-cert", certificate,
                        self.GNUTLS_OPTION, self.ca.root)
            self.assertRegex(shown, "Certificate Status: " + word)
            self.assertIn("Verifying OCSP Response: Success", shown)

    def test_java_asks(self):
        shown = run("java", JAVA_CLIENT, self.ca.root, self.ca.ocsp,
                    self.ca.good, self.ca.revoked)
        self.assertEqual(shown.split(), ["good", "REVOKED"])

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

    def test_get_is_for_caches(self):
        answer = self.get(self.ca.request("-no_nonce"))
        self.assertEqual(answer.headers["Content-Type"],
                         "application/ocsp-response")
        control = answer.headers["Cache-Control"]
        seconds = int(re.fullmatch(
            r"max-age=(\d+), public, no-transform, must-revalidate",
            control)[1])
        self.assertTrue(3500 < seconds <= 3600, seconds)
        for name in ["Last-Modified", "Expires", "ETag"]:
            self.assertTrue(answer.headers[name], name)
        with open(self.ca.path("response.der"), "wb") as file:
            file.write(answer.read())
        self.assertIn("Response verify OK", run(
            "openssl", "ocsp", "-no_nonce", "-respin",
            self.ca.path("response.der"), "-issuer", self.ca.root, "-cert",
            self.ca.good, "-CAfile", self.ca.root))

    def test_head_has_no_body(self):
        answer = self.get(self.ca.request("-no_nonce"), "HEAD")
        self.assertGreater(int(answer.headers["Content-Length"]), 100)
        self.assertEqual(answer.read(), b"")

    def test_a_nonce_is_for_no_cache(self):
        answer = self.get(self.ca.request("-nonce"))
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_refusals(self):
        malformed = urllib.request.urlopen(urllib.request.Request(
            self.ca.ocsp, b"0", {"Content-Type": TYPE}))
        self.assertEqual(malformed.read(), bytes.fromhex("30030a0101"))
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
    SIGNER = "OCSP_SIGNER_DELEGATE"
    GNUTLS_OPTION = "--load-trust"


if __name__ == "__main__":
    unittest.main()
