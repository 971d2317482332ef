// Whether the CRLs in a store are what their records say, and list what is
// revoked. They are read with BoringSSL.
#ifndef PKI_CAPI_DURABILITY_CRL_CHECKER_H_
#define PKI_CAPI_DURABILITY_CRL_CHECKER_H_

#include "capi/durability/answer.h"
#include "capi/durability/contents.h"

namespace pki {

// Adds a problem for every CRL that does not go with its record, its objects,
// its URIs, its audit entries, the answers or the certificate that signs it, or
// that lists what is not revoked. No number is there twice, and the last is the
// highest. Holds at any time.
void CheckCrls(const Contents& contents, const Answers& answers,
               Problems* problems);

// Adds a problem for every CRL that is missing, and for every certificate that
// is revoked and not in the CRL that it names, in another partition too, or not
// in the complete CRL if there is one. Holds when nothing is due.
void CheckCrlsAreUp(const Contents& contents, Problems* problems);

}  // namespace pki

#endif  // PKI_CAPI_DURABILITY_CRL_CHECKER_H_
