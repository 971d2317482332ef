// RevokeCertificate: the record of a revocation, and who can be revoked.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/engine/crl.h"
#include "pki/engine/operations.h"
#include "pki/x509/certificate.h"

namespace pki {
namespace {

constexpr absl::string_view kSerialField = "Request.CertificateSerial";
constexpr size_t kSerialDigits = 32;

absl::Status NotFound(absl::string_view serial) {
  return Refuse(v1::REASON_SERIAL_NOT_FOUND, kSerialField,
                absl::StrCat("This certificate authority issued no certificate "
                             "with the serial ",
                             Quote(serial), "."));
}

// The serial as in a certificate's ARN: from hexadecimal digits of either case,
// with colons or without, with leading zeros or without.
absl::StatusOr<std::string> ReadSerial(absl::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == ':') continue;
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) {
      return Refuse(
          v1::REASON_SERIAL_FORM, kSerialField,
          absl::StrCat(Quote(text), " is no serial number in hexadecimal."));
    }
    digits.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty() || digits.size() > kSerialDigits) return NotFound(text);
  return absl::StrCat(std::string(kSerialDigits - digits.size(), '0'), digits);
}

// Which certificate of which CA.
struct Revoked {
  Ca ca;
  Bytes serial;
};

// Decides on the CA as it is in the store, and commits if it still is so.
absl::StatusOr<Revoked> TryRevoke(Context& context,
                                  const v1::RevokeCertificateRequest& request,
                                  absl::Time now) {
  PKI_ASSIGN_OR_RETURN(
      Ca ca, context.ReadCaFor(request.certificate_authority_arn(), now,
                               CaUse::kRevoke));
  PKI_ASSIGN_OR_RETURN(const std::string serial,
                       ReadSerial(request.certificate_serial()));
  const std::string issued_key = CertificateKey(ca.arn.id, serial);
  PKI_ASSIGN_OR_RETURN(const auto issued, ReadRecord<v1::CertificateRecord>(
                                              context.store(), issued_key));
  if (!issued.has_value()) return NotFound(request.certificate_serial());
  if (!issued->record.has_issuer_certificate()) {
    return Refuse(v1::REASON_REVOKE_SELF_SIGNED, kSerialField,
                  "Self-signed certificate can not be revoked");
  }
  const std::string key = RevocationKey(ca.arn.id, serial);
  PKI_ASSIGN_OR_RETURN(const auto revoked, context.store().Get(key));
  if (revoked.has_value()) {
    return Refuse(v1::REASON_REVOKED_ALREADY, kSerialField,
                  "This certificate is revoked already.");
  }
  const auto certificate =
      Certificate::Parse(View(issued->record.certificate()), "");
  if (!certificate.ok()) return DamagedRecord(issued_key);
  const absl::Time not_after = certificate->tbs().not_after;
  if (now > not_after) {
    return Refuse(v1::REASON_REVOKE_EXPIRED, kSerialField,
                  "This certificate has expired; it needs no revocation.");
  }
  v1::RevocationRecord record;
  record.set_format(kRecordFormat);
  record.set_reason(request.revocation_reason());
  *record.mutable_revoked_at() = ToTimestamp(now);
  *record.mutable_not_after() = ToTimestamp(not_after);
  WriteBatch batch;
  batch.preconditions.push_back({CaKey(ca.arn.id), ca.version});
  batch.preconditions.push_back({key, std::nullopt});
  batch.puts.emplace_back(key, record.SerializeAsString());
  Bytes serial_bytes = absl::HexStringToBytes(serial);
  MarkCrls(ca, View(serial_bytes), now, &batch);
  PKI_RETURN_IF_ERROR(context.store().Commit(std::move(batch)));
  return Revoked{std::move(ca), std::move(serial_bytes)};
}

}  // namespace

absl::Status RevokeCertificate(Context& context,
                               const v1::RevokeCertificateRequest& request,
                               v1::RevokeCertificateResponse* /*response*/) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  Revoked revoked;
  PKI_RETURN_IF_ERROR(Retry([&]() -> absl::Status {
    PKI_ASSIGN_OR_RETURN(revoked, TryRevoke(context, request, now));
    return absl::OkStatus();
  }));
  if (!context.settings().crl_at_revocation) return absl::OkStatus();
  // Whoever may revoke need not be there any more when the CRLs are made.
  const Caller owner = OwnerOf(revoked.ca);
  Context as_owner(context, &owner);
  UpdateCrlsOf(as_owner, revoked.ca, View(revoked.serial));
  return absl::OkStatus();
}

}  // namespace pki
