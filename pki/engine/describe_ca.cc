// DescribeCertificateAuthority and ListCertificateAuthorities: what is shown of
// CAs.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/engine/authorize.h"
#include "pki/engine/operations.h"
#include "pki/engine/page.h"

namespace pki {
namespace {

v1::CertificateAuthority Show(const Context& context, const Ca& ca,
                              absl::Time now) {
  v1::CertificateAuthority shown;
  shown.set_arn(ca.record.arn());
  shown.set_owner_account(ca.record.owner_account());
  *shown.mutable_created_at() = ca.record.created_at();
  *shown.mutable_last_state_change_at() = ca.record.last_state_change_at();
  shown.set_type(ca.record.type());
  shown.set_status(ca.StatusAt(now));
  *shown.mutable_certificate_authority_configuration() =
      ca.record.configuration();
  *shown.mutable_revocation_configuration() = ca.record.revocation();
  shown.set_usage_mode(ca.record.usage_mode());
  // What is true of the keys, whatever the request for the CA named.
  if (const auto standard = context.keys().security_standard();
      standard != v1::KEY_STORAGE_SECURITY_STANDARD_UNSPECIFIED) {
    shown.set_key_storage_security_standard(standard);
  }
  if (ca.record.has_restorable_until()) {
    *shown.mutable_restorable_until() = ca.record.restorable_until();
  }
  if (!ca.record.certificates().empty()) {
    shown.set_serial(ca.serial);
    *shown.mutable_not_before() = ToTimestamp(ca.not_before);
    *shown.mutable_not_after() = ToTimestamp(ca.not_after);
  }
  return shown;
}

// The caller's own, or those of others that are shared with it.
absl::StatusOr<bool> IsListed(Context& context, const Ca& ca,
                              v1::ResourceOwner owner) {
  const bool own = ca.record.owner_account() == context.caller().account;
  if (owner != v1::RESOURCE_OWNER_OTHER_ACCOUNTS) return own;
  if (own) return false;
  return IsShared(context, ca);
}

}  // namespace

absl::Status DescribeCertificateAuthority(
    Context& context, const v1::DescribeCertificateAuthorityRequest& request,
    v1::DescribeCertificateAuthorityResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(const Ca ca,
                       context.ReadCa(request.certificate_authority_arn()));
  *response->mutable_certificate_authority() = Show(context, ca, now);
  return absl::OkStatus();
}

absl::Status ListCertificateAuthorities(
    Context& context, const v1::ListCertificateAuthoritiesRequest& request,
    v1::ListCertificateAuthoritiesResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(
      const Pager pager,
      Pager::New(context, absl::StrCat("ListCertificateAuthorities/",
                                       context.caller().account, "/",
                                       request.resource_owner())));
  PKI_ASSIGN_OR_RETURN(std::string after, pager.After(TokenOf(request)));
  KeyRange range = KeysUnder(kCaPrefix);
  if (!after.empty()) range.begin = KeyAfter(after);
  const size_t size = PageSize(request);
  // Those that are not shown do not count, so there may be several scans to a
  // page.
  for (;;) {
    PKI_ASSIGN_OR_RETURN(std::vector<Entry> entries,
                         context.store().Scan(range, size));
    for (Entry& entry : entries) {
      if (response->certificate_authorities_size() == static_cast<int>(size)) {
        PKI_ASSIGN_OR_RETURN(*response->mutable_next_token(),
                             pager.Token(after));
        return absl::OkStatus();
      }
      PKI_ASSIGN_OR_RETURN(const auto stored, ToRecord<CaRecord>(entry));
      after = std::move(entry.key);
      PKI_ASSIGN_OR_RETURN(const Ca ca,
                           Context::ToCa(stored.record, stored.version));
      if (ca.IsGone(now)) {
        // What does not succeed now will the next time.
        context.Purge(ca).IgnoreError();
        continue;
      }
      PKI_ASSIGN_OR_RETURN(const bool listed,
                           IsListed(context, ca, request.resource_owner()));
      if (!listed) continue;
      *response->add_certificate_authorities() = Show(context, ca, now);
    }
    if (entries.size() < size) return absl::OkStatus();
    range.begin = KeyAfter(after);
  }
}

}  // namespace pki
