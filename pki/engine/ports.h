// What an engine stands on.
#ifndef PKI_ENGINE_PORTS_H_
#define PKI_ENGINE_PORTS_H_

#include <memory>

#include "pki/base/ports.h"
#include "pki/keystore/key_store.h"
#include "pki/object/object_sink.h"
#include "pki/store/maintenance.h"
#include "pki/store/store.h"

namespace pki {

// The first four are required.
struct Ports {
  std::shared_ptr<Clock> clock;
  std::shared_ptr<Entropy> entropy;
  std::shared_ptr<Store> store;
  std::shared_ptr<KeyStore> key_store;
  // Null for a store that has none.
  std::shared_ptr<StoreMaintenance> maintenance = nullptr;
  // Null for none but the caller's thread.
  std::shared_ptr<Executor> executor = nullptr;
  // Gets a copy of every object; null for none.
  std::shared_ptr<ObjectSink> object_sink = nullptr;
  // Told how far long operations are; may be null.
  Progress progress = nullptr;
};

}  // namespace pki

#endif  // PKI_ENGINE_PORTS_H_
