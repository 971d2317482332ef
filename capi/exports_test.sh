#!/bin/bash
# libpki_engine.so shows the functions of its header, and nothing else; it needs
# no libcrypto to load.
# Usage: exports_test.sh LIBRARY GOLDEN HEADER
set -euo pipefail
export LC_ALL=C
library=$1 golden=$2 header=$3

shown=$(nm --dynamic --defined-only --format=posix "$library" |
  awk '$2 != "A" { sub(/@.*/, "", $1); print $1 }' | sort)
diff -u "$golden" - <<<"$shown"

# What the header declares is what is shown.
diff -u "$golden" <(grep -oE '\bpki_[a-z_]+\(' "$header" |
  grep -oE '^[a-z_]+' | sort -u)

dynamic=$(readelf --dynamic --wide "$library")
grep -q 'SONAME.*\[libpki_engine.so.1\]' <<<"$dynamic"
if grep 'NEEDED.*libcrypto' <<<"$dynamic"; then
  echo "the library must not need a libcrypto to load" >&2
  exit 1
fi
