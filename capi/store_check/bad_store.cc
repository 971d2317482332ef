// A library whose store forgets the preconditions of a commit.
#include "capi/map_store.h"
#include "capi/store_check/store_check.h"

namespace {

pki::MapStore& Good() {
  static pki::MapStore store;
  return store;
}

int32_t Commit(void* context, const pki_batch* batch) {
  pki_batch unconditional = *batch;
  unconditional.precondition_count = 0;
  return Good().store()->commit(context, &unconditional);
}

}  // namespace

const pki_store* pki_store_to_check(void) {
  static pki_store store = *Good().store();
  store.commit = Commit;
  return &store;
}
