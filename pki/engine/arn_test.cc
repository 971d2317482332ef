// ARNs of both kinds, there and back, and what only looks like one.
#include "pki/engine/arn.h"

#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

constexpr char kCa[] =
    "arn:aws-us-gov:acm-pca:us-gov-west-1:123456789012:certificate-authority/"
    "12345678-90ab-cdef-0123-456789abcdef";
constexpr char kSerial[] = "e8cbd2bedb122329f97706bcfec990f8";

std::string Of(absl::string_view resource) {
  return absl::StrCat("arn:aws:acm-pca:us-east-1:123456789012:", resource);
}

TEST(ArnTest, OfACa) {
  const auto arn = ParseCaArn(kCa, "Field");
  ASSERT_THAT(arn, IsOk());
  EXPECT_EQ(arn->partition, "aws-us-gov");
  EXPECT_EQ(arn->region, "us-gov-west-1");
  EXPECT_EQ(arn->account, "123456789012");
  EXPECT_EQ(arn->id, "12345678-90ab-cdef-0123-456789abcdef");
  EXPECT_EQ(arn->ToString(), kCa);
}

TEST(ArnTest, OfACertificate) {
  const std::string text =
      CertificateArn(kCa, View(absl::HexStringToBytes(kSerial)));
  EXPECT_EQ(text, absl::StrCat(kCa, "/certificate/", kSerial));
  const auto name = ParseCertificateArn(text, "Field");
  ASSERT_THAT(name, IsOk());
  EXPECT_EQ(name->ca.ToString(), kCa);
  EXPECT_EQ(name->serial, kSerial);
  // Leading zeros stay.
  EXPECT_EQ(CertificateArn("ca", View(Bytes("\0\1", 2))),
            "ca/certificate/0001");
}

TEST(ArnTest, OfACaIsRefused) {
  const std::string id = "12345678-90ab-cdef-0123-456789abcdef";
  for (const std::string& text : {
           std::string(),
           std::string("arn"),
           id,
           absl::StrCat("urn:aws:acm-pca:r:1:certificate-authority/", id),
           absl::StrCat("arn:aws:acm:r:1:certificate-authority/", id),
           absl::StrCat("arn:aws:acm-pca:r:certificate-authority/", id),
           absl::StrCat("arn:aws:acm-pca:r:1:x:certificate-authority/", id),
           absl::StrCat(kCa, ":"),
           absl::StrCat(kCa, "/"),
           absl::StrCat(kCa, "/certificate/", kSerial),
           Of(absl::StrCat("certificate-authority:", id)),
           Of(absl::StrCat("certificate/", id)),
           Of("certificate-authority/"),
           Of("certificate-authority/1234567890abcdef0123456789abcdef"),
           Of("certificate-authority/12345678-90AB-cdef-0123-456789abcdef"),
           Of("certificate-authority/12345678-90ag-cdef-0123-456789abcdef"),
           Of("certificate-authority/1234567-890ab-cdef-0123-456789abcdef"),
           Of("certificate-authority/12345678-90ab-cdef-0123-456789abcde"),
           Of("certificate-authority/12345678-90ab-cdef-0123-456789abcdef-"),
       }) {
    EXPECT_THAT(ParseCaArn(text, "Field"),
                IsRefusal(v1::REASON_ARN_MALFORMED, "Field"))
        << text;
  }
}

TEST(ArnTest, OfACertificateIsRefused) {
  for (const std::string& text : {
           std::string(kCa),
           absl::StrCat(kCa, "/certificate"),
           absl::StrCat(kCa, "/certificate/"),
           absl::StrCat(kCa, "/certificates/", kSerial),
           absl::StrCat(kCa, "/certificate/", kSerial, "0"),
           absl::StrCat(kCa, "/certificate/", kSerial, "/"),
           absl::StrCat(kCa, "/certificate/",
                        absl::string_view(kSerial).substr(1)),
           absl::StrCat(kCa, "/certificate/E8CBD2BEDB122329F97706BCFEC990F8"),
           absl::StrCat(Of("certificate-authority/x"), "/certificate/",
                        kSerial),
       }) {
    EXPECT_THAT(ParseCertificateArn(text, "Field"),
                IsRefusal(v1::REASON_ARN_MALFORMED, "Field"))
        << text;
  }
}

TEST(UuidTest, HasItsVersionAndVariant) {
  EXPECT_EQ(Uuid(View(std::string(16, '\0'))),
            "00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(Uuid(View(std::string(16, '\xff'))),
            "ffffffff-ffff-4fff-bfff-ffffffffffff");
  EXPECT_EQ(Uuid(View(absl::HexStringToBytes(kSerial))),
            "e8cbd2be-db12-4329-b977-06bcfec990f8");
}

}  // namespace
}  // namespace pki
