// The CRL of a CA, or of one of its partitions, from the store into an object.
#ifndef PKI_REVOKE_WRITE_CRL_H_
#define PKI_REVOKE_WRITE_CRL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pki/base/bytes.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/keystore/key_store.h"
#include "pki/object/object_writer.h"
#include "pki/store/store.h"
#include "proto/config.pb.h"
#include "proto/store.pb.h"

namespace pki {

// What a CRL is made of. Views live until WriteCrl() returns.
struct CrlOrder {
  // The RevocationRecords, whose keys end in serials of 32 digits.
  KeyRange revocations;
  std::optional<v1::CrlRecord> last;
  ByteView issuer;                          // a Name in DER
  ByteView authority_key_identifier;        // the whole Extension
  std::vector<std::string> partition_uris;  // none for the complete CRL
  const SigningKey* key = nullptr;
  SignatureAlgorithm algorithm = SignatureAlgorithm::kEcdsaSha256;
  v1::SignatureCheck check = v1::SIGNATURE_CHECK_ALWAYS;
};

// Writes the CRL that `crl` (NextCrl()) is the beginning of, and notes its size
// and its entries there. The revocations are read once; of all this only a page
// of them, and a part of the object, is in memory at any time. What is revoked
// meanwhile may be in it or not. Errors: STORAGE_FAILURE; those of
// SignChecked() (pki/keystore/checked_signature.h).
absl::Status WriteCrl(Store& store, const CrlOrder& order, ObjectWriter& object,
                      v1::CrlRecord* crl);

}  // namespace pki

#endif  // PKI_REVOKE_WRITE_CRL_H_
