// Fuzzes CRLs in both directions: no bytes may crash the reader; and a CRL that
// is written of whatever the bytes say is the same to BoringSSL and to us.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "pki/base/bytes.h"
#include "pki/der/oid.h"
#include "pki/testing/read_crl_with_boringssl.h"
#include "pki/x509/crl.h"
#include "pki/x509/crl_sample.h"
#include "pki/x509/extension.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

// Takes what it asks for off the bytes, zeros when there are no more.
class Source {
 public:
  explicit Source(pki::ByteView bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  uint64_t Number(size_t size) {
    uint64_t number = 0;
    for (const char byte : Take(size)) {
      number = number << 8 | static_cast<uint8_t>(byte);
    }
    return number;
  }
  pki::Bytes Take(size_t size) {
    const size_t there = std::min(size, bytes_.size());
    pki::Bytes taken = pki::Copy(bytes_.first(there));
    bytes_.remove_prefix(there);
    return taken;
  }
  // From 1950 to 9999.
  absl::Time Time() {
    constexpr uint64_t kSeconds = 254033452800;
    return absl::FromUnixSeconds(static_cast<int64_t>(Number(5) % kSeconds) -
                                 631152000);
  }

 private:
  pki::ByteView bytes_;
};

pki::CrlSample SampleOf(Source source) {
  constexpr uint8_t kReasons[] = {1, 2, 3, 4, 5, 9, 10};
  pki::CrlSample sample;
  sample.this_update = source.Time();
  sample.next_update = source.Time();
  sample.number = source.Number(8);
  const uint64_t uris = source.Number(1) % 4;
  for (uint64_t i = 0; i < uris; ++i) {
    sample.uris.push_back(absl::StrCat(std::string(source.Number(1), 'u'), i));
  }
  sample.signature = source.Take(source.Number(1));
  while (!source.empty()) {
    pki::CrlSample::Entry entry;
    const uint64_t form = source.Number(1);
    entry.serial = source.Take(form / 8 % 20) + "\x01";
    if (form % 8 < 7) entry.reason = kReasons[form % 8];
    entry.revoked_at = source.Time();
    sample.entries.push_back(entry);
  }
  return sample;
}

std::string Digits(pki::ByteView serial) {
  const std::string digits = pki::Hex(serial);
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

// As in an ASN.1 time: a UTCTime until 2049 (RFC 5280 section 5.1.2.4).
std::string TextOf(absl::Time time) {
  const absl::Time in_2050 = absl::FromUnixSeconds(2524608000);
  return absl::FormatTime(time < in_2050 ? "%y%m%d%H%M%SZ" : "%E4Y%m%d%H%M%SZ",
                          time, absl::UTCTimeZone());
}

void RequireSameEntry(const pki::CrlSample::Entry& entry,
                      const pki::CrlOfBoringSsl::Entry& theirs,
                      const pki::CrlEntry& ours) {
  const std::string digits = Digits(pki::View(entry.serial));
  Require(theirs.serial == digits && Digits(ours.serial) == digits);
  Require(theirs.revoked_at == TextOf(entry.revoked_at) &&
          ours.revoked_at == entry.revoked_at);
  Require(theirs.reason == (entry.reason.has_value() ? *entry.reason : -1) &&
          ours.reason == entry.reason);
}

void RequireSameExtensions(const pki::CrlSample& sample,
                           const pki::CrlOfBoringSsl& theirs,
                           const pki::Crl& ours) {
  Require(theirs.number ==
          (sample.number == 0 ? "" : absl::StrCat(absl::Hex(sample.number))));
  const pki::Extension* number =
      pki::FindExtension(ours.extensions, pki::oid::kCrlNumber);
  Require(number != nullptr &&
          pki::ParseCrlNumber(number->value) == sample.number);
  Require(theirs.partition == sample.uris);
  const pki::Extension* partition =
      pki::FindExtension(ours.extensions, pki::oid::kIssuingDistributionPoint);
  Require((partition == nullptr) == sample.uris.empty());
  if (partition == nullptr) return;
  const auto uris = pki::ParseIssuingDistributionPoint(partition->value);
  Require(partition->critical && uris.has_value() &&
          std::equal(uris->begin(), uris->end(), sample.uris.begin(),
                     sample.uris.end()));
}

void RequireSame(const pki::CrlSample& sample) {
  const pki::Bytes der = pki::EncodeCrl(sample);
  const auto theirs = pki::ReadCrlWithBoringSsl(pki::View(der));
  std::optional<pki::Crl> ours = pki::Crl::Parse(pki::View(der));
  Require(theirs.has_value() && ours.has_value());
  Require(theirs->der == der && theirs->version == 1);
  Require(theirs->this_update == TextOf(sample.this_update) &&
          theirs->next_update == TextOf(sample.next_update));
  Require(ours->this_update == sample.this_update &&
          ours->next_update == sample.next_update);
  RequireSameExtensions(sample, *theirs, *ours);
  Require(theirs->entries.size() == sample.entries.size());
  for (size_t i = 0; i < sample.entries.size(); ++i) {
    const auto read = ours->entries.Next();
    Require(read.has_value());
    RequireSameEntry(sample.entries[i], theirs->entries[i], *read);
  }
  Require(!ours->entries.Next().has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const pki::ByteView bytes(data, size);
  std::optional<pki::Crl> crl = pki::Crl::Parse(bytes);
  // Every entry of what was read can be read again.
  if (crl.has_value()) {
    while (crl->entries.Next().has_value()) {
    }
  }
  RequireSame(SampleOf(Source(bytes)));
  return 0;
}
