#!/bin/bash
# Writes FUNCTION(name) for each function of BoringSSL that our objects call.
# Usage: list_bound_functions OUT LIBCRYPTO ARCHIVE...
set -euo pipefail
export LC_ALL=C
out=$1 libcrypto=$2
shift 2

: >"$out"
case $libcrypto in *.a) exit ;; esac

undefined() { nm --undefined-only --format=posix "$@" 2>/dev/null |
  awk 'NF >= 2 { print $1 }' | sort -u; }
exported() { nm --dynamic --defined-only --format=posix "$libcrypto" |
  awk -v types="$1" 'index(types, $2) { print $1 }' | sort -u; }

# A stub stands in for a function only: an object would have two addresses.
data=$(comm -12 <(undefined "$@") <(exported BDRVW))
if [[ -n $data ]]; then
  printf 'error: not functions of libcrypto: %s\n' "$data" >&2
  exit 1
fi
comm -12 <(undefined "$@") <(exported T) | sed 's/.*/FUNCTION(&)/' >"$out"
