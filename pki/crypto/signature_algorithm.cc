// The table of signature algorithms.
#include "pki/crypto/signature_algorithm.h"

#include <algorithm>

namespace pki {
namespace {

// AlgorithmIdentifiers in DER, each an object identifier and its parameters.

// ecdsa-with-SHA256 and its kin, parameters absent (RFC 5758, section 3.2).
constexpr uint8_t kEcdsaSha256[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                    0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
constexpr uint8_t kEcdsaSha384[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                    0x48, 0xce, 0x3d, 0x04, 0x03, 0x03};
constexpr uint8_t kEcdsaSha512[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                    0x48, 0xce, 0x3d, 0x04, 0x03, 0x04};

// sha256WithRSAEncryption and its kin, parameters NULL (RFC 4055, section 5).
constexpr uint8_t kRsaSha256[] = {0x30, 0x0d, 0x06, 0x09, 0x2a,
                                  0x86, 0x48, 0x86, 0xf7, 0x0d,
                                  0x01, 0x01, 0x0b, 0x05, 0x00};
constexpr uint8_t kRsaSha384[] = {0x30, 0x0d, 0x06, 0x09, 0x2a,
                                  0x86, 0x48, 0x86, 0xf7, 0x0d,
                                  0x01, 0x01, 0x0c, 0x05, 0x00};
constexpr uint8_t kRsaSha512[] = {0x30, 0x0d, 0x06, 0x09, 0x2a,
                                  0x86, 0x48, 0x86, 0xf7, 0x0d,
                                  0x01, 0x01, 0x0d, 0x05, 0x00};

// id-RSASSA-PSS with the hash, MGF1 over the same hash, and a salt as long as
// the hash (RFC 4055, section 3.1).
template <uint8_t kHash, uint8_t kSalt>
constexpr uint8_t kRsaPss[] = {
    0x30, 0x41, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
    0x0a, 0x30, 0x34,
    // [0] hashAlgorithm
    0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
    0x04, 0x02, kHash, 0x05, 0x00,
    // [1] maskGenAlgorithm
    0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
    0x01, 0x01, 0x08, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
    0x03, 0x04, 0x02, kHash, 0x05, 0x00,
    // [2] saltLength
    0xa2, 0x03, 0x02, 0x01, kSalt};

// id-Ed25519, parameters absent (RFC 8410, section 3).
constexpr uint8_t kEd25519[] = {0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70};

using Algorithm = SignatureAlgorithm;

constexpr SignatureAlgorithmInfo kTable[] = {
    {Algorithm::kEcdsaSha256, "SHA256WITHECDSA", KeyFamily::kEc,
     Digest::kSha256, false, kEcdsaSha256},
    {Algorithm::kEcdsaSha384, "SHA384WITHECDSA", KeyFamily::kEc,
     Digest::kSha384, false, kEcdsaSha384},
    {Algorithm::kEcdsaSha512, "SHA512WITHECDSA", KeyFamily::kEc,
     Digest::kSha512, false, kEcdsaSha512},
    {Algorithm::kRsaSha256, "SHA256WITHRSA", KeyFamily::kRsa, Digest::kSha256,
     false, kRsaSha256},
    {Algorithm::kRsaSha384, "SHA384WITHRSA", KeyFamily::kRsa, Digest::kSha384,
     false, kRsaSha384},
    {Algorithm::kRsaSha512, "SHA512WITHRSA", KeyFamily::kRsa, Digest::kSha512,
     false, kRsaSha512},
    {Algorithm::kRsaPssSha256, "SHA256WITHRSA_PSS", KeyFamily::kRsa,
     Digest::kSha256, true, kRsaPss<0x01, 32>},
    {Algorithm::kRsaPssSha384, "SHA384WITHRSA_PSS", KeyFamily::kRsa,
     Digest::kSha384, true, kRsaPss<0x02, 48>},
    {Algorithm::kRsaPssSha512, "SHA512WITHRSA_PSS", KeyFamily::kRsa,
     Digest::kSha512, true, kRsaPss<0x03, 64>},
    {Algorithm::kEd25519, "", KeyFamily::kEd25519, Digest::kNone, false,
     kEd25519},
};

// PKCS#1 v1.5 without the NULL: RFC 4055, section 5, has readers accept it.
bool IsRsaWithoutNull(const SignatureAlgorithmInfo& info, ByteView der) {
  if (info.family != KeyFamily::kRsa || info.pss) return false;
  const ByteView oid = info.identifier.subspan(2, info.identifier.size() - 4);
  return der.size() == 2 + oid.size() && der[0] == 0x30 &&
         der[1] == oid.size() && der.subspan(2) == oid;
}

}  // namespace

absl::Span<const SignatureAlgorithmInfo> SignatureAlgorithms() {
  return kTable;
}

const SignatureAlgorithmInfo& InfoOf(SignatureAlgorithm algorithm) {
  return kTable[static_cast<size_t>(algorithm)];
}

std::optional<SignatureAlgorithm> SignatureAlgorithmFromDer(ByteView der) {
  const auto* const found = std::find_if(
      std::begin(kTable), std::end(kTable),
      [der](const SignatureAlgorithmInfo& info) {
        return info.identifier == der || IsRsaWithoutNull(info, der);
      });
  if (found == std::end(kTable)) return std::nullopt;
  return found->id;
}

}  // namespace pki
