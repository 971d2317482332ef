#!/bin/bash
# The operations as a user of the AWS CLI writes them: a whole hierarchy from
# files, checked by openssl; what is printed; and what is refused.
# shellcheck source=capi/cli/testing.sh
source capi/cli/testing.sh
export PKICTL_STORE=ca.db TZ=UTC
head -c 32 /dev/urandom >key
chmod 600 key

# Creates a CA of type $1 and name $2, and prints its ARN.
create() {
  pkictl create-certificate-authority \
    --certificate-authority-type "$1" --output text --key-file key \
    --certificate-authority-configuration \
    "KeyAlgorithm=EC_prime256v1,SigningAlgorithm=SHA256WITHECDSA,Subject={CommonName='$2',Organization=Example}" 2>>notes
}

# CA $1 issues from the CSR in file $2 by template $3, with the rest of the
# options; writes the certificate to file $2.pem and the chain to $2.chain, and
# prints the ARN.
issue() {
  local ca=$1 csr=$2 template=$3 arn
  shift 3
  arn=$(pkictl issue-certificate --certificate-authority-arn "$ca" \
    --csr "fileb://$csr" --signing-algorithm SHA256WITHECDSA \
    --template-arn "arn:aws:acm-pca:::template/$template/V1" \
    --output text --key-file key "$@")
  pkictl wait certificate-issued --certificate-authority-arn "$ca" \
    --certificate-arn "$arn"
  pkictl get-certificate --certificate-authority-arn "$ca" \
    --certificate-arn "$arn" >"$csr.json"
  member "$csr.json" Certificate >"$csr.pem"
  if grep -q '"CertificateChain"' "$csr.json"; then
    member "$csr.json" CertificateChain >"$csr.chain"
  fi
  echo "$arn"
}

# A root, certified by itself.
root=$(create ROOT 'Example, Root')
expect_in notes 'made a new store, ca.db'
pkictl wait certificate-authority-csr-created --certificate-authority-arn "$root"
pkictl get-certificate-authority-csr --certificate-authority-arn "$root" \
  --output text >root.csr
issue "$root" root.csr RootCACertificate --validity Value=10,Type=YEARS >/dev/null
expect_status 0 pkictl import-certificate-authority-certificate \
  --certificate-authority-arn "$root" --certificate fileb://root.csr.pem
[[ ! -s output ]] || fail "an empty answer is printed"

# A subordinate under it.
sub=$(create SUBORDINATE 'Issuing CA')
pkictl get-certificate-authority-csr --certificate-authority-arn "$sub" \
  --output text >sub.csr
issue "$root" sub.csr SubordinateCACertificate_PathLen0 \
  --validity Value=2031-01-01,Type=END_DATE >/dev/null 2>errors || true
expect_in errors "Value: Invalid integer"
issue "$root" sub.csr SubordinateCACertificate_PathLen0 \
  --validity Value=5,Type=YEARS >/dev/null
pkictl import-certificate-authority-certificate \
  --certificate-authority-arn "$sub" --certificate fileb://sub.csr.pem \
  --certificate-chain fileb://sub.csr.chain

# A certificate, with names from the API in shorthand and in JSON.
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
  -keyout dev.key -subj '/CN=dev.example' -out dev.csr 2>/dev/null
issue "$sub" dev.csr EndEntityCertificate_APIPassthrough \
  --validity Type=DAYS,Value=30 --api-passthrough \
  'Subject={CommonName=api.example},Extensions={SubjectAlternativeNames=[{DnsName=a.example},{IpAddress=192.0.2.1}]}' \
  >certificate.arn
openssl verify -x509_strict -CAfile root.csr.pem -untrusted sub.csr.pem dev.csr.pem
openssl x509 -in dev.csr.pem -noout -ext subjectAltName -subject >names
expect_in names 'DNS:a.example, IP Address:192.0.2.1'
expect_in names 'CN = api.example'
issue "$sub" dev.csr EndEntityCertificate_APIPassthrough \
  --validity '{"Value": 30, "Type": "DAYS"}' --api-passthrough \
  '{"Extensions": {"SubjectAlternativeNames": [{"DnsName": "b.example"}]}}' \
  >/dev/null
openssl x509 -in dev.csr.pem -noout -ext subjectAltName | grep -q b.example

# A request to fill in, and options that go before it.
pkictl issue-certificate --generate-cli-skeleton >skeleton.json
python3 - "$sub" <<'END'
import base64, json, sys
json.load(open("skeleton.json"))["ApiPassthrough"]["Extensions"]
json.dump({"CertificateAuthorityArn": sys.argv[1],
           "Csr": base64.b64encode(open("dev.csr", "rb").read()).decode(),
           "SigningAlgorithm": "SHA256WITHECDSA",
           "Validity": {"Value": 1, "Type": "DAYS"}}, open("filled.json", "w"))
END
expect_status 0 pkictl issue-certificate --cli-input-json file://filled.json \
  --validity Value=40,Type=DAYS --output text --key-file key
certificate=$(cat output)
pkictl get-certificate --certificate-authority-arn "$sub" \
  --certificate-arn "$certificate" --query Certificate --output text |
  openssl x509 -noout -checkend $((39 * 86400)) >/dev/null
expect_status 0 pkictl get-certificate --certificate-authority-arn "$sub" \
  --certificate-arn "$certificate" --generate-cli-skeleton output
expect_in output '"CertificateChain": "CertificateChain"'

# PEM needs no fileb://, bytes need no base64, and a script of the AWS CLI may
# say what it says there.
for csr in file://dev.csr "$(<dev.csr)" fileb://dev.csr \
  "$(base64 -w 0 dev.csr)"; do
  expect_status 0 pkictl issue-certificate --certificate-authority-arn "$sub" \
    --csr "$csr" --signing-algorithm SHA256WITHECDSA --key-file key \
    --validity Value=1,Type=DAYS --region us-east-1 --profile x --debug \
    --endpoint-url http://localhost:1 --no-cli-pager --no-verify-ssl
done
openssl req -in dev.csr -outform DER -out dev.der
for csr in file://dev.csr fileb://dev.der; do
  expect_status 0 pkictl issue-certificate --certificate-authority-arn "$sub" \
    --csr "$csr" --signing-algorithm SHA256WITHECDSA --key-file key \
    --validity Value=1,Type=DAYS --cli-binary-format raw-in-base64-out
done
echo 'a word' >word
expect_status 2 pkictl issue-certificate --certificate-authority-arn "$sub" \
  --csr file://word --signing-algorithm SHA256WITHECDSA \
  --validity Value=1,Type=DAYS
expect_in errors 'Csr: Invalid base64'
expect_status 2 pkictl list-certificate-authorities --cli-binary-format pem
expect_status 0 pkictl issue-certificate help
expect_in output '^  --endpoint-url URL'

# Tags, in pages and at once.
pkictl tag-certificate-authority --certificate-authority-arn "$sub" \
  --tags Key=a,Value=1 Key=b,Value=2 'Key=c,Value="x y"'
expect_status 0 pkictl list-tags --certificate-authority-arn "$sub" --output text
printf 'TAGS\t%s\t%s\n' a 1 b 2 c 'x y' | cmp - output
expect_status 0 pkictl list-tags --certificate-authority-arn "$sub" \
  --output text --page-size 1 --max-items 2
printf 'TAGS\t%s\t%s\n' a 1 b 2 | cmp - <(head -n 2 output)
expect_in output $'^NEXTTOKEN\t'
expect_status 0 pkictl list-tags --certificate-authority-arn "$sub" \
  --output text --starting-token "$(tail -n 1 output | cut -f 2)"
printf 'TAGS\tc\tx y\n' | cmp - output
expect_status 0 pkictl list-tags --certificate-authority-arn "$sub" --max-results 1
member output NextToken >/dev/null
pkictl untag-certificate-authority --certificate-authority-arn "$sub" \
  --tags '[{"Key": "a"}, {"Key": "b"}, {"Key": "c"}]'
expect_status 0 pkictl list-tags --certificate-authority-arn "$sub"
[[ $(member output Tags) == '[]' ]] || fail "tags are left"

# A policy from a file, a permission, and lists of words.
cat >policy.json <<END
{"Version": "2012-10-17", "Statement": [{
  "Effect": "Allow", "Principal": {"AWS": "111122223333"},
  "Action": ["acm-pca:GetCertificate", "acm-pca:ListPermissions",
             "acm-pca:ListTags", "acm-pca:DescribeCertificateAuthority",
             "acm-pca:GetCertificateAuthorityCertificate"],
  "Resource": "$sub"}, {
  "Effect": "Allow", "Principal": {"AWS": "111122223333"},
  "Action": "acm-pca:IssueCertificate", "Resource": "$sub",
  "Condition": {"StringEquals": {"acm-pca:TemplateArn":
    "arn:aws:acm-pca:::template/EndEntityCertificate/V1"}}}]}
END
pkictl put-policy --resource-arn "$sub" --policy file://policy.json
pkictl get-policy --resource-arn "$sub" --output text | cmp -n 200 - policy.json
pkictl create-permission --certificate-authority-arn "$sub" \
  --principal acm.amazonaws.com --actions IssueCertificate GetCertificate
expect_status 0 pkictl list-permissions --certificate-authority-arn "$sub" \
  --output text
expect_in output $'^ACTIONS\tGetCertificate$'

# Revocation, and the later life of a CA. Times are ISO 8601.
serial=$(sed 's|.*/||' certificate.arn)
pkictl revoke-certificate --certificate-authority-arn "$sub" \
  --certificate-serial "$serial" --revocation-reason SUPERSEDED
expect_status 0 pkictl list-certificates --certificate-authority-arn "$sub" \
  --subject API.example --query 'Certificates[].[Status,Subject]' --output text
printf 'REVOKED\tCN=api.example\n' | cmp - output

# A report of it, as an object.
report=$(pkictl create-certificate-authority-audit-report \
  --certificate-authority-arn "$sub" --s3-bucket-name reports \
  --audit-report-response-format CSV --query AuditReportId --output text)
pkictl wait audit-report-created --certificate-authority-arn "$sub" \
  --audit-report-id "$report"
key=$(pkictl list-objects --bucket reports --query 'Objects[0].Key' --output text)
pkictl get-object --bucket reports --key "$key" --query Body --output text |
  base64 -d >report.csv
expect_in report.csv "^awsAccountId,"
expect_in report.csv "SUPERSEDED"

pkictl update-certificate-authority --certificate-authority-arn "$sub" \
  --status DISABLED
expect_status 0 pkictl describe-certificate-authority \
  --certificate-authority-arn "$sub"
expect_in output '"Status": "DISABLED"'
expect_in output '"NotAfter": "[0-9-]*T[0-9:]*+00:00"'
pkictl delete-certificate-authority --certificate-authority-arn "$sub" \
  --permanent-deletion-time-in-days 7
pkictl restore-certificate-authority --certificate-authority-arn "$sub"
expect_status 0 pkictl list-certificate-authorities --output text \
  --query 'CertificateAuthorities[?Status=='\''ACTIVE'\''].Arn'
[[ $(cat output) == "$root" ]] || fail "the query finds $(cat output)"
expect_status 0 pkictl list-certificate-authorities --output table
expect_in output '^| *ListCertificateAuthorities *|$'
expect_status 0 pkictl describe-store --output text
expect_in output ca.db

# The tree: the subordinate under the root, also when that was renewed, and what
# has no certificate yet.
create SUBORDINATE Pending >/dev/null
for renewal in before after; do
  expect_status 0 pkictl tree
  expect_in output "^CN=Example, Root, O=Example  *ACTIVE  *[0-9-]*  $root\$"
  expect_in output "^└── CN=Issuing CA, O=Example  *DISABLED  *[0-9-]*  $sub\$"
  expect_in output '^CN=Pending, O=Example  *PENDING_CERTIFICATE  *-  '
  [[ $(wc -l <output) == 3 ]] || fail "the tree $renewal: $(cat output)"
  issue "$root" root.csr RootCACertificate --validity Value=9,Type=YEARS \
    >/dev/null
  pkictl import-certificate-authority-certificate \
    --certificate-authority-arn "$root" --certificate fileb://root.csr.pem
done
expect_status 0 pkictl tree --output json
python3 - "$sub" <<'END'
import json, sys
root = next(ca for ca in json.load(open("output")) if ca["Subordinates"])
assert [ca["Arn"] for ca in root["Subordinates"]] == sys.argv[1:], root
END

# Refused: 1, in the AWS CLI's words, with reason and field on a line below.
expect_status 1 pkictl issue-certificate --certificate-authority-arn "$sub" \
  --csr fileb://dev.key --signing-algorithm SHA256WITHECDSA \
  --validity Value=0,Type=DAYS
expect_in errors '^pkictl: An error occurred (ValidationException) when calling the IssueCertificate operation: '
expect_in errors '^REASON_FIELD_RANGE at Request.Validity.Value$'

# Wrong usage: 2, before any store is touched.
export PKICTL_STORE=untouched.db
expect_status 2 pkictl issue-certificat
expect_in errors 'there is no command issue-certificat'
expect_status 2 pkictl list-tags
expect_in errors 'required: --certificate-authority-arn$'
expect_status 2 pkictl list-tags --certificate-authority-arn
expect_status 2 pkictl list-tags --arn "$root"
expect_status 2 pkictl list-tags --certificate-authority-arn "$root" --output xml
expect_status 2 pkictl list-tags --cli-input-json '{"Arn": "x"}'
expect_in errors 'Unknown parameter in input: "Arn", must be one of: '
expect_status 2 pkictl put-policy --resource-arn "$root" --policy file://missing
expect_in errors "Error parsing parameter '--policy'"
expect_status 2 pkictl list-certificate-authorities --query 'length(@)'
expect_in errors "Error parsing parameter '--query': expected no function"
expect_status 2 pkictl list-tags --certificate-authority-arn "$root" \
  --max-results x
expect_status 2 pkictl tag-certificate-authority \
  --certificate-authority-arn "$root" --tags Key=a,Key=b
expect_in errors 'Second instance of key "Key"'
# No command line takes a secret.
expect_status 2 pkictl rewrap-keys --new-passphrase x
expect_status 2 pkictl wait
expect_status 2 pkictl wait nothing
expect_status 1 pkictl tree
expect_in errors 'there is no store untouched.db'

# Help.
expect_status 0 pkictl help
expect_in output '^  issue-certificate'
expect_in output '^  explain-issuance'
expect_status 0 pkictl issue-certificate help
expect_in output '^  --validity  structure$'
expect_in output '^      Type  one of END_DATE, .*, required$'
expect_status 0 pkictl wait help
[[ ! -e untouched.db ]] || fail "something made a store"
echo PASSED
