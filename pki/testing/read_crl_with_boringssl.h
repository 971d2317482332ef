// BoringSSL's X509_CRL, to compare our CRLs with, and the certificates that
// they are of.
#ifndef PKI_TESTING_READ_CRL_WITH_BORINGSSL_H_
#define PKI_TESTING_READ_CRL_WITH_BORINGSSL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pki/base/bytes.h"

namespace pki {

// What BoringSSL finds in a CRL.
struct CrlOfBoringSsl {
  struct Entry {
    std::string serial;      // hexadecimal, no leading zero
    std::string revoked_at;  // the content of the ASN.1 time
    int reason = -1;         // -1 for none
  };

  long version = 0;
  std::string this_update;
  std::string next_update;             // empty for none
  std::string number;                  // hexadecimal; empty for none
  std::vector<std::string> partition;  // the URIs of the critical IDP
  std::vector<Entry> entries;
  // The CRL as BoringSSL writes it.
  Bytes der;
};

// None when d2i_X509_CRL does not take `der` as a whole.
std::optional<CrlOfBoringSsl> ReadCrlWithBoringSsl(ByteView der);

// Whether the CRL names the certificate as its issuer, and is signed with its
// key.
bool VerifyCrlWithBoringSsl(ByteView crl, ByteView certificate);

// The URIs where the certificate says that its CRL is.
std::vector<std::string> CrlUrisWithBoringSsl(ByteView certificate);

}  // namespace pki

#endif  // PKI_TESTING_READ_CRL_WITH_BORINGSSL_H_
