// What an engine stands on.
#ifndef PKI_ENGINE_PORTS_H_
#define PKI_ENGINE_PORTS_H_

#include <memory>

#include "pki/base/ports.h"
#include "pki/keystore/key_store.h"
#include "pki/store/store.h"

namespace pki {

// All four are required.
struct Ports {
  std::shared_ptr<Clock> clock;
  std::shared_ptr<Entropy> entropy;
  std::shared_ptr<Store> store;
  std::shared_ptr<KeyStore> key_store;
};

}  // namespace pki

#endif  // PKI_ENGINE_PORTS_H_
