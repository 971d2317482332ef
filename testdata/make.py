#!/usr/bin/env python3
"""Makes the certification requests in testdata/csr again.

Usage: testdata/make.py

Needs openssl 3, certtool (gnutls-bin), go and keytool (a JDK). Keys are made
anew, used and thrown away, so the files differ in their keys and signatures
each time, and in nothing else. README.md says what each file is for;
csr/expectations.txt, written by hand, says what must become of it.
"""

import base64
import pathlib
import subprocess
import tempfile

OUT = pathlib.Path(__file__).resolve().parent / "csr"

# ---- DER, as little as it takes -------------------------------------------


def tlv(tag, *parts):
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def contents(der):
    """What is inside the outermost element."""
    long = der[1] & 0x7F if der[1] & 0x80 else 0
    return der[2 + long:]


def seq(*parts):
    return tlv(0x30, *parts)


def set_of(*parts):
    return tlv(0x31, *parts)


def integer(value):
    size = value.bit_length() // 8 + 1
    return tlv(0x02, value.to_bytes(size, "big", signed=True))


def oid(text):
    first, second, *rest = map(int, text.split("."))
    body = b""
    for arc in [first * 40 + second] + rest:
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.append(0x80 | arc & 0x7F)
        body += bytes(reversed(digits))
    return tlv(0x06, body)


def bits(body):
    return tlv(0x03, b"\0", body)


def utf8(text):
    return tlv(0x0C, text.encode())


def attribute(kind, value):
    return seq(oid(kind), value)


def name(*attributes):
    """A Name whose RDNs have one attribute each."""
    return seq(*map(set_of, attributes))


def extension(kind, value, critical=b""):
    return seq(oid(kind), critical, tlv(0x04, value))


def extension_request(*extensions):
    return attribute("1.2.840.113549.1.9.14", set_of(seq(*extensions)))


# ---- Requests made by hand ------------------------------------------------

SAN = "2.5.29.17"
HOST = extension(SAN, seq(tlv(0x82, b"host.example")))
SUBJECT = name(attribute("2.5.4.3", utf8("host.example")))
ECDSA_SHA256 = seq(oid("1.2.840.10045.4.3.2"))
RSA_SHA256 = seq(oid("1.2.840.113549.1.1.11"), tlv(0x05))


def run(*command, given=None):
    return subprocess.run(command, input=given, check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


class Key:
    """A private key in a file, made by openssl."""

    def __init__(self, folder, label, *options, algorithm="EC"):
        self.path = str(folder / label)
        run("openssl", "genpkey", "-algorithm", algorithm, "-out", self.path,
            *options)
        self.spki = run("openssl", "pkey", "-in", self.path, "-pubout",
                        "-outform", "DER")

    def sign(self, message):
        return run("openssl", "dgst", "-sha256", "-sign", self.path,
                   given=message)


def info(spki, subject=SUBJECT, version=integer(0),
         attributes=tlv(0xA0, extension_request(HOST))):
    return seq(version, subject, spki, attributes)


def request(key, body, algorithm=ECDSA_SHA256):
    return seq(body, algorithm, bits(key.sign(body)))


def pem(der, label="CERTIFICATE REQUEST"):
    text = base64.b64encode(der).decode()
    lines = [text[at:at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines,
                      f"-----END {label}-----", ""]).encode()


def rsa_spki(modulus, exponent):
    return seq(seq(oid("1.2.840.113549.1.1.1"), tlv(0x05)),
               bits(seq(integer(modulus), integer(exponent))))


def by_hand(folder):
    """Name and contents of each request that no tool would make."""
    key = Key(folder, "hand", "-pkeyopt", "ec_paramgen_curve:P-256")
    good = request(key, info(key.spki))
    made = lambda **parts: request(key, info(key.spki, **parts))

    yield "good.der", good
    yield "attributes_absent.der", made(attributes=b"")
    yield "attributes_other.der", made(attributes=tlv(
        0xA0, attribute("1.2.840.113549.1.9.7", set_of(utf8("password"))),
        extension_request(HOST)))
    yield "no_subject_but_san.der", made(subject=name())
    for label, values in [
            ("first", [seq(b"\xff\xff\xff"), utf8("password")]),
            ("second", [utf8("password"), tlv(0x02, b"\0\0")])]:
        yield f"attribute_{label}_not_der.der", made(attributes=tlv(
            0xA0, attribute("1.2.840.113549.1.9.7", set_of(*values))))

    # The structure.
    yield "empty.der", b""
    yield "text.der", b"This is not a request.\n"
    yield "trailing_bytes.der", good + b"\0"
    yield "trailing_inside.der", request(
        key, seq(contents(info(key.spki)), tlv(0x05)))
    yield "truncated.der", good[:-1]
    yield "indefinite_length.der", b"\x30\x80" + contents(good) + b"\0\0"
    body = contents(good)
    yield "long_length.der", b"\x30\x83" + len(body).to_bytes(3, "big") + body
    yield "unused_bits.der", seq(
        info(key.spki), ECDSA_SHA256,
        tlv(0x03, b"\1", key.sign(info(key.spki))[:-1] + b"\0"))
    yield "version_2.der", made(version=integer(1))
    yield "version_negative.der", made(version=integer(-1))
    yield "version_huge.der", made(version=integer(1 << 128))
    yield "version_padded.der", made(version=tlv(0x02, b"\0\0"))
    yield "too_large.der", made(attributes=tlv(0xA0, extension_request(
        extension("1.3.6.1.4.1.99999.1", tlv(0x04, bytes(33 * 1024))))))

    # The subject.
    common_name = attribute("2.5.4.3", utf8("host.example"))
    unit = attribute("2.5.4.11", utf8("Unit"))
    yield "no_subject_no_san.der", made(subject=name(), attributes=tlv(0xA0))
    yield "empty_rdn.der", made(subject=seq(set_of()))
    yield "unsorted_rdn.der", made(subject=seq(set_of(common_name, unit)))
    yield "bad_utf8.der", made(
        subject=name(attribute("2.5.4.3", tlv(0x0C, b"\xc0\xaf"))))
    yield "bad_printable.der", made(
        subject=name(attribute("2.5.4.3", tlv(0x13, b"a@b"))))
    yield "long_common_name.der", made(
        subject=name(attribute("2.5.4.3", utf8("x" * 65))))
    yield "country_utf8.der", made(
        subject=name(attribute("2.5.4.6", utf8("US"))))
    yield "common_name_nul.der", made(
        subject=name(attribute("2.5.4.3", utf8("bank.example\0.evil.example"))))
    yield "common_name_newline.der", made(
        subject=name(attribute("2.5.4.3", utf8("host\n.example"))))

    # The extensions.
    yield "two_extension_requests.der", made(attributes=tlv(
        0xA0, extension_request(HOST),
        extension_request(extension("2.5.29.15", tlv(0x03, b"\7\x80")))))
    yield "extension_request_of_two.der", made(attributes=tlv(
        0xA0, attribute("1.2.840.113549.1.9.14",
                        set_of(seq(HOST), seq(HOST)))))
    yield "extension_request_empty.der", made(
        attributes=tlv(0xA0, extension_request()))
    yield "duplicate_extension.der", made(
        attributes=tlv(0xA0, extension_request(HOST, HOST)))
    yield "critical_false.der", made(attributes=tlv(
        0xA0, extension_request(extension(
            SAN, seq(tlv(0x82, b"host.example")), tlv(0x01, b"\0")))))
    yield "critical_one.der", made(attributes=tlv(
        0xA0, extension_request(extension(
            SAN, seq(tlv(0x82, b"host.example")), tlv(0x01, b"\1")))))
    long_oid = ".".join(["1.2", *[str((1 << 64) - 1)] * 100])
    long_extension = extension(long_oid, tlv(0x05))
    yield "duplicate_long_oid.der", made(
        attributes=tlv(0xA0, extension_request(long_extension,
                                               long_extension)))
    yield "san_malformed.der", made(attributes=tlv(
        0xA0, extension_request(extension(SAN, b"host.example"))))

    # One general name each that RFC 5280 does not allow.
    for label, general_name in [
            ("dns_empty", tlv(0x82)),
            ("dns_space", tlv(0x82, b" ")),
            ("dns_nul", tlv(0x82, b"bank.example\0.evil.example")),
            ("email_empty", tlv(0x81)),
            ("email_newline", tlv(0x81, b"a\n@b.example")),
            ("uri_empty", tlv(0x86)),
            ("directory_empty", tlv(0xA4, name())),
            ("directory_nul", tlv(0xA4, name(
                attribute("2.5.4.3", utf8("a\0b"))))),
            ("x400", tlv(0xA3, seq())),
            ("x400_not_der", tlv(0xA3, b"\xff\xff")),
            ("other_not_der", tlv(0xA0, oid("1.3.6.1.4.1.99999.3"),
                                  tlv(0xA0, seq(b"\xff\xff\xff"))))]:
        yield f"san_{label}.der", made(attributes=tlv(
            0xA0, extension_request(extension(SAN, seq(general_name)))))

    # The key.
    other = Key(folder, "other", "-pkeyopt", "ec_paramgen_curve:P-256")
    yield "wrong_signature.der", request(other, info(key.spki))
    yield "signature_empty.der", seq(info(key.spki), ECDSA_SHA256, bits(b""))
    yield "signature_of_other_family.der", request(
        key, info(key.spki), RSA_SHA256)
    flipped = key.spki[:-1] + bytes([key.spki[-1] ^ 1])
    yield "off_curve_point.der", request(key, info(flipped))
    x = key.spki[-64:-32]
    sign = 2 + (key.spki[-1] & 1)
    p256 = seq(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"))
    yield "compressed_point.der", request(
        key, info(seq(p256, bits(bytes([sign]) + x))))
    yield "point_at_infinity.der", request(key, info(seq(p256, bits(b"\0"))))
    yield "parameters_absent.der", request(
        key, info(seq(seq(oid("1.2.840.10045.2.1")), bits(key.spki[-65:]))))
    yield "unknown_key.der", request(
        key, info(seq(seq(oid("1.3.6.1.4.1.99999.2")), bits(b"key"))))
    explicit = Key(folder, "explicit", "-pkeyopt", "ec_paramgen_curve:P-256",
                   "-pkeyopt", "ec_param_enc:explicit")
    yield "explicit_parameters.der", request(explicit, info(explicit.spki))
    rsa = Key(folder, "rsa", "-pkeyopt", "rsa_keygen_bits:2048",
              algorithm="RSA")
    modulus = int.from_bytes(rsa.spki[33:33 + 256], "big")
    yield "rsa_negative_modulus.der", request(
        rsa, info(rsa_spki(-modulus, 65537)), RSA_SHA256)
    yield "rsa_even_modulus.der", request(
        rsa, info(rsa_spki(modulus - 1, 65537)), RSA_SHA256)
    yield "rsa_even_exponent.der", request(
        rsa, info(rsa_spki(modulus, 65538)), RSA_SHA256)
    yield "rsa_huge_exponent.der", request(
        rsa, info(rsa_spki(modulus, (1 << 64) + 1)), RSA_SHA256)
    yield "rsa_huge_modulus.der", request(
        rsa, info(rsa_spki((1 << 8192) + 1, 65537)), RSA_SHA256)

    # These points are the identity, whose key verifies this signature over
    # anything (RFC 8032, section 5.1.7).
    ed25519 = seq(oid("1.3.101.112"))
    identity = b"\1" + bytes(31)
    for label, point in [
            ("small_order", identity),
            ("negative_zero", b"\1" + bytes(30) + b"\x80"),
            ("not_canonical", b"\xee" + b"\xff" * 30 + b"\x7f")]:
        yield f"ed25519_{label}.der", seq(
            info(seq(ed25519, bits(point))), ed25519,
            bits(identity + bytes(32)))

    # The armour.
    yield "pem_good.pem", pem(good)
    yield "pem_crlf.pem", pem(good).replace(b"\n", b"\r\n")
    yield "pem_new_label.pem", pem(good, "NEW CERTIFICATE REQUEST")
    yield "pem_text_before.pem", b"A request\n" + pem(good)
    yield "pem_other_label.pem", pem(good, "CERTIFICATE")
    yield "pem_two.pem", pem(good) + pem(good)
    yield "pem_bad_base64.pem", pem(good).replace(b"\nM", b"\n!", 1)
    yield "pem_no_end.pem", pem(good).split(b"-----END")[0]
    yield "pem_trailing_bytes.pem", pem(good + b"\0")


# ---- Requests made by tools -----------------------------------------------

OPENSSL_CONFIG = """
[req]
prompt = no
distinguished_name = name
[name]
C = DE
O = Example
CN = host.example
[plain]
[san]
subjectAltName = DNS:host.example, DNS:*.host.example, IP:192.0.2.1, IP:2001:db8::1
[many]
basicConstraints = critical, CA:TRUE, pathlen:1
keyUsage = critical, keyCertSign, cRLSign
extendedKeyUsage = serverAuth, clientAuth, 1.2.3.4
subjectKeyIdentifier = hash
subjectAltName = critical, DNS:a.example, email:a@b.example, URI:http://a.example/, RID:1.2.3, otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user, dirName:directory
certificatePolicies = 1.2.3.4, @policy
crlDistributionPoints = URI:http://crl.example/a.crl
authorityInfoAccess = OCSP;URI:http://ocsp.example/
nameConstraints = critical, permitted;DNS:example
tlsfeature = status_request
[directory]
CN = Directory
[policy]
policyIdentifier = 1.2.3.5
CPS.1 = http://cps.example/
"""


def by_openssl(folder):
    config = folder / "openssl.cnf"
    config.write_text(OPENSSL_CONFIG)

    def make(key, *options, extensions="plain", der=False):
        return run("openssl", "req", "-new", "-utf8", "-config", str(config),
                   "-key", key.path, "-reqexts", extensions,
                   *(["-outform", "DER"] if der else []), *options)

    def rsa(size, *options):
        return Key(folder, "rsa", "-pkeyopt", f"rsa_keygen_bits:{size}",
                   *options, algorithm="RSA")

    def ec(curve):
        return Key(folder, "ec", "-pkeyopt", f"ec_paramgen_curve:{curve}")

    p256 = ec("P-256")
    yield "p256.pem", make(p256)
    yield "p256.der", make(p256, der=True)
    yield "p256_sha512.pem", make(p256, "-sha512")
    yield "p256_text.pem", make(p256, "-text")
    yield "p256_new_label.pem", make(p256, "-newhdr")
    yield "p256_san.pem", make(p256, extensions="san")
    yield "p256_san_only.pem", make(p256, "-subj", "/", extensions="san")
    yield "p256_many.pem", make(p256, extensions="many")
    yield "p256_utf8.pem", make(p256, "-subj",
                                "/C=DE/O=Bücher & Söhne/CN=例え.example")
    yield "p256_multivalue.pem", make(p256, "-multivalue-rdn", "-subj",
                                      "/O=Example/OU=Unit+CN=host.example")
    yield "p256_attributes.pem", make(
        p256, "-subj",
        "/DC=example/DC=host/serialNumber=1234/dnQualifier=q/title=Dr/SN=Doe"
        "/GN=Jane/initials=J/pseudonym=jd/generationQualifier=II"
        "/emailAddress=jane@host.example/UID=jane/street=Road 1/1.2.3.4=x")
    config.write_text(OPENSSL_CONFIG.replace(
        "prompt = no", "prompt = no\nstring_mask = MASK:0x806"))
    yield "p256_old_strings.pem", make(
        p256, "-subj", "/O=Bücher/CN=例え")
    config.write_text(OPENSSL_CONFIG)
    yield "p384.pem", make(ec("P-384"), "-sha384")
    yield "p521.pem", make(ec("P-521"), "-sha512")
    yield "secp256k1.pem", make(ec("secp256k1"))
    rsa2048 = rsa(2048)
    yield "rsa2048.pem", make(rsa2048)
    yield "rsa2048_md5.pem", make(rsa2048, "-md5")
    yield "rsa2048_sha1.pem", make(rsa2048, "-sha1")
    for digest in "sha256", "sha384", "sha512":
        yield f"rsa2048_pss_{digest}.pem", make(
            rsa2048, f"-{digest}", "-sigopt", "rsa_padding_mode:pss",
            "-sigopt", "rsa_pss_saltlen:digest")
    yield "rsa2048_pss_long_salt.pem", make(
        rsa2048, "-sha256", "-sigopt", "rsa_padding_mode:pss",
        "-sigopt", "rsa_pss_saltlen:max")
    yield "rsa1024.pem", make(rsa(1024))
    yield "rsa2047.pem", make(rsa(2047))
    yield "rsa_exponent_3.pem", make(rsa(2048, "-pkeyopt",
                                         "rsa_keygen_pubexp:3"))
    yield "rsa3072.pem", make(rsa(3072))
    yield "rsa4096.pem", make(rsa(4096))
    yield "ed25519.pem", make(Key(folder, "ed", algorithm="ED25519"))
    yield "ed448.pem", make(Key(folder, "ed", algorithm="ED448"))


CERTTOOL_TEMPLATE = """
country = DE
organization = "Example"
unit = "Unit"
locality = "Ort"
cn = "host.example"
dns_name = "host.example"
ip_address = "192.0.2.1"
email = "a@b.example"
tls_www_server
signing_key
encryption_key
"""


def by_certtool(folder):
    template = folder / "certtool.cfg"
    template.write_text(CERTTOOL_TEMPLATE)
    for label, options in [("p256", ["--key-type=ecdsa", "--curve=secp256r1"]),
                           ("p384", ["--key-type=ecdsa", "--curve=secp384r1"]),
                           ("rsa2048", ["--key-type=rsa", "--bits=2048"]),
                           ("ed25519", ["--key-type=ed25519"])]:
        key = folder / label
        run("certtool", "--generate-privkey", *options, "--outfile", str(key))
        text = run("certtool", "--generate-request", "--load-privkey",
                   str(key), "--template", str(template))
        yield f"{label}.pem", text


GO_PROGRAM = """
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"net/url"
	"os"
	"path/filepath"
)

func main() {
	p256, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	rsa2048, _ := rsa.GenerateKey(rand.Reader, 2048)
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	keys := map[string]crypto.Signer{
		"p256": p256, "rsa2048": rsa2048, "ed25519": ed}
	uri, _ := url.Parse("spiffe://host.example/service")
	for label, key := range keys {
		der, err := x509.CreateCertificateRequest(rand.Reader,
			&x509.CertificateRequest{
				Subject: pkix.Name{
					Country:      []string{"DE"},
					Organization: []string{"Example"},
					CommonName:   "host.example",
				},
				DNSNames:       []string{"host.example", "*.host.example"},
				IPAddresses:    []net.IP{net.ParseIP("2001:db8::1")},
				EmailAddresses: []string{"a@b.example"},
				URIs:           []*url.URL{uri},
			}, key)
		if err != nil {
			panic(err)
		}
		text := pem.EncodeToMemory(
			&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
		path := filepath.Join(os.Args[1], label+".pem")
		if os.WriteFile(path, text, 0o600) != nil {
			panic(path)
		}
	}
}
"""


def by_go(folder):
    program = folder / "main.go"
    program.write_text(GO_PROGRAM)
    run("go", "run", str(program), str(folder))
    for path in sorted(folder.glob("*.pem")):
        yield path.name, path.read_bytes()


def by_keytool(folder):
    for label, options in [
            ("p256", ["-keyalg", "EC", "-groupname", "secp256r1"]),
            ("rsa2048", ["-keyalg", "RSA", "-keysize", "2048"])]:
        common = ["-keystore", str(folder / label), "-storepass", "password",
                  "-alias", "key"]
        run("keytool", "-genkeypair", *common, *options, "-dname",
            "CN=host.example, OU=Unit, O=Example, C=DE")
        yield f"{label}.pem", run(
            "keytool", "-certreq", *common, "-ext",
            "SAN=dns:host.example,ip:192.0.2.1", "-ext", "KU=digitalSignature")


def main():
    OUT.mkdir(exist_ok=True)
    for old in [*OUT.glob("*.pem"), *OUT.glob("*.der")]:
        old.unlink()
    makers = {"openssl": by_openssl, "gnutls": by_certtool, "go": by_go,
              "java": by_keytool, "hand": by_hand}
    for origin, make in makers.items():
        with tempfile.TemporaryDirectory() as folder:
            for label, contents in make(pathlib.Path(folder)):
                (OUT / f"{origin}_{label}").write_bytes(contents)


if __name__ == "__main__":
    main()
