// Rules of a revocation configuration, and the URIs that follow from it.
#include "pki/ca/revocation_uris.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"

namespace pki {
namespace {

// Of bucket and path: their object has a key in the store, which is limited to
// 512 bytes, and where a slash in the name of a bucket takes three
// (pki/object/object_key.h).
constexpr size_t kMaxPlace = 400;
constexpr size_t kMoreOfSlash = 2;

bool HasOtherSettings(const v1::CrlConfiguration& crl) {
  return crl.has_expiration_in_days() || crl.has_custom_cname() ||
         crl.has_s3_bucket_name() || crl.has_s3_object_acl() ||
         crl.has_crl_distribution_point_extension_configuration() ||
         crl.has_crl_type() || crl.has_custom_path();
}

bool OmitsExtension(const v1::CrlConfiguration& crl) {
  return crl.crl_distribution_point_extension_configuration().omit_extension();
}

absl::string_view DomainOf(const CaPlace& place) {
  return place.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

absl::Status CheckCname(absl::string_view cname, absl::string_view field) {
  if (!absl::StrContains(cname, "://")) return absl::OkStatus();
  return Refuse(v1::REASON_CRL_CNAME, field,
                absl::StrCat("A CNAME names a host; leave the scheme out of ",
                             Quote(cname), "."));
}

absl::Status CheckCrl(const v1::CrlConfiguration& crl) {
  if (!crl.enabled()) {
    if (!HasOtherSettings(crl)) return absl::OkStatus();
    return Refuse(v1::REASON_CRL_CONFIGURATION, "CrlConfiguration",
                  "CRLs are not enabled: leave the other settings out.");
  }
  if (!crl.has_expiration_in_days()) {
    return Refuse(v1::REASON_CRL_CONFIGURATION,
                  "CrlConfiguration.ExpirationInDays",
                  "An enabled CRL needs its validity in days.");
  }
  if (!crl.has_s3_bucket_name()) {
    return Refuse(v1::REASON_CRL_CONFIGURATION, "CrlConfiguration.S3BucketName",
                  "An enabled CRL needs the name of its bucket.");
  }
  if (OmitsExtension(crl) && crl.has_custom_cname()) {
    return Refuse(v1::REASON_CRL_OMIT_CNAME, "CrlConfiguration.CustomCname",
                  "A CNAME has no use where certificates carry no CRL "
                  "distribution point.");
  }
  const std::string& bucket = crl.s3_bucket_name();
  const size_t slashes = std::count(bucket.begin(), bucket.end(), '/');
  if (bucket.size() + kMoreOfSlash * slashes + crl.custom_path().size() >
      kMaxPlace) {
    return Refuse(
        v1::REASON_CRL_CONFIGURATION, "CrlConfiguration.CustomPath",
        absl::StrCat("The bucket's name and the path have at most ", kMaxPlace,
                     " characters together, where a slash in the "
                     "bucket's name counts as three."));
  }
  return CheckCname(crl.custom_cname(), "CrlConfiguration.CustomCname");
}

absl::Status CheckOcsp(const v1::OcspConfiguration& ocsp) {
  if (!ocsp.enabled() && ocsp.has_ocsp_custom_cname()) {
    return Refuse(v1::REASON_OCSP_CONFIGURATION,
                  "OcspConfiguration.OcspCustomCname",
                  "OCSP is not enabled: leave the CNAME out.");
  }
  return CheckCname(ocsp.ocsp_custom_cname(),
                    "OcspConfiguration.OcspCustomCname");
}

}  // namespace

absl::Status CheckRevocation(const v1::RevocationConfiguration& configuration) {
  if (configuration.has_crl_configuration()) {
    PKI_RETURN_IF_ERROR(CheckCrl(configuration.crl_configuration()));
  }
  if (configuration.has_ocsp_configuration()) {
    PKI_RETURN_IF_ERROR(CheckOcsp(configuration.ocsp_configuration()));
  }
  return absl::OkStatus();
}

CrlPlace CrlPlaceOf(const v1::CrlConfiguration& crl, const CaPlace& place,
                    absl::string_view partition_id) {
  const bool is_partition = !partition_id.empty();
  std::string folder = absl::StrCat(crl.custom_path(), "/");
  if (crl.custom_path().empty()) {
    folder = is_partition ? absl::StrCat("crl/", place.ca_id, "/") : "crl/";
  } else if (crl.custom_path() == "/") {
    folder.clear();
  }
  CrlPlace crl_place;
  crl_place.bucket = crl.s3_bucket_name();
  crl_place.key =
      absl::StrCat(folder, is_partition ? partition_id : place.ca_id, ".crl");
  const std::string host =
      crl.custom_cname().empty()
          ? absl::StrCat(crl.s3_bucket_name(), ".s3.", place.region, ".",
                         DomainOf(place))
          : crl.custom_cname();
  crl_place.uri = absl::StrCat("http://", host, "/", crl_place.key);
  return crl_place;
}

std::vector<CrlPlace> CrlPlacesOf(const v1::CertificateAuthorityRecord& ca,
                                  const CaPlace& place,
                                  absl::string_view partition_id) {
  std::vector<CrlPlace> places;
  const auto add = [&](const v1::CrlConfiguration& configuration) {
    // Elsewhere no certificate refers to it.
    if ((configuration.crl_type() == v1::CRL_TYPE_PARTITIONED) ==
        partition_id.empty()) {
      return;
    }
    CrlPlace added = CrlPlaceOf(configuration, place, partition_id);
    const bool is_known =
        std::any_of(places.begin(), places.end(), [&](const CrlPlace& known) {
          return known.uri == added.uri && known.bucket == added.bucket &&
                 known.key == added.key;
        });
    if (!is_known) places.push_back(std::move(added));
  };
  add(ca.revocation().crl_configuration());
  for (const v1::CrlConfiguration& former : ca.former_crl_configurations()) {
    add(former);
  }
  return places;
}

RevocationUris RevocationUrisOf(
    const v1::RevocationConfiguration& configuration, const CaPlace& place,
    absl::Span<const std::string> partition_ids) {
  RevocationUris uris;
  const v1::CrlConfiguration& crl = configuration.crl_configuration();
  if (crl.enabled() && !OmitsExtension(crl)) {
    if (crl.crl_type() == v1::CRL_TYPE_PARTITIONED) {
      for (const std::string& id : partition_ids) {
        uris.crls.push_back(CrlPlaceOf(crl, place, id).uri);
      }
    } else {
      uris.crls.push_back(CrlPlaceOf(crl, place, "").uri);
    }
  }
  const v1::OcspConfiguration& ocsp = configuration.ocsp_configuration();
  if (ocsp.enabled()) {
    uris.ocsp = absl::StrCat(
        "http://",
        ocsp.ocsp_custom_cname().empty()
            ? absl::StrCat("ocsp.acm-pca.", place.region, ".", DomainOf(place))
            : ocsp.ocsp_custom_cname());
  }
  return uris;
}

}  // namespace pki
