// Entries go into the object as they are read. Only then is their size known,
// with which the CRL begins, and which is signed with them: what stands before
// them is put ahead of them at the end, and they are read back to be hashed.
#include "pki/revoke/write_crl.h"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "pki/base/status.h"
#include "pki/base/timestamp.h"
#include "pki/crypto/digest.h"
#include "pki/der/oid.h"
#include "pki/keystore/checked_signature.h"
#include "pki/revoke/crl_reason.h"
#include "pki/revoke/crl_schedule.h"
#include "pki/store/record.h"
#include "pki/store/scan_pages.h"
#include "pki/x509/crl.h"
#include "pki/x509/extension.h"

namespace pki {
namespace {

using google::protobuf::Timestamp;

constexpr size_t kPage = 1000;
constexpr size_t kSerialDigits = 32;
constexpr size_t kEntrySize = 64;  // bytes, about

// The bytes of the serial that the key of a revocation ends in.
std::array<uint8_t, kSerialDigits / 2> SerialIn(absl::string_view key) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  key = key.substr(key.size() - kSerialDigits);
  std::array<uint8_t, kSerialDigits / 2> serial;
  for (size_t i = 0; i < serial.size(); ++i) {
    serial[i] =
        static_cast<uint8_t>(digit(key[2 * i]) << 4 | digit(key[2 * i + 1]));
  }
  return serial;
}

// Turns revocations into entries.
class EntryWriter {
 public:
  EntryWriter(const CrlOrder& order, v1::CrlRecord* crl)
      : order_(order),
        this_update_(FromTimestamp(crl->this_update())),
        crl_(*crl) {
    entries_.reserve(kPage * kEntrySize);
    revocation_.mutable_revoked_at();
    revocation_.mutable_not_after();
  }

  // The entries of those of a page that are listed; until the next call.
  absl::StatusOr<absl::string_view> Write(const std::vector<Entry>& page) {
    entries_.clear();
    for (const Entry& stored : page) {
      const bool parsed = Parse(stored.value);
      PKI_RETURN_IF_ERROR(
          CheckRecord(parsed, revocation_.format(), stored.key));
      if (!IsListed(revocation_, order_.last, this_update_)) continue;
      AppendCrlEntry(
          {SerialIn(stored.key), FromTimestamp(revocation_.revoked_at()),
           CrlReasonOf(revocation_.reason())},
          &entries_);
      crl_.set_entries(crl_.entries() + 1);
    }
    return entries_;
  }

 private:
  // Into one message for all, with the times' memory in it: Clear() alone would
  // give that back, to be taken anew for each of a million.
  bool Parse(const Bytes& record) {
    std::unique_ptr<Timestamp> revoked_at(revocation_.release_revoked_at());
    std::unique_ptr<Timestamp> not_after(revocation_.release_not_after());
    revocation_.Clear();
    revoked_at->Clear();
    not_after->Clear();
    revocation_.set_allocated_revoked_at(revoked_at.release());
    revocation_.set_allocated_not_after(not_after.release());
    return revocation_.MergeFromString(record);
  }

  const CrlOrder& order_;
  const absl::Time this_update_;
  v1::CrlRecord& crl_;
  v1::RevocationRecord revocation_;
  Bytes entries_;
};

absl::Status AppendEntries(Store& store, const CrlOrder& order,
                           ObjectWriter& object, v1::CrlRecord* crl) {
  EntryWriter writer(order, crl);
  return ScanPages(store, order.revocations, kPage,
                   [&](const std::vector<Entry>& page) -> absl::Status {
                     PKI_ASSIGN_OR_RETURN(const absl::string_view entries,
                                          writer.Write(page));
                     return object.Append(entries);
                   });
}

CrlFrame FrameOf(const CrlOrder& order, const v1::CrlRecord& crl,
                 uint64_t entries_size) {
  const Bytes number = EncodeExtension(oid::kCrlNumber, false,
                                       View(EncodeCrlNumber(crl.number())));
  const Bytes partition = EncodeExtension(
      oid::kIssuingDistributionPoint, true,
      View(EncodeIssuingDistributionPoint(order.partition_uris)));
  std::vector<ByteView> extensions = {order.authority_key_identifier,
                                      View(number)};
  if (!order.partition_uris.empty()) extensions.push_back(View(partition));
  CrlParts parts;
  parts.signature_algorithm = InfoOf(order.algorithm).identifier;
  parts.issuer = order.issuer;
  parts.this_update = FromTimestamp(crl.this_update());
  parts.next_update = FromTimestamp(crl.next_update());
  parts.extensions = extensions;
  return CrlFrame(parts, entries_size);
}

}  // namespace

absl::Status WriteCrl(Store& store, const CrlOrder& order, ObjectWriter& object,
                      v1::CrlRecord* crl) {
  PKI_RETURN_IF_ERROR(AppendEntries(store, order, object, crl));
  const CrlFrame frame = FrameOf(order, *crl, object.size());
  Hasher hasher(InfoOf(order.algorithm).digest);
  hasher.Update(frame.tbs_head());
  PKI_RETURN_IF_ERROR(object.ReadBack(
      [&](absl::string_view piece) { hasher.Update(View(piece)); }));
  hasher.Update(frame.tbs_tail());
  PKI_ASSIGN_OR_RETURN(const Bytes signature,
                       SignDigestChecked(*order.key, order.algorithm,
                                         View(hasher.Finish()), order.check));
  PKI_RETURN_IF_ERROR(object.Append(frame.Tail(View(signature))));
  object.Prepend(frame.Head(View(signature)));
  crl->set_size(object.size());
  return absl::OkStatus();
}

}  // namespace pki
