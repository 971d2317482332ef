// `pkictl demo`: from nothing to a certificate that other software trusts.
#ifndef PKI_CAPI_CLI_DEMO_H_
#define PKI_CAPI_CLI_DEMO_H_

#include <string>

#include "absl/status/status.h"

namespace pkictl {

// Creates a root CA and a subordinate CA, issues a certificate for the CSR in
// the file `csr_path` (PEM or DER; when empty, for one that it makes), writes
// everything into the folder `out`, and tells on standard output what it does.
absl::Status RunDemo(const std::string& csr_path, const std::string& out);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_DEMO_H_
