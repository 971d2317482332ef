// A host's signer, for tests: SoftwareKms behind the callbacks of a pki_signer.
#ifndef PKI_CAPI_KMS_SIGNER_H_
#define PKI_CAPI_KMS_SIGNER_H_

#include "capi/pki_engine.h"
#include "pki/testing/software_kms.h"

namespace pki {

class KmsSigner {
 public:
  KmsSigner();
  KmsSigner(const KmsSigner&) = delete;
  KmsSigner& operator=(const KmsSigner&) = delete;

  SoftwareKms kms;
  // Its context is this object. A test may change it before it is given to an
  // engine.
  pki_signer signer = {};
};

}  // namespace pki

#endif  // PKI_CAPI_KMS_SIGNER_H_
