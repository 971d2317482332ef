/* Runs the conformance cases on the store of a host's shared library, which
 * exports pki_store_to_check().
 *
 * Usage: store_check LIBRARY
 * Exit status: 0 when the store passes, 1 when it does not, 2 when there is
 * nothing to check.
 */
#include "capi/store_check/store_check.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

typedef const pki_store* (*store_function)(void);

static void report(void* context, const char* name, const char* failure) {
  int* const failures = context;
  printf("%-45s %s\n", name, failure == NULL ? "passed" : "FAILED");
  if (failure == NULL) return;
  printf("    %s\n", failure);
  ++*failures;
}

/* The function of the library, or null and the reason on standard error. */
static store_function find_function(const char* path) {
  void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  void* const symbol =
      library == NULL ? NULL : dlsym(library, "pki_store_to_check");
  store_function function = NULL;
  if (symbol == NULL) {
    fprintf(stderr, "store_check: %s\n", dlerror());
    return NULL;
  }
  /* C knows no cast from an object's pointer to a function's. */
  memcpy(&function, &symbol, sizeof(function));
  return function;
}

int main(int argc, char** argv) {
  store_function function = NULL;
  const pki_store* store = NULL;
  pki_error* error = NULL;
  int failures = 0;
  int32_t code = PKI_OK;
  if (argc != 2) {
    fprintf(stderr, "usage: store_check LIBRARY\n");
    return 2;
  }
  function = find_function(argv[1]);
  if (function == NULL) return 2;
  store = function();
  if (store == NULL) {
    fprintf(stderr, "store_check: the library has no store to check\n");
    return 2;
  }
  code = pki_store_check(store, report, &failures, &error);
  if (code == PKI_OK) {
    printf("The store passes.\n");
  } else if (failures > 0) {
    printf("The store fails %d of the cases.\n", failures);
  } else {
    fprintf(stderr, "store_check: %s\n", pki_error_message(error));
  }
  pki_error_free(error);
  if (code == PKI_OK) return 0;
  return failures > 0 ? 1 : 2;
}
