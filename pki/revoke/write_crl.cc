// Entries go into the object as they are read. Only then is their size known,
// with which the CRL begins, and which is signed with them: what stands before
// them is put ahead of them at the end, and they are read back to be hashed.
#include "pki/revoke/write_crl.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "pki/base/timestamp.h"
#include "pki/crypto/digest.h"
#include "pki/der/oid.h"
#include "pki/keystore/checked_signature.h"
#include "pki/revoke/crl_reason.h"
#include "pki/revoke/crl_schedule.h"
#include "pki/store/key_range.h"
#include "pki/store/record.h"
#include "pki/x509/crl.h"
#include "pki/x509/extension.h"

namespace pki {
namespace {

constexpr size_t kPage = 1000;
constexpr size_t kSerialDigits = 32;
constexpr size_t kEntrySize = 64;  // bytes, about

// Appends the entry of one revocation, if it is listed.
absl::Status AddEntry(const Entry& stored, const CrlOrder& order,
                      absl::Time now, Bytes* entries, v1::CrlRecord* crl) {
  PKI_ASSIGN_OR_RETURN(const auto revocation,
                       ToRecord<v1::RevocationRecord>(stored));
  if (!IsListed(revocation.record, order.last, now)) return absl::OkStatus();
  if (stored.key.size() < kSerialDigits) return DamagedRecord(stored.key);
  const Bytes serial = absl::HexStringToBytes(
      absl::string_view(stored.key).substr(stored.key.size() - kSerialDigits));
  AppendCrlEntry({View(serial), FromTimestamp(revocation.record.revoked_at()),
                  CrlReasonOf(revocation.record.reason())},
                 entries);
  crl->set_entries(crl->entries() + 1);
  return absl::OkStatus();
}

absl::Status AppendEntries(Store& store, const CrlOrder& order,
                           ObjectWriter& object, v1::CrlRecord* crl) {
  const absl::Time now = FromTimestamp(crl->generated_at());
  KeyRange range = order.revocations;
  Bytes entries;
  entries.reserve(kPage * kEntrySize);
  while (true) {
    PKI_ASSIGN_OR_RETURN(const std::vector<Entry> page,
                         store.Scan(range, kPage));
    entries.clear();
    for (const Entry& stored : page) {
      PKI_RETURN_IF_ERROR(AddEntry(stored, order, now, &entries, crl));
    }
    PKI_RETURN_IF_ERROR(object.Append(entries));
    if (page.size() < kPage) return absl::OkStatus();
    range.begin = KeyAfter(page.back().key);
  }
}

CrlFrame FrameOf(const CrlOrder& order, const v1::CrlRecord& crl,
                 uint64_t entries_size) {
  const Bytes number = EncodeExtension(oid::kCrlNumber, false,
                                       View(EncodeCrlNumber(crl.number())));
  const Bytes partition = EncodeExtension(
      oid::kIssuingDistributionPoint, true,
      View(EncodeIssuingDistributionPoint(order.partition_uri)));
  std::vector<ByteView> extensions = {order.authority_key_identifier,
                                      View(number)};
  if (!order.partition_uri.empty()) extensions.push_back(View(partition));
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
