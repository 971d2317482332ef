/* Where BoringSSL is missing the library loads, and opening an engine is an
 * error; once it is there, the next attempt succeeds. This program's dlopen()
 * comes before the system's and hides BoringSSL. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capi/pki_engine.h"

static int hidden = 1;

void* dlopen(const char* file, int mode) {
  void* (*real)(const char*, int);
  void* const symbol = dlsym(RTLD_NEXT, "dlopen");
  memcpy(&real, &symbol, sizeof(real));
  if (hidden && file != NULL && strstr(file, "libcrypto") != NULL) {
    file = "/nonexistent";
  }
  return real(file, mode);
}

int main(void) {
  pki_engine* engine = NULL;
  pki_error* error = NULL;
  if (pki_engine_open(PKI_ENCODING_JSON, NULL, 0, NULL, &engine, &error) !=
          PKI_CRYPTO_FAILURE ||
      engine != NULL ||
      strcmp(pki_error_reason_name(error), "REASON_CRYPTO_LIBRARY_MISSING") !=
          0) {
    fprintf(stderr, "not refused: %s\n", pki_error_json(error));
    return 1;
  }
  printf("%s\n", pki_error_message(error));
  pki_error_free(error);

  hidden = 0;
  if (pki_engine_open(PKI_ENCODING_JSON, NULL, 0, NULL, &engine, &error) !=
      PKI_OK) {
    fprintf(stderr, "refused: %s\n", pki_error_json(error));
    return 1;
  }
  pki_engine_close(engine);
  puts("PASSED");
  return 0;
}
