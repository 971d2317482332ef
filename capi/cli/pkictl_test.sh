#!/bin/bash
# pkictl from the outside: the demo on CSRs of openssl's, checked by openssl and
# GnuTLS; calls; and what the exit status says.
# shellcheck source=capi/cli/testing.sh
source capi/cli/testing.sh

# Verifies folder $1 with the command that the demo ends with, and with GnuTLS.
verify() {
  local command
  command=$(tail -n 1 output)
  [[ $command == "  openssl verify -x509_strict -CAfile "* ]] ||
    fail "the last line is no command: $command"
  bash -c "$command" | grep -q ': OK$'
  cat "$1/cert.pem" "$1/chain.pem" >bundle.pem
  certtool --verify --load-ca-certificate "$1/root.pem" --infile bundle.pem |
    grep -q 'Chain verification output: Verified'
  for name in cert root; do
    openssl x509 -in "$1/$name.pem" -outform DER | cmp - "$1/$name.der"
  done
  [[ $(grep -c BEGIN "$1/chain.pem") == 1 ]] || fail "chain.pem"
}

openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
  -keyout mine.key -subj '/C=DE/O=Example/CN=mine.example' \
  -addext 'subjectAltName=DNS:mine.example' -out mine.csr 2>/dev/null
openssl req -in mine.csr -outform DER -out mine.der

# The main job, with PEM and with DER.
for csr in mine.csr mine.der; do
  expect_status 0 pkictl demo --csr "$csr" --out "out of $csr"
  verify "out of $csr"
  cmp <(openssl x509 -in "out of $csr/cert.pem" -noout -pubkey) \
    <(openssl req -in mine.csr -noout -pubkey)
  [[ $(openssl x509 -in "out of $csr/cert.pem" -noout -subject) == \
    *'CN = mine.example' ]] || fail "subject"

  # The tree says what the certificates say.
  for pem in root chain cert; do
    serial=$(openssl x509 -in "out of $csr/$pem.pem" -noout -serial)
    tr -d ':' <output | grep -qi "serial *${serial#serial=}" ||
      fail "the serial of $pem.pem is not in the tree"
    for end in startdate enddate; do
      date=$(openssl x509 -in "out of $csr/$pem.pem" -noout "-$end")
      date=$(date --utc --date="${date#*=}" '+%Y-%m-%d %H:%M:%S')
      grep -q "valid .*$date" output ||
        fail "the $end of $pem.pem is not in the tree"
    done
  done
done

# Without anything it runs to its end too.
expect_status 0 pkictl demo
verify pki-demo

# Every loser and its rule: the CSR's subject and name lose to the API's, the
# API's purpose to the template.
cat >conflicts.json <<'END'
{"TemplateArn": "arn:aws:acm-pca:::template/EndEntityClientAuthCertificate_APIPassthrough/V1",
 "ApiPassthrough": {
   "Subject": {"CommonName": "api.example"},
   "Extensions": {
     "ExtendedKeyUsage": [{"ExtendedKeyUsageType": "CODE_SIGNING"}],
     "SubjectAlternativeNames": [{"DnsName": "api.example"}]}}}
END
expect_status 0 pkictl explain --request conflicts.json --csr mine.csr
[[ $(grep -c 'not CSR  *EARLIER_SOURCE' output) == 2 ]] || fail "explain: CSR"
[[ $(grep -c 'not API  *SOURCE_NOT_TAKEN' output) == 1 ]] || fail "explain: API"
grep -q '^subject  *API  *CN=api.example$' output || fail "explain: subject"
expect_status 0 pkictl explain --output json --csr mine.csr \
  --template EndEntityCertificate/V1
python3 -c 'import json; assert json.load(open("output"))["Fields"]'
expect_status 1 pkictl explain --csr mine.key

# Calls, each on an engine of its own.
create_ca --store memory >arn
expect_in arn '^arn:aws:acm-pca:'
expect_status 1 pkictl call DescribeCertificateAuthority --store memory \
  --request <(naming "$(cat arn)")
expect_in errors '(ResourceNotFoundException) when calling'
expect_in errors ' at Request.CertificateAuthorityArn$'

# Refused: 1, with code, message, reason and field.
expect_status 1 pkictl call Nothing --store memory
expect_in errors '(UnknownOperationException) when calling the Nothing operation: '
expect_status 1 pkictl call DescribeCertificateAuthority --store memory
expect_in errors '(ValidationException) when calling the Describe.*: '
expect_in errors '^REASON_FIELD_REQUIRED at Request.CertificateAuthorityArn$'
expect_status 1 pkictl call DescribeCertificateAuthority --store memory \
  --encoding proto
expect_in errors '(ValidationException) when calling the Describe.*: '
expect_in errors '^REASON_FIELD_REQUIRED at Request.CertificateAuthorityArn$'
echo 'no CSR' >bad.csr
expect_status 1 pkictl demo --csr bad.csr --out bad
expect_in errors '(MalformedCSRException) when calling'
[[ ! -e bad ]] || fail "a refused demo wrote files"

# Wrong usage: 2.
expect_status 2 pkictl
expect_status 2 pkictl nothing
expect_status 2 pkictl call
expect_status 2 pkictl call Nothing --encoding xml
expect_status 2 pkictl call Nothing --request missing.json
expect_status 2 pkictl call Nothing --threads 0
expect_status 2 pkictl call Nothing --key-file missing
expect_status 2 pkictl call Nothing --key-file mine.key --passphrase-file mine.key
expect_status 2 pkictl demo --csr missing.csr
expect_status 2 pkictl store
expect_status 2 pkictl store nothing
expect_status 2 pkictl store backup
expect_status 2 pkictl store restore missing.db
expect_status 2 pkictl store stats --output xml
expect_status 2 pkictl keys
# Bytes that are no text, in the place of any argument.
for words in demo tree explain 'call Nothing' 'store stats' 'keys rewrap' \
  'crl generate --ca' 'crl show' 'ocsp respond' serve version help \
  'list-tags --certificate-authority-arn' 'list-tags --query' 'wait' ''; do
  # shellcheck disable=SC2086
  expect_status 2 pkictl $words $'\xff'
  # shellcheck disable=SC2086
  expect_status 2 pkictl $words --store $'\xff'
done
[[ ! -e pki.db ]] || fail "something made a store"

expect_status 0 pkictl --help
expect_status 0 pkictl version
grep -qE '^PKI Engine [0-9]+\.[0-9]+\.[0-9]+, ABI [0-9]+$' output
echo PASSED
