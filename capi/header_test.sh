#!/bin/bash
# pki_engine.h compiles alone, in C99 and in C++17, with every warning an error.
# Usage: header_test.sh HEADER
set -euo pipefail
warnings=(-pedantic -Wall -Wextra -Werror -fsyntax-only)
cc -std=c99 "${warnings[@]}" -x c - <<<"#include \"$PWD/$1\""
c++ -std=c++17 "${warnings[@]}" -x c++ - <<<"#include \"$PWD/$1\""
# A caller that uses everything, in both.
for language in c c++; do
  standard=c99
  [[ $language == c ]] || standard=c++17
  cc -std=$standard "${warnings[@]}" -x $language - <<END
#include "$PWD/$1"
int main(void) {
  pki_host host = {sizeof(pki_host), NULL, NULL, NULL, NULL};
  pki_engine* engine = NULL;
  pki_buffer* response = NULL;
  pki_error* error = NULL;
  pki_engine_open(PKI_ENCODING_JSON, "{}", 2, &host, &engine, &error);
  pki_engine_call(engine, "X", PKI_ENCODING_JSON, "{}", 2, &response, &error);
  pki_engine_close(engine);
  return (int)pki_buffer_size(response) + pki_error_code(error) - PKI_OK;
}
END
done
