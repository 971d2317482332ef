#!/bin/bash
# The commands of README.md for a provisioning line do what it says.
# shellcheck source=capi/cli/testing.sh
source capi/cli/testing.sh
awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' \
  "$TEST_SRCDIR/$TEST_WORKSPACE/README.md" >recipe.sh
expect_status 0 env PATH="${pkictl%/*}:$PATH" bash -e recipe.sh
expect_in output '^device.pem: OK$'
expect_in errors '^verify OK$'
expect_in output "certificate is revoked"
[[ -s line-backup.db ]] || fail "no backup"
