"""Sends byte for byte what the Dart client of acm-pca sends.

Its generated source has a method for each operation; each hands JsonProtocol
(package shared_aws_api) a target and a payload, as `send` has them here. The
bytes of a call follow from that class, from package http and from dart:io.
"""

import base64
import datetime
import hashlib
import hmac
import json
import os
import socket
import urllib.parse

ENDPOINT = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
REGION = os.environ["AWS_REGION"]


def done(step):
    print("ok", step, flush=True)


def sign(method, headers, body):
    """Adds what signAws4HmacSha256 adds. All headers are signed."""
    now = datetime.datetime.now(datetime.timezone.utc)
    date = now.strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(body).hexdigest()
    headers["x-amz-date"] = date
    # Of the URL it takes the host alone. To dart:io, that is port 80, which it
    # leaves out: the port is in no header.
    headers["host"] = ENDPOINT.hostname
    headers["x-amz-content-sha256"] = digest

    names = ";".join(sorted(headers))
    canonical = "\n".join([
        method, "/", "", *sorted(f"{name}:{value}"
                                 for name, value in headers.items()),
        "", names, digest])
    scope = [date[:8], REGION, "acm-pca", "aws4_request"]
    to_sign = "\n".join([
        "AWS4-HMAC-SHA256", date, "/".join(scope),
        hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"].encode()
    for part in [*scope, to_sign]:
        key = hmac.digest(key, part.encode(), "sha256")
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/"
        f"{'/'.join(scope)}, SignedHeaders={names}, Signature={key.hex()}")


def request_bytes(operation, payload):
    body = json.dumps(payload, separators=(",", ":"),
                      ensure_ascii=False).encode()
    headers = {
        # Package http adds the charset to whatever type has none.
        "content-type": "application/x-amz-json-1.1; charset=utf-8",
        "x-amz-target": f"ACMPrivateCA.{operation}",
    }
    sign("POST", headers, body)
    sent = {"user-agent": "Dart/2.13 (dart:io)", **headers,
            "accept-encoding": "gzip", "content-length": str(len(body))}
    # JsonProtocol sets the URL's query, to an empty one: that leaves its mark.
    lines = ["POST /? HTTP/1.1",
             *(f"{name}: {value}" for name, value in sent.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def read_response(stream):
    """Returns the status, and the body as JSON."""
    status = int(stream.readline().split()[1])
    headers = {}
    while (line := stream.readline().decode().strip()):
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers["content-length"]))
    return status, json.loads(body) if body else {}


def send(operation, payload):
    with socket.create_connection(
            (ENDPOINT.hostname, ENDPOINT.port)) as connection:
        connection.sendall(request_bytes(operation, payload))
        with connection.makefile("rb") as stream:
            return read_response(stream)


def answer(operation, payload):
    status, response = send(operation, payload)
    assert 200 <= status < 300, response
    return response


def issue_request(ca, csr, template, days):
    """The payload of issueCertificate, in the order of its source."""
    return {
        "CertificateAuthorityArn": ca,
        "Csr": base64.b64encode(csr).decode(),
        "SigningAlgorithm": "SHA256WITHECDSA",
        "Validity": {"Type": "DAYS", "Value": days},
        "IdempotencyToken": "1234",
        "TemplateArn": f"arn:aws:acm-pca:::template/{template}/V1",
    }


def issue(ca, csr, template, days):
    certificate = answer(
        "IssueCertificate", issue_request(ca, csr, template, days),
    )["CertificateArn"]
    return answer("GetCertificate", {"CertificateArn": certificate,
                                     "CertificateAuthorityArn": ca})


root = answer("CreateCertificateAuthority", {
    "CertificateAuthorityConfiguration": {
        "KeyAlgorithm": "EC_prime256v1",
        "SigningAlgorithm": "SHA256WITHECDSA",
        "Subject": {"CommonName": "Story Root", "Organization": "Example"},
    },
    "CertificateAuthorityType": "ROOT",
})["CertificateAuthorityArn"]
done("create the root CA")
csr = answer("GetCertificateAuthorityCsr",
             {"CertificateAuthorityArn": root})["Csr"].encode()
done("wait for the root's CSR")
issued = issue(root, csr, "RootCACertificate", 3650)
done("issue the root's certificate")
answer("ImportCertificateAuthorityCertificate", {
    "Certificate": base64.b64encode(issued["Certificate"].encode()).decode(),
    "CertificateAuthorityArn": root,
})
done("import the root's certificate")

with open("end_entity.csr", "rb") as file:
    csr = file.read()
issued = issue(root, csr, "EndEntityCertificate", 30)
done("issue a certificate")
for name, pem in (("certificate.pem", issued["Certificate"]),
                  ("chain.pem", issued["CertificateChain"])):
    with open(name, "w", encoding="ascii") as file:
        file.write(pem + "\n")
done("get the certificate")

# Of "__type" the client looks up what follows a '#', in a map of exceptions.
status, error = send("IssueCertificate",
                     issue_request(root, csr[:-40], "EndEntityCertificate", 30))
assert status == 400 and error["message"], error
assert error["__type"].rpartition("#")[2] == "MalformedCSRException", error
done("be refused a malformed CSR")
