#!/bin/bash
# What the CAs' keys are sealed under: files, the environment, and the terminal.
# shellcheck source=capi/cli/testing.sh
source capi/cli/testing.sh
readonly create=(call CreateCertificateAuthority --request ca.json)

# Makes file $1 of standard input, for us alone.
keep() {
  install -m 600 /dev/stdin "$1"
}

head -c 32 /dev/urandom | keep key
openssl rand -hex 32 | keep key.hex
echo 'one passphrase' | keep passphrase
echo 'another one' | keep wrong
ca_request >ca.json

# A key in either form, and no other.
expect_status 0 pkictl "${create[@]}" --store raw.db --key-file key
expect_status 0 pkictl "${create[@]}" --store raw.db --key-file key
expect_status 1 pkictl "${create[@]}" --store raw.db --key-file key.hex
expect_in errors 'REASON_KEK_WRONG'
expect_status 1 pkictl "${create[@]}" --store raw.db --passphrase-file wrong
expect_status 0 pkictl "${create[@]}" --store hex.db --key-file key.hex
python3 -c 'import sys
sys.stdout.buffer.write(bytes.fromhex(open("key.hex").read()))' | keep key.raw
expect_status 0 pkictl "${create[@]}" --store hex.db --key-file key.raw
expect_status 1 pkictl "${create[@]}" --store hex.db --key-file wrong
expect_in errors '^pkictl: wrong is no key'

# A passphrase from a file or from the environment; the file goes first. A wrong
# one does no damage.
expect_status 0 pkictl "${create[@]}" --passphrase-file passphrase
export PKICTL_PASSPHRASE='one passphrase'
expect_status 0 pkictl "${create[@]}"
expect_status 1 pkictl "${create[@]}" --passphrase-file wrong
expect_in errors 'REASON_KEK_WRONG'
export PKICTL_PASSPHRASE='another one'
expect_status 1 pkictl "${create[@]}"
expect_in errors 'REASON_KEK_WRONG'
expect_status 0 pkictl "${create[@]}" --passphrase-file passphrase
unset PKICTL_PASSPHRASE

# Without any, what needs no key works and what needs one says what to give.
naming "$(member output CertificateAuthorityArn)" >named.json
expect_status 0 pkictl call DescribeCertificateAuthority --request named.json
expect_status 1 pkictl "${create[@]}"
for word in REASON_KEK_MISSING --key-file --passphrase-file PKICTL_PASSPHRASE; do
  expect_in errors "$word"
done
expect_status 1 pkictl keys rewrap
expect_in errors REASON_KEK_MISSING

# On a terminal it asks, once, and shows nothing of the answer.
expect_status 0 on_terminal 'Passphrase of pki.db: =one passphrase' -- \
  "$pkictl" "${create[@]}"
expect_in output CertificateAuthorityArn
if grep -q 'one passphrase' output; then fail "the answer is shown"; fi
expect_status 1 on_terminal 'Passphrase of pki.db: =another one' -- \
  "$pkictl" "${create[@]}"
expect_in output REASON_KEK_WRONG
expect_status 1 on_terminal 'Passphrase of pki.db: =' -- \
  "$pkictl" "${create[@]}"
expect_status 130 on_terminal $'Passphrase of pki.db: =\x03' -- \
  "$pkictl" "${create[@]}"
expect_status 0 on_terminal -- \
  "$pkictl" call DescribeCertificateAuthority --request named.json

# Twice when nothing in the store is sealed yet.
expect_status 0 on_terminal 'New passphrase of new.db: =mine' \
  'The same again: =mine' -- "$pkictl" "${create[@]}" --store new.db
expect_status 0 on_terminal 'Passphrase of new.db: =mine' -- \
  "$pkictl" "${create[@]}" --store new.db
expect_status 1 on_terminal 'New passphrase of typo.db: =mine' \
  'The same again: =nime' -- "$pkictl" "${create[@]}" --store typo.db
expect_in output 'the two passphrases differ'

# What others may read is no secret.
cp key open.key
for mode in 640 604 666; do
  chmod $mode open.key
  expect_status 1 pkictl "${create[@]}" --store raw.db --key-file open.key
  expect_in errors "mode 0$mode .*chmod 600 open.key"
done
chmod 400 open.key
expect_status 0 pkictl "${create[@]}" --store raw.db --key-file open.key

# Sealed anew, the keys open with the new key alone.
expect_status 0 pkictl store backup before.db
expect_status 0 pkictl keys rewrap --passphrase-file passphrase \
  --new-key-file key
expect_in output '^Keys sealed anew: [1-9]'
expect_status 1 pkictl "${create[@]}" --passphrase-file passphrase
expect_in errors 'REASON_KEK_WRONG'
expect_status 0 pkictl "${create[@]}" --key-file key
expect_status 0 pkictl keys rewrap --key-file key --new-passphrase-file wrong
expect_status 0 pkictl "${create[@]}" --passphrase-file wrong
expect_status 0 on_terminal 'Passphrase of pki.db: =another one' \
  'New passphrase of pki.db: =a third' 'The same again: =a third' -- \
  "$pkictl" keys rewrap
expect_status 0 env PKICTL_PASSPHRASE='a third' "$pkictl" "${create[@]}"

# A wrong old key changes nothing; without a new one there is nothing to do.
expect_status 1 pkictl keys rewrap --key-file key --new-passphrase-file passphrase
expect_in errors 'REASON_KEK_WRONG'
expect_status 0 env PKICTL_PASSPHRASE='a third' "$pkictl" "${create[@]}"
expect_status 1 env PKICTL_PASSPHRASE='a third' setsid --wait "$pkictl" \
  keys rewrap
expect_in errors '--new-key-file or --new-passphrase-file'
expect_status 1 pkictl keys rewrap --store missing.db --key-file key \
  --new-key-file key.raw

# A backup keeps the key that it was made with.
expect_status 0 pkictl "${create[@]}" --store before.db \
  --passphrase-file passphrase
echo PASSED
