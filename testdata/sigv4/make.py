"""Makes vectors.json: requests that botocore, the AWS SDK for Python, signed.

Usage: make.py >vectors.json (needs: pip install botocore). The access key is the
one of AWS's own documentation, and opens nothing.
"""

import datetime
import json
import sys
from unittest import mock

import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials

NOW = datetime.datetime(2026, 11, 21, 16, 51, 43, tzinfo=datetime.timezone.utc)
KEY = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
HOST = "http://127.0.0.1:8080"

LIST = {"X-Amz-Target": "ACMPrivateCA.ListCertificateAuthorities",
        "Content-Type": "application/x-amz-json-1.1"}

# Name, service, method, target, headers, body; and a session token, or whether
# the body is signed.
REQUESTS = [
    ("operation", "acm-pca", "POST", "/", LIST, "{}"),
    ("empty body", "acm-pca", "POST", "/", LIST, ""),
    ("spaces in a header", "acm-pca", "POST", "/",
     {**LIST, "X-Amz-Meta": "  two   spaces  "}, "{}"),
    ("object", "s3", "GET", "/example-bucket/crl/example.crl", {}, ""),
    ("escaped key", "s3", "GET", "/example-bucket/a%20b%2Bc/%C3%A4~", {}, ""),
    ("query", "s3", "HEAD", "/example-bucket/key?x-id=GetObject&b=%2F&a", {},
     ""),
    ("parameters in their order", "s3", "GET",
     "/example-bucket/key?a-b=2&a=3&a=1", {}, ""),
    ("unsigned body", "s3", "GET", "/example-bucket/key", {}, "", None, False),
    ("session token", "acm-pca", "POST", "/", LIST, "{}", "ExampleToken=="),
]


def sign(service, method, target, headers, body, token=None, signs_body=True):
    """Returns the headers of a signed request, in their order."""
    kind = (botocore.auth.S3SigV4Auth if service == "s3"
            else botocore.auth.SigV4Auth)
    credentials = botocore.credentials.Credentials(KEY, SECRET, token)
    request = botocore.awsrequest.AWSRequest(
        method, HOST + target, headers, body.encode())
    request.context["client_config"] = botocore.config.Config(
        s3={"payload_signing_enabled": signs_body})
    with mock.patch.object(botocore.auth, "get_current_datetime",
                           lambda *_, **__: NOW):
        kind(credentials, service, "eu-west-1").add_auth(request)
    # The transport adds Host, which is signed.
    return [["Host", HOST[len("http://"):]]] + [
        [name, value] for name, value in request.headers.items()]


def main():
    vectors = [
        {"name": name, "service": service, "method": method, "target": target,
         "headers": sign(service, method, target, headers, body, *more),
         "body": body}
        for name, service, method, target, headers, body, *more in REQUESTS]
    json.dump({"key": KEY, "secret": SECRET, "now": int(NOW.timestamp()),
               "vectors": vectors}, sys.stdout, indent=1)
    print()


main()
