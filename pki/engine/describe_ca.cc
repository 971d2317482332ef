// DescribeCertificateAuthority and ListCertificateAuthorities: what is shown of
// CAs.
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/engine/authorize.h"
#include "pki/engine/operations.h"
#include "pki/engine/page.h"

namespace pki {
namespace {

using Shown = std::optional<v1::CertificateAuthority>;

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
  const auto show = [&](const std::vector<Entry>& entries,
                        size_t at) -> absl::StatusOr<Shown> {
    PKI_ASSIGN_OR_RETURN(auto stored, ToRecord<CaRecord>(entries[at]));
    PKI_ASSIGN_OR_RETURN(
        const Ca ca, Context::ToCa(std::move(stored.record), stored.version));
    if (ca.IsGone(now)) {
      // Whoever asks for it ends it.
      context.ReadCa(ca.record.arn()).status().IgnoreError();
      return std::nullopt;
    }
    PKI_ASSIGN_OR_RETURN(const bool listed,
                         IsListed(context, ca, request.resource_owner()));
    if (!listed) return std::nullopt;
    return Show(context, ca, now);
  };
  return ScanFiltered(
      context,
      absl::StrCat("ListCertificateAuthorities/", context.caller().account, "/",
                   request.resource_owner()),
      KeysUnder(kCaPrefix), request, std::numeric_limits<size_t>::max(), show,
      response, response->mutable_certificate_authorities());
}

}  // namespace pki
