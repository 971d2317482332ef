// How libpki_engine.so comes to its crypto library.
//
// Debian's BoringSSL is a shared library whose symbols have OpenSSL's names and
// no versions. Linked in the usual way into a process that has OpenSSL too,
// half of our calls would end in OpenSSL. So the shared library does not link
// it: it calls stubs (stubs.S) that jump through a table, which is filled here
// from a private copy.
#ifndef PKI_CAPI_CRYPTO_BINDING_BIND_H_
#define PKI_CAPI_CRYPTO_BINDING_BIND_H_

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace pki {

// Makes BoringSSL callable; until it has returned OK nothing may call it. Does
// its work once, on the first call that succeeds. Safe on any thread. Errors:
// REASON_CRYPTO_LIBRARY_MISSING. In programs that link BoringSSL themselves
// there is nothing to do, and this is always OK.
absl::Status BindCrypto();

// The same, with the places to look at, each as dlopen() takes it; the first
// that holds BoringSSL is bound. For the test of the above.
absl::Status BindCryptoFrom(absl::Span<const char* const> libraries);

}  // namespace pki

#endif  // PKI_CAPI_CRYPTO_BINDING_BIND_H_
