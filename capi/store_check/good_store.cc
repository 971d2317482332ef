// A library whose store passes.
#include "capi/map_store.h"
#include "capi/store_check/store_check.h"

const pki_store* pki_store_to_check(void) {
  static pki::MapStore store;
  return store.store();
}
