#!/usr/bin/env python3
"""CRLs over HTTP, at the distribution points that certificates name: by the
host of a bucket, by a CNAME, and by nobody who may not read them.

Usage: crl_test.py PKICTL [unittest's arguments]
"""

import base64
import json
import os
import re
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

PKICTL = os.path.abspath(sys.argv.pop(1))
KEY = "AKIDEXAMPLE"
OTHER = "AKIDOTHER"  # of another account
ACM = "AKIDACM"  # of a service, which has no objects


def by(key, service):
    """The header of a request in the name of an access key."""
    return {"Authorization":
            f"AWS4-HMAC-SHA256 Credential={key}/20260301/us-east-1/{service}/"
            "aws4_request, SignedHeaders=host, Signature=" + "0" * 64}


class CrlTest(unittest.TestCase):
    def setUp(self):
        os.chdir(os.environ["TEST_TMPDIR"])
        # With a key, so that nobody reads objects without one.
        with open("config.json", "w", encoding="utf-8") as file:
            json.dump({"accessKeys": [
                {"id": KEY}, {"id": OTHER, "account": "444455556666"},
                {"id": ACM, "principal": "acm.amazonaws.com"}]}, file)
        self.process = subprocess.Popen(
            [PKICTL, "serve", "--listen", "127.0.0.1:0", "--store", "memory",
             "--config", "config.json"],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.url = re.match(r"listening on (\S+) ", line)[1]

    def tearDown(self):
        self.process.terminate()
        self.process.communicate()

    def call(self, operation, request, key):
        """Calls an operation in the name of an access key."""
        call = urllib.request.Request(
            self.url + "/", json.dumps(request).encode(), {
                "X-Amz-Target": "ACMPrivateCA." + operation,
                "Content-Type": "application/x-amz-json-1.1",
                **by(key, "acm-pca")})
        with urllib.request.urlopen(call) as response:
            return json.load(response)

    def make_ca(self, key=KEY, **crl):
        """A CA with a CRL; its summary."""
        def call(operation, request):
            return self.call(operation, request, key)
        ca = {"CertificateAuthorityArn": call(
            "CreateCertificateAuthority", {
                "CertificateAuthorityType": "ROOT",
                "CertificateAuthorityConfiguration": {
                    "KeyAlgorithm": "EC_prime256v1",
                    "SigningAlgorithm": "SHA256WITHECDSA",
                    "Subject": {"CommonName": "Root"}},
                "RevocationConfiguration": {"CrlConfiguration": {
                    "Enabled": True, "ExpirationInDays": 7, **crl}},
            })["CertificateAuthorityArn"]}
        csr = call("GetCertificateAuthorityCsr", ca)["Csr"]
        issued = call("IssueCertificate", {
            **ca, "Csr": base64.b64encode(csr.encode()).decode(),
            "TemplateArn": "arn:aws:acm-pca:::template/RootCACertificate/V1",
            "SigningAlgorithm": "SHA256WITHECDSA",
            "Validity": {"Type": "DAYS", "Value": 365}})
        certificate = call("GetCertificate", {**ca, **issued})
        call("ImportCertificateAuthorityCertificate", {
            **ca, "Certificate": base64.b64encode(
                certificate["Certificate"].encode()).decode()})
        made = call("GenerateCertificateRevocationList", ca)
        return made["Crls"][0]

    def get(self, uri, **headers):
        """What this server has at the URI of another host."""
        host, path = re.fullmatch(r"http://([^/]+)(/.*)", uri).groups()
        request = urllib.request.Request(
            self.url + path, headers={"Host": host, **headers})
        with urllib.request.urlopen(request) as response:
            self.assertEqual(response.headers["Content-Type"],
                             "application/pkix-crl")
            return response.read()

    def expect_number(self, crl):
        with open("crl.der", "wb") as file:
            file.write(self.get(crl["Uri"]))
        shown = subprocess.run(
            ["openssl", "crl", "-inform", "DER", "-in", "crl.der", "-noout",
             "-crlnumber"], stdout=subprocess.PIPE, check=True, text=True)
        self.assertEqual(int(shown.stdout.strip().split("=")[1], 16),
                         crl["Number"])

    def expect_refused(self, uri, status=403,
                       code="MissingAuthenticationTokenException", **headers):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.get(uri, **headers)
        self.assertEqual(refused.exception.code, status)
        self.assertIn(f"<Code>{code}</Code>",
                      refused.exception.read().decode())

    def test_a_crl_is_where_certificates_say(self):
        self.expect_number(self.make_ca(S3BucketName="one"))
        self.expect_number(self.make_ca(S3BucketName="two",
                                        CustomCname="crl.example"))
        self.expect_number(self.make_ca(S3BucketName="three",
                                        CustomCname="other.example:80",
                                        CustomPath="a/b"))

    def test_a_private_one_is_not_for_everybody(self):
        crl = self.make_ca(S3BucketName="private",
                           S3ObjectAcl="BUCKET_OWNER_FULL_CONTROL")
        self.expect_refused(crl["Uri"])
        thing = f"{self.url}/{crl['Bucket']}/{crl['Key']}"
        self.assertTrue(self.get(thing, **by(KEY, "s3")))
        self.expect_refused(thing, 404, "NoSuchKey", **by(OTHER, "s3"))
        self.expect_refused(thing, 403, "AccessDenied", **by(ACM, "s3"))

    def test_each_ca_has_its_own(self):
        """Whoever has the CA, and whatever others do with host and bucket."""
        host = {"CustomCname": "crl.example"}
        crls = [self.make_ca(S3BucketName="one", **host),
                self.make_ca(S3BucketName="two", **host),
                self.make_ca(S3BucketName="one", key=OTHER, **host),
                self.make_ca(S3BucketName="two", key=OTHER),
                self.make_ca(S3BucketName="one", CustomPath="a?b=c", **host)]
        hidden = self.make_ca(S3BucketName="one", **host,
                              S3ObjectAcl="BUCKET_OWNER_FULL_CONTROL")
        for crl in crls:
            self.expect_number(crl)
            self.expect_number({**crl, "Uri": crl["Uri"].replace(
                "crl.example", "CRL.Example:8080")})
        self.expect_refused(hidden["Uri"])

    def test_an_unknown_host_has_none(self):
        crl = self.make_ca(S3BucketName="one")
        self.expect_refused("http://unknown.example/" + crl["Key"])


if __name__ == "__main__":
    unittest.main()
