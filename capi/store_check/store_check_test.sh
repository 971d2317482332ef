#!/bin/bash
# store_check passes a good store, finds a bad one, and says what it needs.
# Usage: store_check_test.sh STORE_CHECK GOOD_LIBRARY BAD_LIBRARY
set -euo pipefail
store_check=$PWD/$1 good=$PWD/$2 bad=$PWD/$3

fail() {
  echo "$1" >&2
  exit 1
}

# expect STATUS ARGUMENT...: runs store_check; its output is in $output.
expect() {
  local expected=$1 status=0
  shift
  output=$("$store_check" "$@" 2>&1) || status=$?
  [[ $status == "$expected" ]] ||
    fail "store_check $* ended with $status, not $expected: $output"
}

expect 0 "$good"
! grep FAILED <<<"$output" || fail "a good store fails"
[[ $(grep -c ' passed$' <<<"$output") -ge 25 ]] || fail "cases are missing"

expect 1 "$bad"
grep -q '^AbsentPreconditionHoldsOnce .*FAILED$' <<<"$output" ||
  fail "ignored preconditions are not found"
grep -q '^AbsentKeyIsNone .* passed$' <<<"$output" ||
  fail "what works is not passed"

expect 2
expect 2 "$good" "$bad"
expect 2 "$TEST_TMPDIR/no-such-library.so"
# A library, but one without a store.
expect 2 "$(ldconfig -p | awk '/libm\.so\.6 .*x86-64/ { print $NF; exit }')"
