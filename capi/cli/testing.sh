#!/bin/bash
# What the tests of pkictl have in common; sourced by them. It moves into the
# test's own folder and runs pkictl there, with none of the variables that pkictl
# reads and with no terminal.
set -euo pipefail
pkictl=$PWD/capi/cli/pkictl
terminal=$PWD/capi/cli/terminal.py
unset PKICTL_STORE PKICTL_CONFIG PKICTL_PASSPHRASE
cd "$TEST_TMPDIR"

fail() {
  echo "failed: $*" >&2
  exit 1
}

pkictl() {
  setsid --wait "$pkictl" "$@"
}

# Runs a command on a terminal, with what it asks and the answers before "--".
on_terminal() {
  python3 "$terminal" "$@"
}

# Runs a command that must end with status $1; what it prints is in the files
# "output" and "errors".
expect_status() {
  local want=$1 status=0
  shift
  "$@" >output 2>errors || status=$?
  [[ $status == "$want" ]] ||
    fail "$* ended with $status, not $want: $(cat errors)"
}

# Passes when file $1 has a match of $2.
expect_in() {
  grep -q -- "$2" "$1" || fail "no '$2' in $1: $(cat "$1")"
}

# Prints the value of member $2 of the JSON in file $1.
member() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' \
    "$1" "$2"
}

# Prints a request for a CA.
ca_request() {
  cat <<'END_JSON'
{"CertificateAuthorityType": "ROOT",
 "CertificateAuthorityConfiguration": {
   "KeyAlgorithm": "EC_prime256v1",
   "SigningAlgorithm": "SHA256WITHECDSA",
   "Subject": {"CommonName": "Root"}}}
END_JSON
}

# Creates a CA with the options given, and prints its ARN.
create_ca() {
  ca_request | pkictl call CreateCertificateAuthority --request - "$@" >created
  member created CertificateAuthorityArn
}

# Prints a request that names the CA $1.
naming() {
  printf '{"CertificateAuthorityArn": "%s"}\n' "$1"
}
