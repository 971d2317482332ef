// BoringSSL's own parsers.
#include "pki/testing/parse_with_boringssl.h"

#include <openssl/err.h>
#include <openssl/x509.h>

namespace pki {

bool BoringSslReadsCsr(ByteView der) {
  const uint8_t* bytes = der.data();
  const bssl::UniquePtr<X509_REQ> csr(
      d2i_X509_REQ(nullptr, &bytes, static_cast<long>(der.size())));
  ERR_clear_error();
  return csr != nullptr && bytes == der.data() + der.size();
}

}  // namespace pki
