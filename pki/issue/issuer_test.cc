// Preparing and redeeming: who may, with which key, and what comes out.
#include "pki/issue/issuer.h"

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/crypto/digest.h"
#include "pki/crypto/spki.h"
#include "pki/der/oid.h"
#include "pki/template/catalogue.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_certificate.h"
#include "pki/testing/test_csr.h"
#include "pki/testing/verify_certificate.h"

namespace pki {
namespace {

// 2026-03-01 12:00:00 UTC.
const absl::Time kNow = absl::FromUnixSeconds(1772366400);

const Catalogue& Templates() {
  static const auto* const catalogue =
      new Catalogue(Catalogue::Load(BuiltInCatalogue()).value());
  return *catalogue;
}

// A key that counts its uses and may spoil its signatures.
class TestSigningKey : public SigningKey {
 public:
  const Bytes& spki() const override { return key_.spki(); }
  const PublicKey& public_key() const override { return key_.public_key(); }
  absl::StatusOr<Bytes> SignDigest(SignatureAlgorithm algorithm,
                                   ByteView digest) const override {
    ++uses_;
    if (fails_) return Refuse(v1::REASON_CRYPTO_FAILED, "", "It fails.");
    PKI_ASSIGN_OR_RETURN(Bytes signature, key_.SignDigest(algorithm, digest));
    if (is_faulty_) signature.back() = static_cast<char>(~signature.back());
    return signature;
  }

  const PrivateKey& key() const { return key_; }
  int uses() const { return uses_; }
  void BeFaulty() { is_faulty_ = true; }
  void Fail() { fails_ = true; }

 private:
  const PrivateKey key_ = NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1);
  bool is_faulty_ = false;
  bool fails_ = false;
  mutable int uses_ = 0;
};

// SHA-1 of the bits of the key (RFC 5280 section 4.2.1.2).
Bytes KeyIdentifierOf(ByteView spki) {
  return Copy(Sha1(ParseSpki(spki, "")->key));
}

class IssuerTest : public testing::Test {
 protected:
  IssuerTest() {
    own_.subject = own_.issuer = TestName("CA");
    own_.not_before = kNow - absl::Hours(1);
    own_.not_after = kNow + absl::Hours(24);
    own_.spki = key_->spki();
    own_.extensions = {
        EncodeExtension(oid::kBasicConstraints, true,
                        View(EncodeBasicConstraints({true, 0}))),
        EncodeExtension(
            oid::kSubjectKeyIdentifier, false,
            View(EncodeSubjectKeyIdentifier(View("key identifier")))),
        EncodeExtension(oid::kKeyUsage, true,
                        View(EncodeKeyUsage(kKeyCertSign)))};
  }

  // The issuer that the certificate of the CA makes, as it is now.
  absl::StatusOr<std::shared_ptr<const Issuer>> NewIssuer() {
    der_ = SignTestCertificate(own_, key_->key());
    settings_.key = key_;
    settings_.certificate = View(der_);
    return Issuer::New(settings_);
  }

  // What EndEntityCertificate/V1 makes of a CSR for this subject.
  absl::StatusOr<Plan> Prepare(
      const Issuer& issuer, absl::string_view common_name = "device",
      const PreparedTemplate& form = Templates().Default()) {
    static const PrivateKey* const key =
        new PrivateKey(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1));
    const Csr csr = Csr::Parse(View(TestCsr(*key, common_name))).value();
    Issuance issuance;
    issuance.form = &form;
    issuance.csr = &csr;
    issuance.not_before = kNow;
    issuance.not_after = kNow + absl::Hours(1);
    issuance.serial = View("serial");
    return issuer.Prepare(issuance);
  }

  absl::StatusOr<Certificate> Issue(const Issuer& issuer) {
    PKI_ASSIGN_OR_RETURN(Plan plan, Prepare(issuer));
    PKI_ASSIGN_OR_RETURN(
        const Bytes der,
        issuer.Redeem(std::move(plan), v1::SIGNATURE_CHECK_ALWAYS));
    return Certificate::Parse(View(der), "Test");
  }

  const std::shared_ptr<TestSigningKey> key_ =
      std::make_shared<TestSigningKey>();
  TestCertificate own_;
  Bytes der_;
  IssuerSettings settings_;
};

TEST_F(IssuerTest, IssuesWhatOthersVerify) {
  const auto issuer = NewIssuer();
  ASSERT_THAT(issuer, IsOk());
  const auto issued = Issue(**issuer);
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(VerifyWithBoringSsl(issued->der(), {}, View(der_), kNow), IsOk());
  EXPECT_THAT(VerifyWithOpenssl(issued->der(), {}, View(der_), kNow), IsOk());
}

TEST_F(IssuerTest, OnlyWhoMadeAPlanRedeemsIt) {
  const auto issuer = NewIssuer();
  const auto twin = NewIssuer();
  ASSERT_THAT(twin, IsOk());
  auto plan = Prepare(**issuer);
  ASSERT_THAT(plan, IsOk());
  EXPECT_THAT(
      (*twin)->Redeem(*std::move(plan), v1::SIGNATURE_CHECK_TRUST_SIGNER),
      IsRefusal(v1::REASON_PLAN_OF_OTHER_ISSUER, ""));
  EXPECT_EQ(key_->uses(), 0);
}

TEST_F(IssuerTest, APlanIsRedeemedOnce) {
  const auto issuer = NewIssuer();
  auto plan = Prepare(**issuer);
  ASSERT_THAT(plan, IsOk());
  for (const bool is_first : {true, false}) {
    const auto issued =
        (*issuer)->Redeem(std::move(*plan),  // NOLINT(bugprone-use-after-move)
                          v1::SIGNATURE_CHECK_TRUST_SIGNER);
    if (is_first) {
      EXPECT_THAT(issued, IsOk());
    } else {
      EXPECT_THAT(issued, IsRefusal(v1::REASON_PLAN_OF_OTHER_ISSUER, ""));
    }
  }
  EXPECT_EQ(key_->uses(), 1);
}

TEST_F(IssuerTest, APlanOutlivesWhoHoldsItsIssuer) {
  std::weak_ptr<const Issuer> issuer;
  auto plan = [&] {
    const auto made = NewIssuer();
    issuer = *made;
    return Prepare(**made);
  }();
  ASSERT_THAT(plan, IsOk());
  ASSERT_FALSE(issuer.expired());
  EXPECT_THAT(
      issuer.lock()->Redeem(*std::move(plan), v1::SIGNATURE_CHECK_TRUST_SIGNER),
      IsOk());
}

TEST_F(IssuerTest, AFaultySignatureStaysInside) {
  const auto issuer = NewIssuer();
  ASSERT_THAT(issuer, IsOk());
  key_->BeFaulty();
  for (const auto check :
       {v1::SIGNATURE_CHECK_ALWAYS, v1::SIGNATURE_CHECK_UNSPECIFIED}) {
    EXPECT_THAT((*issuer)->Redeem(*Prepare(**issuer), check),
                IsRefusal(v1::REASON_ISSUED_SIGNATURE, ""));
  }
  auto plan = Prepare(**issuer);
  const Bytes tbs = Copy(plan->tbs());
  const auto trusted =
      (*issuer)->Redeem(*std::move(plan), v1::SIGNATURE_CHECK_TRUST_SIGNER);
  ASSERT_THAT(trusted, IsOk());
  const auto issued = Certificate::Parse(View(*trusted), "Test");
  ASSERT_THAT(issued, IsOk());
  EXPECT_EQ(issued->tbs_der(), View(tbs));
  EXPECT_FALSE(key_->public_key().Verify(SignatureAlgorithm::kEcdsaSha256,
                                         View(tbs), issued->signature()));
}

TEST_F(IssuerTest, AKeyThatFailsSaysSo) {
  const auto issuer = NewIssuer();
  ASSERT_THAT(issuer, IsOk());
  key_->Fail();
  EXPECT_THAT(Issue(**issuer), IsRefusal(v1::REASON_CRYPTO_FAILED));
}

TEST_F(IssuerTest, WhatLintRefusesIsNotSigned) {
  const auto issuer = NewIssuer();
  ASSERT_THAT(issuer, IsOk());
  EXPECT_THAT(Prepare(**issuer, std::string(64, 'x')), IsOk());
  EXPECT_THAT(Prepare(**issuer, std::string(65, 'x')),
              IsRefusal(v1::REASON_LINT_ATTRIBUTE_LENGTH,
                        "Certificate.subject[2.5.4.3]"));
  EXPECT_THAT(Prepare(**issuer, ""),
              IsRefusal(v1::REASON_NO_SUBJECT, "Csr.subject"));
  EXPECT_EQ(key_->uses(), 0);
}

TEST_F(IssuerTest, NamesItsKeyAsItsCertificateDoes) {
  const auto authority_of = [&] {
    const auto issued = Issue(**NewIssuer());
    const Extension* extension =
        issued.value().Find(oid::kAuthorityKeyIdentifier);
    return Copy(*ParseAuthorityKeyIdentifier(extension->value)->key_identifier);
  };
  EXPECT_EQ(authority_of(), "key identifier");
  own_.extensions.erase(own_.extensions.begin() + 1);
  EXPECT_EQ(authority_of(), KeyIdentifierOf(View(own_.spki)));
}

TEST_F(IssuerTest, ASubjectIsNamedByItsKey) {
  const auto issued = Issue(**NewIssuer());
  ASSERT_THAT(issued, IsOk());
  EXPECT_EQ(Copy(*ParseSubjectKeyIdentifier(
                issued->Find(oid::kSubjectKeyIdentifier)->value)),
            KeyIdentifierOf(issued->tbs().spki));
}

TEST_F(IssuerTest, KnowsItsCertificate) {
  TestCertificate above = own_;
  above.extensions.clear();
  const Bytes above_der = SignTestCertificate(above, key_->key());
  settings_.chain = {View(above_der)};
  const auto issuer = NewIssuer();
  ASSERT_THAT(issuer, IsOk());
  EXPECT_EQ((*issuer)->not_after(), own_.not_after);
  EXPECT_THAT((*issuer)->path_lengths(),
              testing::ElementsAre(PathLength(0), std::nullopt));
  EXPECT_EQ(&(*issuer)->key(), key_.get());
}

// A root before it has its certificate.
TEST_F(IssuerTest, WithoutACertificateItSignsItselfOnly) {
  settings_.key = key_;
  const auto issuer = Issuer::New(settings_);
  ASSERT_THAT(issuer, IsOk());
  EXPECT_FALSE((*issuer)->not_after().has_value());
  EXPECT_TRUE((*issuer)->path_lengths().empty());
  EXPECT_THAT(Prepare(**issuer, "CA",
                      *Templates()
                           .Find("arn:aws:acm-pca:::template/"
                                 "RootCACertificate/V1")
                           .value()),
              IsOk());
  EXPECT_THAT(Prepare(**issuer), IsRefusal(v1::REASON_LINT_TBS));
}

TEST_F(IssuerTest, RefusesCertificatesThatItCannotRead) {
  const Bytes garbage = "\x05\x01";
  const auto with = [&](ByteView oid) {
    own_.extensions = {EncodeExtension(oid, false, View(garbage))};
    return NewIssuer();
  };
  EXPECT_THAT(with(oid::kSubjectKeyIdentifier),
              IsRefusal(v1::REASON_CERTIFICATE_EXTENSION_VALUE,
                        "Issuer.extensions[2.5.29.14]"));
  EXPECT_THAT(with(oid::kBasicConstraints),
              IsRefusal(v1::REASON_CERTIFICATE_EXTENSION_VALUE,
                        "Issuer.extensions[2.5.29.19]"));
  own_.spki = Bytes("\x30\x00", 2);
  EXPECT_THAT(NewIssuer(), IsRefusal(v1::REASON_KEY_MALFORMED,
                                     "Issuer.subjectPublicKeyInfo"));
  own_.spki = key_->spki();
  // The same above it.
  const Bytes bad = SignTestCertificate(own_, key_->key());
  own_.extensions.clear();
  settings_.chain = {View(bad)};
  EXPECT_THAT(NewIssuer(), IsRefusal(v1::REASON_CERTIFICATE_EXTENSION_VALUE,
                                     "Issuer.extensions[2.5.29.19]"));
  settings_.chain = {View(garbage)};
  EXPECT_THAT(NewIssuer(), IsRefusal(v1::REASON_CERTIFICATE_DER, "Issuer"));
  settings_.certificate = View(garbage);
  EXPECT_THAT(Issuer::New(settings_),
              IsRefusal(v1::REASON_CERTIFICATE_DER, "Issuer"));
}

}  // namespace
}  // namespace pki
