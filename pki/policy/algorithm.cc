// The request's algorithms beside those of the crypto library, as a table.
#include "pki/policy/algorithm.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "pki/base/status.h"
#include "proto/options.pb.h"

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

// None for a key that no algorithm of the table uses.
std::optional<KeyFamily> FamilyOf(v1::KeyAlgorithm key) {
  switch (key) {
    case v1::KEY_ALGORITHM_RSA_2048:
    case v1::KEY_ALGORITHM_RSA_3072:
    case v1::KEY_ALGORITHM_RSA_4096:
      return KeyFamily::kRsa;
    case v1::KEY_ALGORITHM_EC_PRIME256V1:
    case v1::KEY_ALGORITHM_EC_SECP384R1:
    case v1::KEY_ALGORITHM_EC_SECP521R1:
      return KeyFamily::kEc;
    default:
      return std::nullopt;
  }
}

// The service's spelling of an enum value.
template <typename Enum>
std::string WireName(Enum value) {
  const auto* found =
      google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
  return found == nullptr ? absl::StrCat(value)
                          : found->options().GetExtension(v1::wire_name);
}

}  // namespace

absl::Status CheckKeyAlgorithm(v1::KeyAlgorithm key, absl::string_view field) {
  if (FamilyOf(key).has_value()) return absl::OkStatus();
  return Refuse(v1::REASON_KEY_ALGORITHM_UNSUPPORTED, field,
                absl::StrCat("Key algorithm ", WireName(key),
                             " is not supported: the crypto library lacks "
                             "it."));
}

absl::StatusOr<SignatureAlgorithm> ChooseSignatureAlgorithm(
    v1::SigningAlgorithm requested, v1::KeyAlgorithm key,
    absl::string_view field) {
  const std::optional<KeyFamily> family = FamilyOf(key);
  bool supported = false;
  std::vector<absl::string_view> valid;
  for (const auto& row : kAlgorithms) {
    const SignatureAlgorithmInfo& info = InfoOf(row.algorithm);
    const bool matches = info.family == family;
    if (row.requested == requested) {
      if (matches) return row.algorithm;
      supported = true;
    }
    if (matches) valid.push_back(info.name);
  }
  if (!supported) {
    return Refuse(v1::REASON_SIGNING_ALGORITHM_UNSUPPORTED, field,
                  absl::StrCat("Signing algorithm ", WireName(requested),
                               " is not supported: the crypto library lacks "
                               "it."));
  }
  return Refuse(v1::REASON_SIGNING_ALGORITHM_MISMATCH, field,
                absl::StrCat("Signing algorithm ", WireName(requested),
                             " cannot be used with key type ", WireName(key),
                             ". Valid signing algorithms are: ",
                             absl::StrJoin(valid, ", "), "."));
}

}  // namespace pki
