// One table, read from both sides.
#include "pki/x509/crl_reason.h"

namespace pki {
namespace {

constexpr struct {
  uint8_t number;
  absl::string_view name;
} kReasons[] = {
    {1, "KEY_COMPROMISE"},         {2, "CERTIFICATE_AUTHORITY_COMPROMISE"},
    {3, "AFFILIATION_CHANGED"},    {4, "SUPERSEDED"},
    {5, "CESSATION_OF_OPERATION"}, {9, "PRIVILEGE_WITHDRAWN"},
    {10, "A_A_COMPROMISE"},
};

}  // namespace

std::optional<uint8_t> CrlReasonNumber(absl::string_view name) {
  for (const auto& reason : kReasons) {
    if (reason.name == name) return reason.number;
  }
  return std::nullopt;
}

std::optional<absl::string_view> CrlReasonName(uint8_t number) {
  for (const auto& reason : kReasons) {
    if (reason.number == number) return reason.name;
  }
  return std::nullopt;
}

}  // namespace pki
