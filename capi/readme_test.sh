#!/bin/bash
# The examples of README.md, in C and in Python, run as written.
# Usage: readme_test.sh README LIBRARY (under its soname)
set -euo pipefail
readme=$1
library=$PWD/$2
made='^{"CertificateAuthorityArn": *"arn:aws:acm-pca:'

# Prints the example in language $1.
example() {
  awk -v begin="^\`\`\`$1\$" \
    '$0 ~ begin { inside = 1; next } /^```$/ { inside = 0 } inside' "$readme"
}

example c >"$TEST_TMPDIR/example.c"
cc -std=c99 -pedantic -Wall -Wextra -Werror "$TEST_TMPDIR/example.c" \
  -o "$TEST_TMPDIR/example" -I. "$library" -Wl,-rpath,"$(dirname "$library")"
"$TEST_TMPDIR/example" | grep -q "$made"

# Python prints a dictionary; the library is where the build puts it.
example python | sed "s|bazel-bin/capi/libpki_engine.so.1|$library|" |
  python3 - | tr "'" '"' | grep -q "$made"
