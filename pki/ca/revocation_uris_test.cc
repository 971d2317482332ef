// Settings that go together, settings that do not, and the URIs they come to.
#include "pki/ca/revocation_uris.h"

#include <google/protobuf/text_format.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

v1::RevocationConfiguration Configuration(const std::string& text) {
  v1::RevocationConfiguration configuration;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(text, &configuration))
      << text;
  return configuration;
}

// An enabled CRL with all that it needs, and `more`.
std::string Crl(absl::string_view more = "") {
  return absl::StrCat(
      "crl_configuration { enabled: true expiration_in_days: 7 "
      "s3_bucket_name: 'bucket' ",
      more, " }");
}

std::string OffWith(absl::string_view setting) {
  return absl::StrCat("crl_configuration { enabled: false ", setting, " }");
}

TEST(CheckRevocationTest, Refuses) {
  const struct {
    std::string text;
    v1::Reason reason;
    absl::string_view field;
  } kCases[] = {
      {OffWith("expiration_in_days: 7"), v1::REASON_CRL_CONFIGURATION,
       "CrlConfiguration"},
      {OffWith("custom_cname: 'a.b'"), v1::REASON_CRL_CONFIGURATION,
       "CrlConfiguration"},
      {OffWith("s3_bucket_name: 'bucket'"), v1::REASON_CRL_CONFIGURATION,
       "CrlConfiguration"},
      {OffWith("s3_object_acl: S3_OBJECT_ACL_PUBLIC_READ"),
       v1::REASON_CRL_CONFIGURATION, "CrlConfiguration"},
      {OffWith("crl_distribution_point_extension_configuration {}"),
       v1::REASON_CRL_CONFIGURATION, "CrlConfiguration"},
      {OffWith("crl_type: CRL_TYPE_COMPLETE"), v1::REASON_CRL_CONFIGURATION,
       "CrlConfiguration"},
      {OffWith("custom_path: 'path'"), v1::REASON_CRL_CONFIGURATION,
       "CrlConfiguration"},
      {"crl_configuration { enabled: true s3_bucket_name: 'bucket' }",
       v1::REASON_CRL_CONFIGURATION, "CrlConfiguration.ExpirationInDays"},
      {"crl_configuration { enabled: true expiration_in_days: 7 }",
       v1::REASON_CRL_CONFIGURATION, "CrlConfiguration.S3BucketName"},
      {Crl("custom_cname: 'a.b' crl_distribution_point_extension_configuration "
           "{ omit_extension: true }"),
       v1::REASON_CRL_OMIT_CNAME, "CrlConfiguration.CustomCname"},
      {Crl("custom_cname: 'http://a.b'"), v1::REASON_CRL_CNAME,
       "CrlConfiguration.CustomCname"},
      {Crl(absl::StrCat("custom_path: '", std::string(395, 'p'), "'")),
       v1::REASON_CRL_CONFIGURATION, "CrlConfiguration.CustomPath"},
      // In the key of an object each slash of the bucket is escaped.
      {absl::StrCat("crl_configuration { enabled: true expiration_in_days: 7 "
                    "s3_bucket_name: '",
                    std::string(134, '/'), "' }"),
       v1::REASON_CRL_CONFIGURATION, "CrlConfiguration.CustomPath"},
      {"ocsp_configuration { enabled: false ocsp_custom_cname: 'a.b' }",
       v1::REASON_OCSP_CONFIGURATION, "OcspConfiguration.OcspCustomCname"},
      {"ocsp_configuration { enabled: true ocsp_custom_cname: 'http://a.b' }",
       v1::REASON_CRL_CNAME, "OcspConfiguration.OcspCustomCname"},
  };
  for (const auto& [text, reason, field] : kCases) {
    EXPECT_THAT(CheckRevocation(Configuration(text)), IsRefusal(reason, field))
        << text;
  }
}

constexpr CaPlace kPlace = {"aws", "us-east-1", "id"};

TEST(RevocationUrisTest, FollowFromTheConfiguration) {
  const struct {
    std::string text;
    CaPlace place;
    absl::string_view crl;
    absl::string_view ocsp;
  } kCases[] = {
      {"", kPlace, "", ""},
      {"crl_configuration { enabled: false } ocsp_configuration {}", kPlace, "",
       ""},
      {Crl(), kPlace, "http://bucket.s3.us-east-1.amazonaws.com/crl/id.crl",
       ""},
      {Crl("crl_type: CRL_TYPE_COMPLETE"), kPlace,
       "http://bucket.s3.us-east-1.amazonaws.com/crl/id.crl", ""},
      {Crl("custom_path: 'a/b'"), kPlace,
       "http://bucket.s3.us-east-1.amazonaws.com/a/b/id.crl", ""},
      {Crl("custom_path: '/'"), kPlace,
       "http://bucket.s3.us-east-1.amazonaws.com/id.crl", ""},
      {Crl("crl_type: CRL_TYPE_PARTITIONED"), kPlace,
       "http://bucket.s3.us-east-1.amazonaws.com/crl/id/p0.crl "
       "http://bucket.s3.us-east-1.amazonaws.com/crl/id/p1.crl",
       ""},
      {Crl("crl_type: CRL_TYPE_PARTITIONED custom_cname: 'c' "
           "custom_path: 'a/b'"),
       kPlace, "http://c/a/b/p0.crl http://c/a/b/p1.crl", ""},
      {Crl("custom_cname: 'crl.example.com'"), kPlace,
       "http://crl.example.com/crl/id.crl", ""},
      {Crl("crl_distribution_point_extension_configuration "
           "{ omit_extension: true }"),
       kPlace, "", ""},
      {Crl("crl_distribution_point_extension_configuration "
           "{ omit_extension: false }"),
       kPlace, "http://bucket.s3.us-east-1.amazonaws.com/crl/id.crl", ""},
      {Crl("custom_cname: 'a.b' crl_distribution_point_extension_configuration "
           "{ omit_extension: false }"),
       kPlace, "http://a.b/crl/id.crl", ""},
      {"ocsp_configuration { enabled: true }", kPlace, "",
       "http://ocsp.acm-pca.us-east-1.amazonaws.com"},
      {"ocsp_configuration { enabled: true ocsp_custom_cname: 'ocsp.a.b' }",
       kPlace, "", "http://ocsp.a.b"},
      {Crl() + "ocsp_configuration { enabled: true }",
       {"aws-cn", "cn-north-1", "id"},
       "http://bucket.s3.cn-north-1.amazonaws.com.cn/crl/id.crl",
       "http://ocsp.acm-pca.cn-north-1.amazonaws.com.cn"},
      {Crl(),
       {"aws-us-gov", "us-gov-west-1", "id"},
       "http://bucket.s3.us-gov-west-1.amazonaws.com/crl/id.crl",
       ""},
  };
  const std::vector<std::string> partitions = {"p0", "p1"};
  for (const auto& [text, place, crl, ocsp] : kCases) {
    const v1::RevocationConfiguration configuration = Configuration(text);
    EXPECT_THAT(CheckRevocation(configuration), IsOk()) << text;
    const RevocationUris uris =
        RevocationUrisOf(configuration, place, partitions);
    EXPECT_EQ(absl::StrJoin(uris.crls, " "), crl) << text;
    EXPECT_EQ(uris.ocsp, ocsp) << text;
  }
}

TEST(RevocationUrisTest, AnObjectHasThePathOfItsUri) {
  const CrlPlace complete = CrlPlaceOf(
      Configuration(Crl("custom_cname: 'c'")).crl_configuration(), kPlace, "");
  EXPECT_EQ(complete.bucket, "bucket");
  EXPECT_EQ(complete.key, "crl/id.crl");
  EXPECT_EQ(complete.uri, "http://c/crl/id.crl");
  const CrlPlace partition =
      CrlPlaceOf(Configuration(Crl("custom_path: 'a/b'")).crl_configuration(),
                 kPlace, "p0");
  EXPECT_EQ(partition.key, "a/b/p0.crl");
}

TEST(RevocationUrisTest, EveryPlaceIsKnownOnce) {
  v1::CertificateAuthorityRecord ca;
  *ca.mutable_revocation() = Configuration(Crl("custom_cname: 'c'"));
  for (const char* former :
       {"", "custom_cname: 'c'", "custom_path: 'a' custom_cname: 'c'",
        "crl_type: CRL_TYPE_COMPLETE custom_path: 'b' custom_cname: 'c'",
        "crl_type: CRL_TYPE_PARTITIONED",
        "crl_type: CRL_TYPE_PARTITIONED custom_cname: 'c'",
        "crl_type: CRL_TYPE_PARTITIONED custom_path: 'p' custom_cname: 'c'"}) {
    *ca.add_former_crl_configurations() =
        Configuration(Crl(former)).crl_configuration();
  }
  const auto uris_of = [&](absl::string_view partition) {
    return absl::StrJoin(CrlPlacesOf(ca, kPlace, partition), " ",
                         [](std::string* out, const CrlPlace& place) {
                           out->append(place.uri);
                         });
  };
  EXPECT_EQ(uris_of(""),
            "http://c/crl/id.crl "
            "http://bucket.s3.us-east-1.amazonaws.com/crl/id.crl "
            "http://c/a/id.crl http://c/b/id.crl");
  EXPECT_EQ(uris_of("p0"),
            "http://bucket.s3.us-east-1.amazonaws.com/crl/id/p0.crl "
            "http://c/crl/id/p0.crl http://c/p/p0.crl");
}

}  // namespace
}  // namespace pki
