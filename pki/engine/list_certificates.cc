// ListCertificates: which entries of the store to go through for a search, and
// what is shown of the certificates that it finds.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/engine/certificate_index.h"
#include "pki/engine/operations.h"
#include "pki/engine/page.h"
#include "pki/x509/certificate.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

// How many entries one call goes through.
constexpr size_t kMaxCandidates = 1000;

// What is asked for, at one time.
struct Search {
  std::optional<NamePattern> subject;
  std::optional<NamePattern> alternative_name;
  std::string template_arn;  // empty for any
  v1::CertificateStatus status = v1::CERTIFICATE_STATUS_UNSPECIFIED;
  // Of notAfter.
  absl::Time from = absl::InfinitePast();
  absl::Time before = absl::InfiniteFuture();
  absl::Time now;
};

// Entries that each lead to one certificate, by the serial at the end of their
// keys. Every certificate that a search finds is among them.
struct Source {
  KeyRange range;
  // What the values of the entries are.
  enum class Kind { kCertificates, kRevocations, kIndex } kind;
  // Whether a certificate may have several entries in the range.
  bool repeats = false;
};

absl::StatusOr<Search> ToSearch(const Context& context,
                                const v1::ListCertificatesRequest& request,
                                absl::Time now) {
  Search search;
  search.now = now;
  search.status = request.status();
  if (request.has_subject()) {
    search.subject = NamePattern::OfSubject(request.subject());
  }
  if (request.has_subject_alternative_name()) {
    search.alternative_name =
        NamePattern::OfAlternativeName(request.subject_alternative_name());
  }
  if (request.has_expires_from()) {
    search.from = FromTimestamp(request.expires_from());
  }
  if (request.has_expires_before()) {
    search.before = FromTimestamp(request.expires_before());
  }
  if (search.from >= search.before) {
    return Refuse(v1::REASON_EXPIRY_ORDER, "Request.ExpiresBefore",
                  "ExpiresBefore is not after ExpiresFrom.");
  }
  if (request.has_template_arn()) {
    // A host may have taken the template away since.
    const auto known = context.catalogue().Find(request.template_arn());
    search.template_arn = known.ok() ? (*known)->arn() : request.template_arn();
  }
  return search;
}

// The fewest entries, as far as can be told without looking: a name has few
// certificates, the beginning of one some more; few are revoked; a template may
// have them all.
Source ChooseSource(absl::string_view ca_id, const Search& search) {
  const auto index = [](KeyRange range, bool repeats = false) {
    return Source{std::move(range), Source::Kind::kIndex, repeats};
  };
  for (const bool prefix : {false, true}) {
    if (const auto& name = search.alternative_name;
        name.has_value() && name->is_prefix == prefix) {
      return index(IndexOfAlternativeName(ca_id, *name), prefix);
    }
    if (const auto& name = search.subject;
        name.has_value() && name->is_prefix == prefix) {
      return index(IndexOfSubject(ca_id, *name), prefix);
    }
  }
  if (search.status == v1::CERTIFICATE_STATUS_REVOKED) {
    return {KeysUnder(RevocationKey(ca_id, "")), Source::Kind::kRevocations};
  }
  const bool bounded = search.from > absl::InfinitePast() ||
                       search.before < absl::InfiniteFuture();
  if (!bounded && !search.template_arn.empty()) {
    return index(IndexOfTemplate(ca_id, search.template_arn));
  }
  // What has expired is behind what has not.
  absl::Time from = search.from;
  absl::Time before = search.before;
  if (search.status == v1::CERTIFICATE_STATUS_ISSUED) {
    from = std::max(from, search.now);
  } else if (search.status == v1::CERTIFICATE_STATUS_EXPIRED) {
    before = std::min(before, search.now);
  } else if (!bounded) {
    return {KeysUnder(CertificateKey(ca_id, "")), Source::Kind::kCertificates};
  }
  return index(IndexOfExpiry(ca_id, from, before));
}

v1::CertificateStatus StatusOf(absl::Time not_after, bool revoked,
                               absl::Time now) {
  if (now > not_after) return v1::CERTIFICATE_STATUS_EXPIRED;
  return revoked ? v1::CERTIFICATE_STATUS_REVOKED
                 : v1::CERTIFICATE_STATUS_ISSUED;
}

// By serial.
using Revocations = absl::flat_hash_map<std::string, v1::RevocationRecord>;

// The certificates of one CA, as a search sees them.
class Listing {
 public:
  Listing(Context& context, const Ca& ca, Search search)
      : context_(context),
        ca_(ca),
        search_(std::move(search)),
        source_(ChooseSource(ca.arn.id, search_)) {}

  const KeyRange& range() const { return source_.range; }

  // Those of the certificates that the entries lead to, and perhaps more.
  absl::StatusOr<Revocations> RevocationsOf(
      const std::vector<Entry>& entries) const;

  // What is shown of the certificate that an entry leads to; none when it is
  // not what is searched for, or another entry has led to it.
  absl::StatusOr<std::optional<v1::CertificateSummary>> Show(
      const Entry& entry, const Revocations& revocations) const;

 private:
  absl::StatusOr<v1::CertificateRecord> RecordOf(
      const Entry& entry, absl::string_view serial) const;
  bool IsFirst(const Entry& entry, absl::string_view serial,
               const v1::CertificateRecord& record,
               const TbsCertificate& tbs) const;

  Context& context_;
  const Ca& ca_;
  const Search search_;
  const Source source_;
};

absl::StatusOr<v1::CertificateRecord> Listing::RecordOf(
    const Entry& entry, absl::string_view serial) const {
  if (source_.kind == Source::Kind::kCertificates) {
    PKI_ASSIGN_OR_RETURN(auto stored, ToRecord<v1::CertificateRecord>(entry));
    return std::move(stored.record);
  }
  const std::string key = CertificateKey(ca_.arn.id, serial);
  PKI_ASSIGN_OR_RETURN(
      auto stored, ReadRecord<v1::CertificateRecord>(context_.store(), key));
  if (!stored.has_value()) return DamagedRecord(entry.key);
  return std::move(stored->record);
}

absl::StatusOr<Revocations> Listing::RevocationsOf(
    const std::vector<Entry>& entries) const {
  Revocations revocations;
  const auto keep = [&](const Entry& entry) -> absl::Status {
    PKI_ASSIGN_OR_RETURN(auto stored, ToRecord<v1::RevocationRecord>(entry));
    revocations.emplace(SerialInKey(entry.key), std::move(stored.record));
    return absl::OkStatus();
  };
  if (entries.empty()) return revocations;
  if (source_.kind == Source::Kind::kRevocations) {
    for (const Entry& entry : entries) PKI_RETURN_IF_ERROR(keep(entry));
    return revocations;
  }
  // Mostly there are few, and one look at them all costs less than one for each
  // certificate.
  const auto [first, last] = std::minmax_element(
      entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return SerialInKey(a.key) < SerialInKey(b.key);
      });
  const KeyRange span{
      RevocationKey(ca_.arn.id, SerialInKey(first->key)),
      KeyAfter(RevocationKey(ca_.arn.id, SerialInKey(last->key)))};
  PKI_ASSIGN_OR_RETURN(const std::vector<Entry> among,
                       context_.store().Scan(span, entries.size() + 1));
  if (among.size() <= entries.size()) {
    for (const Entry& entry : among) PKI_RETURN_IF_ERROR(keep(entry));
    return revocations;
  }
  for (const Entry& entry : entries) {
    PKI_ASSIGN_OR_RETURN(const auto found,
                         context_.store().Get(RevocationKey(
                             ca_.arn.id, SerialInKey(entry.key))));
    if (found.has_value()) PKI_RETURN_IF_ERROR(keep(*found));
  }
  return revocations;
}

// Whether no entry of the range before this one is of the same certificate.
bool Listing::IsFirst(const Entry& entry, absl::string_view serial,
                      const v1::CertificateRecord& record,
                      const TbsCertificate& tbs) const {
  if (!source_.repeats) return true;
  const std::vector<std::string> keys =
      IndexKeys(ca_.arn.id, serial, record.template_arn(), tbs);
  const auto first =
      std::lower_bound(keys.begin(), keys.end(), source_.range.begin);
  return first != keys.end() && *first == entry.key;
}

absl::StatusOr<std::optional<v1::CertificateSummary>> Listing::Show(
    const Entry& entry, const Revocations& revocations) const {
  const absl::string_view serial = SerialInKey(entry.key);
  PKI_ASSIGN_OR_RETURN(const v1::CertificateRecord record,
                       RecordOf(entry, serial));
  const auto certificate = Certificate::Parse(View(record.certificate()), "");
  if (!certificate.ok()) {
    return DamagedRecord(CertificateKey(ca_.arn.id, serial));
  }
  const TbsCertificate& tbs = certificate->tbs();
  std::vector<std::string> names = AlternativeNames(tbs);
  if (tbs.not_after < search_.from || tbs.not_after >= search_.before ||
      (!search_.template_arn.empty() &&
       record.template_arn() != search_.template_arn) ||
      (search_.subject.has_value() &&
       !search_.subject->MatchesAny(SubjectNames(tbs.subject))) ||
      (search_.alternative_name.has_value() &&
       !search_.alternative_name->MatchesAny(names)) ||
      !IsFirst(entry, serial, record, tbs)) {
    return std::nullopt;
  }
  const auto revocation = revocations.find(serial);
  const bool revoked = revocation != revocations.end();
  const v1::CertificateStatus status =
      StatusOf(tbs.not_after, revoked, search_.now);
  if (search_.status != v1::CERTIFICATE_STATUS_UNSPECIFIED &&
      search_.status != status) {
    return std::nullopt;
  }
  v1::CertificateSummary shown;
  shown.set_certificate_arn(
      absl::StrCat(ca_.record.arn(), "/certificate/", serial));
  shown.set_serial(SerialWithColons(tbs.serial));
  shown.set_subject(NameToRfc2253(tbs.subject));
  for (std::string& name : names) {
    shown.add_subject_alternative_names(std::move(name));
  }
  shown.set_template_arn(record.template_arn());
  shown.set_status(status);
  *shown.mutable_not_before() = ToTimestamp(tbs.not_before);
  *shown.mutable_not_after() = ToTimestamp(tbs.not_after);
  *shown.mutable_issued_at() = record.issued_at();
  if (revoked) {
    *shown.mutable_revoked_at() = revocation->second.revoked_at();
    shown.set_revocation_reason(revocation->second.reason());
  }
  return shown;
}

// Of a listing: the same for every page of it.
std::string NameOf(v1::ListCertificatesRequest request) {
  request.clear_next_token();
  request.clear_max_results();
  return absl::StrCat("ListCertificates/", request.SerializeAsString());
}

}  // namespace

absl::Status ListCertificates(Context& context,
                              const v1::ListCertificatesRequest& request,
                              v1::ListCertificatesResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(
      const Ca ca, context.ReadCaFor(request.certificate_authority_arn(), now,
                                     CaUse::kGetCertificate));
  PKI_ASSIGN_OR_RETURN(Search search, ToSearch(context, request, now));
  const Listing listing(context, ca, std::move(search));
  Revocations revocations;
  const auto show =
      [&](const std::vector<Entry>& entries,
          size_t at) -> absl::StatusOr<std::optional<v1::CertificateSummary>> {
    if (at == 0) {
      PKI_ASSIGN_OR_RETURN(revocations, listing.RevocationsOf(entries));
    }
    return listing.Show(entries[at], revocations);
  };
  return ScanFiltered(context, NameOf(request), listing.range(), request,
                      kMaxCandidates, show, response,
                      response->mutable_certificates());
}

}  // namespace pki
