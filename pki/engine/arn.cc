// Reading and writing of ARNs.
#include "pki/engine/arn.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "pki/base/status.h"

namespace pki {
namespace {

constexpr size_t kUuidBytes = 16;

bool IsLowerHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           (c >= 'a' && c <= 'f');
  });
}

bool IsUuid(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  constexpr size_t kSizes[] = {8, 4, 4, 4, 12};
  return std::equal(parts.begin(), parts.end(), std::begin(kSizes),
                    std::end(kSizes), [](absl::string_view part, size_t size) {
                      return part.size() == size && IsLowerHex(part);
                    });
}

// The parts of the resource: what stands between slashes behind the account.
struct Parts {
  CaArn ca;
  std::vector<absl::string_view> resource;
};

absl::StatusOr<Parts> Split(absl::string_view arn, absl::string_view field,
                            size_t resource_parts) {
  const std::vector<absl::string_view> parts = absl::StrSplit(arn, ':');
  if (parts.size() == 6 && parts[0] == "arn" && parts[2] == "acm-pca") {
    Parts found{CaArn{std::string(parts[1]), std::string(parts[3]),
                      std::string(parts[4]), ""},
                absl::StrSplit(parts[5], '/')};
    if (found.resource.size() == resource_parts &&
        found.resource[0] == "certificate-authority" &&
        IsUuid(found.resource[1])) {
      found.ca.id = std::string(found.resource[1]);
      return found;
    }
  }
  return Refuse(v1::REASON_ARN_MALFORMED, field,
                absl::StrCat("The ARN ", Quote(arn),
                             " does not refer to an existing resource."));
}

}  // namespace

std::string CaArn::ToString() const {
  return absl::StrCat("arn:", partition, ":acm-pca:", region, ":", account,
                      ":certificate-authority/", id);
}

absl::StatusOr<CaArn> ParseCaArn(absl::string_view arn,
                                 absl::string_view field) {
  PKI_ASSIGN_OR_RETURN(Parts parts, Split(arn, field, 2));
  return std::move(parts.ca);
}

std::string CertificateArn(absl::string_view ca_arn, ByteView serial) {
  return absl::StrCat(ca_arn, "/certificate/", Hex(serial));
}

absl::StatusOr<CertificateName> ParseCertificateArn(absl::string_view arn,
                                                    absl::string_view field) {
  PKI_ASSIGN_OR_RETURN(Parts parts, Split(arn, field, 4));
  const absl::string_view serial = parts.resource[3];
  if (parts.resource[2] != "certificate" || serial.size() != 2 * kSerialSize ||
      !IsLowerHex(serial)) {
    return Refuse(v1::REASON_ARN_MALFORMED, field,
                  absl::StrCat("The ARN ", Quote(arn),
                               " does not end with a certificate's serial."));
  }
  return CertificateName{std::move(parts.ca), std::string(serial)};
}

std::optional<std::string> SerialDigits(ByteView integer) {
  constexpr uint8_t kSignBit = 0x80;
  if (integer.empty() || (integer[0] & kSignBit) != 0) return std::nullopt;
  // The octet that keeps a positive INTEGER positive is not part of the number.
  if (integer[0] == 0) integer.remove_prefix(1);
  if (integer.size() > kSerialSize) return std::nullopt;
  std::string digits(2 * (kSerialSize - integer.size()), '0');
  return digits + Hex(integer);
}

std::string Uuid(ByteView random) {
  std::string bytes(Text(random.first(kUuidBytes)));
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = Hex(View(bytes));
  const absl::string_view digits = hex;
  return absl::StrCat(digits.substr(0, 8), "-", digits.substr(8, 4), "-",
                      digits.substr(12, 4), "-", digits.substr(16, 4), "-",
                      digits.substr(20));
}

absl::StatusOr<std::string> NewUuid(Entropy& entropy) {
  std::array<uint8_t, kUuidBytes> random;
  PKI_RETURN_IF_ERROR(entropy.Fill(random.data(), random.size()));
  return Uuid(random);
}

}  // namespace pki
