#!/bin/bash
# pki_engine.h compiles alone, in C99 and in C++17, with every warning an error;
# and so does a program that uses it.
# Usage: header_test.sh HEADER
set -euo pipefail
header=$PWD/$1

compile() {
  cc "$@" -pedantic -Wall -Wextra -Werror -fsyntax-only -
}

program="#include \"$header\""'
int main(void) {
  pki_store store = {sizeof(pki_store), NULL, NULL, NULL, NULL};
  pki_signer signer = {sizeof(pki_signer), NULL, NULL, NULL, NULL, NULL, NULL};
  pki_host host = {sizeof(pki_host), NULL,   NULL,    NULL, NULL,
                   &store,           &signer, NULL, NULL, NULL};
  pki_engine* engine = NULL;
  pki_buffer* response = NULL;
  pki_error* error = NULL;
  pki_engine_open(PKI_ENCODING_JSON, "{}", 2, &host, &engine, &error);
  pki_caller caller = {sizeof(pki_caller), NULL, NULL, NULL};
  pki_engine_call(engine, "X", PKI_ENCODING_JSON, "{}", 2, &response, &error);
  pki_engine_call_as(engine, &caller, "X", PKI_ENCODING_JSON, "{}", 2,
                     &response, &error);
  pki_engine_close(engine);
  return (int)pki_buffer_size(response) + pki_error_code(error) - PKI_OK;
}'
for source in "#include \"$header\"" "$program"; do
  compile -x c -std=c99 <<<"$source"
  compile -x c++ -std=c++17 <<<"$source"
done
