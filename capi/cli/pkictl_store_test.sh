#!/bin/bash
# The store on disk, as pkictl makes, checks, copies and restores it.
# shellcheck source=capi/cli/testing.sh
source capi/cli/testing.sh
head -c 32 /dev/urandom >key
chmod 600 key

# What one call made, the next one finds; reading needs no key.
arn=$(create_ca --key-file key 2>errors)
expect_in errors '^pkictl: made a new store, pki.db$'
[[ $(stat -c %a pki.db) == 600 ]] || fail "others may read the store"
naming "$arn" >named.json
ca_request >ca.json
expect_status 0 pkictl call DescribeCertificateAuthority --request named.json
expect_in output "\"$arn\""
[[ ! -s errors ]] || fail "$(cat errors)"
expect_status 0 pkictl call GetCertificateAuthorityCsr --request named.json \
  --key-file key
python3 -c 'import json; print(json.load(open("output"))["Csr"])' >ca.csr
openssl req -in ca.csr -noout -verify 2>&1 | grep -q OK

# Where the store is: the option, the variable, the current folder.
expect_status 0 env PKICTL_STORE=other.db "$pkictl" \
  call CreateCertificateAuthority --request ca.json --key-file key
[[ -e other.db ]] || fail "PKICTL_STORE"
expect_status 0 env PKICTL_STORE=missing/pki.db "$pkictl" \
  call DescribeCertificateAuthority --request named.json --store pki.db
expect_status 0 env PKICTL_STORE=memory "$pkictl" store check --store pki.db
expect_status 0 env PKICTL_STORE= "$pkictl" store check
expect_in output '^pki.db is sound'
expect_status 1 pkictl call CreateCertificateAuthority --request ca.json \
  --store missing/pki.db
expect_in errors '^pkictl: An error occurred (.*) when opening missing/pki.db: '

# Many certificates at once.
python3 - "$arn" >batch.json <<'PYTHON'
import base64, json, sys
csr = base64.b64encode(open("ca.csr", "rb").read()).decode()
request = {"CertificateAuthorityArn": sys.argv[1], "Csr": csr,
           "SigningAlgorithm": "SHA256WITHECDSA",
           "TemplateArn": "arn:aws:acm-pca:::template/RootCACertificate/V1",
           "Validity": {"Type": "DAYS", "Value": 30}}
json.dump({"Requests": [request] * 200}, sys.stdout)
PYTHON
expect_status 0 pkictl call IssueCertificates --request batch.json \
  --key-file key --threads 2
[[ $(python3 -c 'import json
print(sum("CertificateArn" in result
          for result in json.load(open("output"))["Results"]))') == 200 ]] ||
  fail "the batch: $(head -c 2000 output)"

# What is in it.
expect_status 0 pkictl store stats
expect_in output '^File  *.*pki\.db$'
expect_in output '^cert  *200$'
expect_status 0 pkictl store stats --output json
python3 -c 'import json
store = json.load(open("output"))
records = {record["Kind"]: record["Count"] for record in store["Records"]}
assert records["ca"] == 1 and records["cert"] == 200, records
assert store["Format"] >= 1 and store["FileSize"] > 0, store'
expect_status 0 pkictl store check
expect_in output '^pki.db is sound\.$'

# A bar on a terminal.
expect_status 0 on_terminal -- "$pkictl" store backup watched.db
expect_in output 'backup  \[#*\] 100%'

# A backup while others write; no bar without a terminal.
pkictl call IssueCertificates --request batch.json --key-file key \
  >/dev/null &
expect_status 0 pkictl store backup copy.db
[[ ! -s errors ]] || fail "$(cat errors)"
wait $!
[[ $(stat -c %a copy.db) == 600 ]] || fail "others may read the backup"
expect_status 0 pkictl store check --store copy.db

# Never over what is there.
before=$(sha256sum <copy.db)
expect_status 1 pkictl store backup copy.db
expect_in errors 'REASON_BACKUP_EXISTS'
[[ $(sha256sum <copy.db) == "$before" ]] || fail "a backup was overwritten"
expect_status 1 pkictl store restore copy.db
expect_in errors 'REASON_BACKUP_EXISTS'
expect_status 0 pkictl store stats
expect_in output '^cert  *400$'

# A new store from a backup works with the same key.
expect_status 0 pkictl store restore copy.db --store new.db
[[ $(stat -c %a new.db) == 600 ]] || fail "others may read the new store"
expect_status 0 pkictl call DescribeCertificateAuthority --store new.db \
  --request named.json
expect_status 0 pkictl call IssueCertificates --store new.db --key-file key \
  --request batch.json
python3 -c 'import json
for result in json.load(open("output"))["Results"]: result["CertificateArn"]'

# A damaged file is neither sound nor restored. The middle page of the tree
# loses its type, and a file loses its second half.
middle=$(($(stat -c %s copy.db) / 4096 / 2))
cp copy.db damaged.db
printf '\377' |
  dd of=damaged.db bs=1 seek=$((middle * 4096)) conv=notrunc status=none
cp copy.db short.db
truncate -s $((middle * 4096)) short.db
cp copy.db headless.db
head -c 100 /dev/zero | dd of=headless.db conv=notrunc status=none
for file in damaged short headless; do
  expect_status 1 pkictl store check --store "$file.db"
  expect_in errors "^pkictl: .*$file.db"
  expect_status 1 pkictl store restore "$file.db" --store "from $file.db"
  [[ ! -e "from $file.db" ]] || fail "$file.db was restored"
done

# What only reads makes no store, and what tells of the engine needs none.
for command in list-certificate-authorities "crl generate --ca $arn" \
  "ocsp respond" "get-certificate-authority-csr --certificate-authority-arn $arn" \
  "call RunMaintenance" tree "keys rewrap"; do
  # shellcheck disable=SC2086
  expect_status 1 pkictl $command --store missing.db </dev/null
  expect_in errors '^pkictl: there is no store missing.db$'
done
expect_status 0 pkictl list-templates --store missing.db
expect_in output RootCACertificate
expect_status 0 pkictl call DescribeTemplate --store missing.db --request - \
  <<<'{"TemplateArn": "arn:aws:acm-pca:::template/RootCACertificate/V1"}'

# Only a store that is there is looked after, and none is made.
for command in check stats "backup out.db"; do
  # shellcheck disable=SC2086
  expect_status 1 pkictl store $command --store missing.db
  expect_in errors '^pkictl: there is no store missing.db$'
  # shellcheck disable=SC2086
  expect_status 1 pkictl store $command --store memory
done
expect_status 1 pkictl store restore copy.db --store memory
[[ ! -e missing.db && ! -e memory && ! -e out.db ]] || fail "a new file"
echo PASSED
