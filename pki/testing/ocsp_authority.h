// A CA without an engine, as `openssl ocsp` wants to know it.
#ifndef PKI_TESTING_OCSP_AUTHORITY_H_
#define PKI_TESTING_OCSP_AUTHORITY_H_

#include <string>

#include "pki/base/bytes.h"
#include "pki/crypto/private_key.h"

namespace pki {

// A CA with a new P-256 key that signed itself, and is valid today.
struct OcspAuthority {
  OcspAuthority();

  const PrivateKey key;
  const Bytes name;         // in DER
  const Bytes certificate;  // in DER
  // Files, in PEM.
  const std::string certificate_file;
  const std::string key_file;
};

}  // namespace pki

#endif  // PKI_TESTING_OCSP_AUTHORITY_H_
