/* The library can be loaded while a program runs, let go of, and loaded again.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "capi/pki_engine.h"

static int UseOnce(const char* path) {
  void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  int32_t (*open)(int32_t, const void*, size_t, const pki_host*, pki_engine**,
                  pki_error**);
  void (*close)(pki_engine*);
  pki_engine* engine = NULL;
  void* symbol;
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 0;
  }
  symbol = dlsym(library, "pki_engine_open");
  memcpy(&open, &symbol, sizeof(open));
  symbol = dlsym(library, "pki_engine_close");
  memcpy(&close, &symbol, sizeof(close));
  if (open(PKI_ENCODING_JSON, NULL, 0, NULL, &engine, NULL) != PKI_OK) {
    return 0;
  }
  close(engine);
  return dlclose(library) == 0;
}

int main(int argc, char** argv) {
  if (argc != 2 || !UseOnce(argv[1]) || !UseOnce(argv[1])) return 1;
  puts("PASSED");
  return 0;
}
