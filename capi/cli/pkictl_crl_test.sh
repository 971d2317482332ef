#!/bin/bash
# CRLs as pkictl makes and shows them, and as openssl reads them.
# shellcheck source=capi/cli/testing.sh
source capi/cli/testing.sh
head -c 32 /dev/urandom >key
chmod 600 key

# Calls operation $1 with the request on standard input.
call() {
  pkictl call "$1" --request - --key-file key >"$1.json" 2>errors ||
    fail "$1: $(cat errors)"
}

# Issues by the CA $1 with template $2 to the request in file $3. Prints the
# ARN.
issue() {
  python3 - "$@" <<'PYTHON' | call IssueCertificate
import base64, json, sys
print(json.dumps({
    "CertificateAuthorityArn": sys.argv[1],
    "TemplateArn": f"arn:aws:acm-pca:::template/{sys.argv[2]}/V1",
    "Csr": base64.b64encode(open(sys.argv[3], "rb").read()).decode(),
    "SigningAlgorithm": "SHA256WITHECDSA",
    "Validity": {"Type": "DAYS", "Value": int(sys.argv[4])}}))
PYTHON
  member IssueCertificate.json CertificateArn
}

# Writes the certificate $2 of the CA $1, in PEM, to file $3.
fetch() {
  printf '{"CertificateAuthorityArn": "%s", "CertificateArn": "%s"}' \
    "$1" "$2" | call GetCertificate
  member GetCertificate.json Certificate >"$3"
}

ca_request | python3 -c 'import json, sys
request = json.load(sys.stdin)
request["RevocationConfiguration"] = {"CrlConfiguration": {
    "Enabled": True, "ExpirationInDays": 7, "S3BucketName": "bucket"}}
print(json.dumps(request))' | call CreateCertificateAuthority
ca=$(member CreateCertificateAuthority.json CertificateAuthorityArn)
naming "$ca" | call GetCertificateAuthorityCsr
member GetCertificateAuthorityCsr.json Csr >ca.csr
fetch "$ca" "$(issue "$ca" RootCACertificate ca.csr 3650)" ca.pem
python3 -c 'import base64, json, sys
print(json.dumps({"CertificateAuthorityArn": sys.argv[1], "Certificate":
    base64.b64encode(open("ca.pem", "rb").read()).decode()}))' "$ca" |
  call ImportCertificateAuthorityCertificate

# None is revoked.
expect_status 0 pkictl crl generate --ca "$ca" --key-file key
expect_in output "^ *[0-9]*  *0  http://bucket.*/crl/${ca##*/}.crl$"
expect_status 0 pkictl crl generate --ca "$ca" --key-file key --out none.crl
expect_status 0 pkictl crl show none.crl
expect_in output '^Issuer        CN=Root$'
expect_in output '^Revoked certificates: 0$'

# One is.
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
  -keyout leaf.key -subj /CN=leaf -out leaf.csr 2>/dev/null
leaf=$(issue "$ca" EndEntityCertificate leaf.csr 30)
printf '{"CertificateAuthorityArn": "%s", "CertificateSerial": "%s",
  "RevocationReason": "SUPERSEDED"}' "$ca" "${leaf##*/}" |
  call RevokeCertificate
expect_status 0 pkictl crl generate --ca "$ca" --key-file key --out one.crl
expect_status 0 pkictl crl show one.crl
expect_in output "^${leaf##*/}  .* UTC  SUPERSEDED$"
expect_in output '^Revoked certificates: 1$'
cp output shown
expect_status 0 openssl crl -inform DER -in one.crl -verify -CAfile ca.pem \
  -out one.pem
expect_in errors '^verify OK$'
expect_status 0 pkictl crl show - <one.pem
cmp output shown
[[ $(sed -n 's/^Number  *//p' shown) == $(openssl crl -in one.pem -noout \
  -crlnumber | sed 's/crlNumber=0x//' | (read -r hex && echo $((16#$hex)))) ]]

# One that somebody else has made, with a scope.
cat >openssl.cnf <<'END'
[ca]
default_ca = own
[own]
database = index.txt
crlnumber = number
default_md = sha256
default_crl_days = 7
crl_extensions = extensions
[extensions]
issuingDistributionPoint = critical, @point
[point]
fullname = URI:http://crl.example/1.crl
END
: >index.txt
echo 2A >number
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
  -keyout other.key -subj /CN=Other -out other.pem 2>/dev/null
openssl ca -config openssl.cnf -gencrl -cert other.pem -keyfile other.key \
  -out other.crl 2>/dev/null
expect_status 0 pkictl crl show other.crl
expect_in output '^Number        42$'
expect_in output '^Scope         http://crl.example/1.crl$'

# What is none.
expect_status 1 pkictl crl show ca.pem
expect_in errors '^pkictl: ca.pem is no CRL'
expect_status 1 pkictl crl show missing
expect_status 1 pkictl crl generate --ca "$ca" --partition none --out x \
  --key-file key
expect_in errors 'no partition'
expect_status 2 pkictl crl generate
expect_status 2 pkictl crl generate --ca "$ca" --partition none --key-file key
expect_in errors 'requires --out'
