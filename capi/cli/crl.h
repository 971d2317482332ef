// `pkictl crl`: CRLs, made and shown.
#ifndef PKI_CAPI_CLI_CRL_H_
#define PKI_CAPI_CLI_CRL_H_

#include "capi/cli/command.h"

namespace pkictl {

void AddCrl(CLI::App& parent, Commands* commands);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_CRL_H_
