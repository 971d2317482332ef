// BoringSSL's own parsers, to compare ours with.
#ifndef PKI_TESTING_PARSE_WITH_BORINGSSL_H_
#define PKI_TESTING_PARSE_WITH_BORINGSSL_H_

#include "pki/base/bytes.h"

namespace pki {

// True when d2i_X509_REQ takes `der` as a whole.
bool BoringSslReadsCsr(ByteView der);

}  // namespace pki

#endif  // PKI_TESTING_PARSE_WITH_BORINGSSL_H_
