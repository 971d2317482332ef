// BindCrypto() for programs that link BoringSSL in the usual way.
#include "capi/crypto_binding/bind.h"

namespace pki {

absl::Status BindCrypto() { return absl::OkStatus(); }

}  // namespace pki
