#!/bin/bash
# The engine's configuration, as each subcommand with a store takes it.
# shellcheck source=capi/cli/testing.sh
source capi/cli/testing.sh
readonly create=(call CreateCertificateAuthority --request ca.json)

head -c 32 /dev/urandom >key
chmod 600 key
ca_request >ca.json
cat >config.json <<'END_JSON'
{"engine": {"accountId": "111122223333", "region": "eu-central-1",
            "templateCatalogueTexts": [
  "templates { name: 'Gadget' kind: CERTIFICATE_KIND_END_ENTITY varieties: 'base' extensions { basic_constraints { } } }"]},
 "accessKeys": [{"id": "AKIDEXAMPLE", "secretFile": "not read here"}],
 "limits": {"bodyBytes": 1000}}
END_JSON

# What one account made, the commands of this account find, and no other's.
expect_status 0 pkictl "${create[@]}" --key-file key --config config.json
arn=$(member output CertificateAuthorityArn)
[[ $arn == arn:aws:acm-pca:eu-central-1:111122223333:* ]] || fail "$arn"
expect_status 0 pkictl tree
[[ ! -s output ]] || fail "another account sees $(cat output)"
expect_status 0 pkictl tree --config config.json
expect_in output "$arn"
export PKICTL_CONFIG=config.json
expect_status 0 pkictl tree
expect_in output "$arn"
expect_status 0 pkictl list-certificate-authorities \
  --query 'CertificateAuthorities[].Arn' --output text
[[ $(cat output) == "$arn" ]] || fail "the list has $(cat output)"
expect_status 0 pkictl call DescribeCertificateAuthority \
  --request <(naming "$arn")
expect_status 1 pkictl crl generate --ca "$arn" --key-file key
if grep -q ResourceNotFound errors; then fail "$(cat errors)"; fi
expect_status 1 pkictl ocsp respond </dev/null
expect_in errors 'ValidationException'
expect_status 0 pkictl store check
expect_status 0 pkictl store stats
expect_status 0 pkictl store backup copy.db
expect_status 0 pkictl store restore copy.db --store new.db
expect_status 0 pkictl keys rewrap --key-file key --new-key-file key
expect_status 0 env PKICTL_CONFIG= "$pkictl" tree
[[ ! -s output ]] || fail "an empty PKICTL_CONFIG is one"

# Templates of one's own.
expect_status 0 pkictl list-templates
expect_in output ':111122223333:template/Gadget/V1"'

# What is wrong with it is told by all that read it.
refuses() {
  printf '%s' "$1" >wrong.json
  for command in tree list-templates "store check" "serve --store memory"; do
    # shellcheck disable=SC2086
    expect_status 1 pkictl $command --config wrong.json
    expect_in errors "$2"
  done
}
refuses '{"engine": {"accountId": 1}}' ' at Configuration.accountId$'
refuses '{"engine": {"storeFile": "x"}}' 'engine has storeFile, where --store'
refuses '{"engine": {"store_file": "x"}}' 'engine has store_file, where --store'
refuses '{"engine": 1}' 'wrong.json.engine is no object$'
refuses '{"engines": {}}' 'wrong.json.engines is not known$'
refuses '{' '^pkictl: wrong.json '
refuses '{"engine": {"threads": 1e999}}' '^pkictl: wrong.json '
refuses '[]' '^pkictl: wrong.json is no object$'
expect_status 2 pkictl tree --config missing.json
expect_status 1 env PKICTL_CONFIG=missing.json "$pkictl" tree
expect_in errors '^pkictl: cannot read missing.json'
# A name that is no text, past all options.
expect_status 1 env PKICTL_STORE=$'\xff' "$pkictl" serve
echo PASSED
