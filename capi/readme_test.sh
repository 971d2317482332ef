#!/bin/bash
# The C example of README.md compiles as written, and runs.
# Usage: readme_test.sh README LIBRARY (under its soname)
set -euo pipefail
library=$PWD/$2
example=$TEST_TMPDIR/example
awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$1" \
  >"$example.c"
cc -std=c99 -pedantic -Wall -Wextra -Werror "$example.c" -o "$example" -I. \
  "$library" -Wl,-rpath,"$(dirname "$library")"
"$example" | grep -q '^{"CertificateAuthorityArn":"arn:aws:acm-pca:'
