// The request's algorithms beside those of the crypto library, as a table.
#include "pki/policy/algorithm.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "pki/base/status.h"
#include "pki/base/wire_name.h"
#include "pki/crypto/key_algorithm.h"

namespace pki {
namespace {

constexpr struct {
  v1::SigningAlgorithm requested;
  SignatureAlgorithm algorithm;
} kAlgorithms[] = {
    {v1::SIGNING_ALGORITHM_SHA256WITHECDSA, SignatureAlgorithm::kEcdsaSha256},
    {v1::SIGNING_ALGORITHM_SHA384WITHECDSA, SignatureAlgorithm::kEcdsaSha384},
    {v1::SIGNING_ALGORITHM_SHA512WITHECDSA, SignatureAlgorithm::kEcdsaSha512},
    {v1::SIGNING_ALGORITHM_SHA256WITHRSA, SignatureAlgorithm::kRsaSha256},
    {v1::SIGNING_ALGORITHM_SHA384WITHRSA, SignatureAlgorithm::kRsaSha384},
    {v1::SIGNING_ALGORITHM_SHA512WITHRSA, SignatureAlgorithm::kRsaSha512},
    {v1::SIGNING_ALGORITHM_SHA256WITHRSA_PSS,
     SignatureAlgorithm::kRsaPssSha256},
    {v1::SIGNING_ALGORITHM_SHA384WITHRSA_PSS,
     SignatureAlgorithm::kRsaPssSha384},
    {v1::SIGNING_ALGORITHM_SHA512WITHRSA_PSS,
     SignatureAlgorithm::kRsaPssSha512},
};

}  // namespace

absl::StatusOr<SignatureAlgorithm> ChooseSignatureAlgorithm(
    v1::SigningAlgorithm requested, v1::KeyAlgorithm key,
    absl::string_view field) {
  const auto key_info = FindKeyAlgorithm(key, field);
  bool supported = false;
  std::vector<absl::string_view> valid;
  for (const auto& row : kAlgorithms) {
    const SignatureAlgorithmInfo& info = InfoOf(row.algorithm);
    const bool matches = key_info.ok() && info.family == key_info->family;
    if (row.requested == requested) {
      if (matches) return row.algorithm;
      supported = true;
    }
    if (matches) valid.push_back(info.name);
  }
  if (!supported) {
    return Refuse(v1::REASON_SIGNING_ALGORITHM_UNSUPPORTED, field,
                  absl::StrCat("Signing algorithm ", WireNameOf(requested),
                               " is not supported: the crypto library lacks "
                               "it."));
  }
  return Refuse(v1::REASON_SIGNING_ALGORITHM_MISMATCH, field,
                absl::StrCat("Signing algorithm ", WireNameOf(requested),
                             " cannot be used with key type ", WireNameOf(key),
                             ". Valid signing algorithms are: ",
                             absl::StrJoin(valid, ", "), "."));
}

}  // namespace pki
