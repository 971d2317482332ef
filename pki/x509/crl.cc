// CRLs in pieces, and their parts.
#include "pki/x509/crl.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pki/der/oid.h"
#include "pki/der/time.h"
#include "pki/der/writer.h"
#include "pki/x509/signed.h"

namespace pki {
namespace {

constexpr der::Tag kCrlExtensions = der::ContextConstructed(0);
constexpr uint64_t kVersion2 = 1;

// crlEntryExtensions with a reasonCode and nothing else, but for its value.
constexpr uint8_t kReasonExtensions[] = {0x30, 0x0c, 0x30, 0x0a, 0x06,
                                         0x03, 0x55, 0x1d, 0x15, 0x04,
                                         0x03, 0x0a, 0x01};

Bytes HeaderOf(ByteView first, uint64_t size) {
  return der::EncodeHeader(der::kSequence, size) + Copy(first);
}

// RFC 5280 section 5.3.1: 7 is not used.
std::optional<uint8_t> ParseReason(ByteView value) {
  constexpr uint8_t kUnused = 7;
  constexpr uint8_t kLast = 10;
  der::Reader reader(value);
  ByteView octets;
  if (!reader.ReadInteger(&octets, der::kEnumerated) || !reader.empty() ||
      octets.size() != 1 || octets[0] == kUnused || octets[0] > kLast) {
    return std::nullopt;
  }
  return octets[0];
}

// Takes one entry off; false when it is none.
bool ReadEntry(der::Reader* entries, CrlEntry* entry) {
  der::Reader fields;
  der::Tag time_tag = 0;
  if (!entries->Read(der::kSequence, &fields) ||
      !fields.ReadInteger(&entry->serial) ||
      !fields.ReadTime(&entry->revoked_at, &time_tag)) {
    return false;
  }
  if (fields.empty()) return true;
  auto extensions = ParseExtensions(fields.rest());
  if (!extensions.has_value()) return false;
  entry->extensions = *std::move(extensions);
  const Extension* reason = FindExtension(entry->extensions, oid::kCrlReason);
  if (reason == nullptr) return true;
  entry->reason = ParseReason(reason->value);
  return entry->reason.has_value();
}

// Reads the fields of a tbsCertList.
bool ReadTbs(der::Reader fields, Crl* crl) {
  uint64_t version = 0;
  der::Tag time_tag = 0;
  absl::Time next_update;
  if (!fields.ReadUint64(&version) || version != kVersion2 ||
      !fields.ReadElement(der::kSequence, &crl->signature_algorithm) ||
      !fields.ReadElement(der::kSequence, &crl->issuer) ||
      !fields.ReadTime(&crl->this_update, &time_tag)) {
    return false;
  }
  if (fields.NextIs(der::kUtcTime) || fields.NextIs(der::kGeneralizedTime)) {
    if (!fields.ReadTime(&next_update, &time_tag)) return false;
    crl->next_update = next_update;
  }
  if (fields.NextIs(der::kSequence)) {
    ByteView entries;
    // There is no empty list: it is absent then.
    if (!fields.Read(der::kSequence, &entries) || entries.empty()) return false;
    crl->entries = Crl::Entries(entries);
    der::Reader rest(entries);
    while (!rest.empty()) {
      CrlEntry entry;
      if (!ReadEntry(&rest, &entry)) return false;
    }
  }
  if (fields.empty()) return true;
  ByteView list;
  if (!fields.Read(kCrlExtensions, &list) || !fields.empty()) return false;
  auto extensions = ParseExtensions(list);
  if (!extensions.has_value()) return false;
  crl->extensions = *std::move(extensions);
  return true;
}

}  // namespace

void AppendCrlEntry(const RevokedCertificate& entry, Bytes* out) {
  ByteView serial = entry.serial;
  while (serial.size() > 1 && serial[0] == 0) serial.remove_prefix(1);
  const bool needs_zero = serial[0] >= 0x80;
  const size_t serial_size = serial.size() + (needs_zero ? 1 : 0);
  const Bytes time = der::EncodeTime(entry.revoked_at);
  const size_t reason_size =
      entry.reason.has_value() ? sizeof(kReasonExtensions) + 1 : 0;
  // Every length is one octet here. No writer, because there may be millions.
  const char head[] = {
      '\x30',  // SEQUENCE
      static_cast<char>(2 + serial_size + time.size() + reason_size),
      static_cast<char>(der::kInteger), static_cast<char>(serial_size), '\0'};
  absl::StrAppend(out, absl::string_view(head, needs_zero ? 5 : 4),
                  Text(serial), time);
  if (!entry.reason.has_value()) return;
  absl::StrAppend(out, Text(kReasonExtensions));
  out->push_back(static_cast<char>(*entry.reason));
}

CrlFrame::CrlFrame(const CrlParts& parts, uint64_t entries_size)
    : entries_size_(entries_size),
      signature_algorithm_(Copy(parts.signature_algorithm)) {
  der::Writer tail;
  tail.Add(kCrlExtensions, [&](der::Writer& outer) {
    outer.Add(der::kSequence, [&](der::Writer& list) {
      for (const ByteView extension : parts.extensions) list.AddRaw(extension);
    });
  });
  tbs_tail_ = tail.Finish();
  der::Writer fields;
  fields.AddUint64(kVersion2);
  fields.AddRaw(parts.signature_algorithm);
  fields.AddRaw(parts.issuer);
  fields.AddRaw(View(der::EncodeTime(parts.this_update)));
  fields.AddRaw(View(der::EncodeTime(parts.next_update)));
  // A list of none is left out.
  if (entries_size > 0) {
    fields.AddRaw(View(der::EncodeHeader(der::kSequence, entries_size)));
  }
  const Bytes head = fields.Finish();
  tbs_head_ =
      HeaderOf(View(head), head.size() + entries_size + tbs_tail_.size());
}

Bytes CrlFrame::Signed(ByteView signature) const {
  der::Writer writer;
  writer.AddRaw(View(signature_algorithm_));
  writer.AddBitStringBytes(signature);
  return writer.Finish();
}

Bytes CrlFrame::Head(ByteView signature) const {
  return HeaderOf(tbs_head(), tbs_head_.size() + entries_size_ +
                                  tbs_tail_.size() + Signed(signature).size());
}

Bytes CrlFrame::Tail(ByteView signature) const {
  return tbs_tail_ + Signed(signature);
}

Bytes EncodeCrlNumber(uint64_t number) {
  der::Writer writer(16);
  writer.AddUint64(number);
  return writer.Finish();
}

std::optional<uint64_t> ParseCrlNumber(ByteView value) {
  der::Reader reader(value);
  uint64_t number = 0;
  if (!reader.ReadUint64(&number) || !reader.empty()) return std::nullopt;
  return number;
}

std::optional<CrlEntry> Crl::Entries::Next() {
  CrlEntry entry;
  if (rest_.empty() || !ReadEntry(&rest_, &entry)) return std::nullopt;
  return entry;
}

std::optional<Crl> Crl::Parse(ByteView der) {
  const auto parts = ReadSigned(der);
  if (!parts.has_value()) return std::nullopt;
  Crl crl;
  crl.tbs = parts->to_be_signed;
  crl.signature = parts->signature;
  der::Reader tbs;
  if (!der::Reader(crl.tbs).Read(der::kSequence, &tbs) || !ReadTbs(tbs, &crl) ||
      crl.signature_algorithm != parts->algorithm) {
    return std::nullopt;
  }
  return crl;
}

}  // namespace pki
