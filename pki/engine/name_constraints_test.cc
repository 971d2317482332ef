// Name constraints from end to end: a CA whose constraints come from a root
// outside, and one whose constraints this engine issued.
#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_certificate.h"
#include "pki/testing/test_csr.h"
#include "pki/testing/test_name_constraints.h"
#include "pki/x509/csr.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

GeneralName Host(absl::string_view host) {
  return {GeneralNameForm::kDnsName, View(host), {}};
}

Bytes HostsConstraint(absl::Span<const GeneralName> permitted,
                      absl::Span<const GeneralName> excluded) {
  return EncodeExtension(oid::kNameConstraints, true,
                         View(TestNameConstraints(permitted, excluded)));
}

// Of no form that is enforced.
Bytes ForeignConstraint() {
  return HostsConstraint(
      {}, {{GeneralNameForm::kRegisteredId, View("\x2a\x03"), {}}});
}

class NameConstraintsTest : public testing::Test {
 protected:
  // A certificate for the subordinate from a root that this engine does not
  // have; with these constraints in each.
  v1::GetCertificateResponse IssueOutside(absl::string_view ca_arn,
                                          const Bytes& in_root,
                                          const Bytes& in_subordinate) {
    v1::GetCertificateAuthorityCsrRequest get;
    get.set_certificate_authority_arn(std::string(ca_arn));
    const auto got =
        harness_.Call<v1::GetCertificateAuthorityCsrResponse>(get).value();
    const Csr csr = Csr::Parse(View(got.csr())).value();
    const PrivateKey key = NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1);
    TestCertificate root;
    root.issuer = root.subject = TestName("Outside");
    root.not_before = HarnessTime() - absl::Hours(1);
    root.not_after = HarnessTime() + absl::Hours(24 * 365);
    root.spki = key.spki();
    root.extensions = {
        EncodeExtension(oid::kBasicConstraints, true,
                        View(EncodeBasicConstraints({true, std::nullopt}))),
        EncodeExtension(oid::kSubjectKeyIdentifier, false,
                        View(EncodeSubjectKeyIdentifier(View("outside")))),
        EncodeExtension(oid::kKeyUsage, true,
                        View(EncodeKeyUsage(kKeyCertSign | kCrlSign)))};
    TestCertificate subordinate = root;
    subordinate.serial = "\x02";
    subordinate.subject = Copy(csr.subject());
    subordinate.spki = Copy(csr.spki());
    subordinate.extensions[1] =
        EncodeExtension(oid::kSubjectKeyIdentifier, false,
                        View(EncodeSubjectKeyIdentifier(View("inside"))));
    subordinate.extensions.push_back(
        EncodeExtension(oid::kAuthorityKeyIdentifier, false,
                        View(EncodeAuthorityKeyIdentifier(View("outside")))));
    if (!in_root.empty()) root.extensions.push_back(in_root);
    if (!in_subordinate.empty()) {
      subordinate.extensions.push_back(in_subordinate);
    }
    v1::GetCertificateResponse response;
    response.set_certificate(
        EncodePem("CERTIFICATE", View(SignTestCertificate(subordinate, key))));
    response.set_certificate_chain(
        EncodePem("CERTIFICATE", View(SignTestCertificate(root, key))));
    return response;
  }

  std::string CreateSubordinate() {
    return harness_
        .Create(EngineHarness::CreateRequest(
            v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE, "Inside"))
        .value();
  }

  // What a CA answers to a CSR for this subject and, unless it is empty, host.
  absl::StatusOr<v1::GetCertificateResponse> Issue(
      absl::string_view ca_arn, absl::string_view common_name,
      absl::string_view host) {
    static const auto* const key =
        new PrivateKey(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1));
    std::vector<Bytes> extensions;
    if (!host.empty()) extensions.push_back(TestSubjectAltName(host));
    return harness_.Issue(harness_.IssueRequest(
        ca_arn, View(TestCsr(*key, common_name, extensions))));
  }

  // That the CA is bound to example.com, without secret.example.com.
  void ExpectBound(absl::string_view ca_arn) {
    for (const char* host : {"example.com", "a.example.com"}) {
      const auto issued = Issue(ca_arn, "device", host);
      ASSERT_THAT(issued, IsOk()) << host;
      EXPECT_THAT(harness_.Verify(*issued), IsOk()) << host;
    }
    // The last of them may stand for the secret host.
    for (const char* host :
         {"example.org", "a.secret.example.com", "*.example.com"}) {
      EXPECT_THAT(Issue(ca_arn, "device", host),
                  IsRefusal(v1::REASON_NAME_CONSTRAINTS,
                            "Certificate.subjectAltName[0]"))
          << host;
      EXPECT_THAT(Issue(ca_arn, host, ""),
                  IsRefusal(v1::REASON_NAME_CONSTRAINTS, "Certificate.subject"))
          << host;
    }
  }

  EngineHarness harness_;
};

TEST_F(NameConstraintsTest, ThoseOfTheChainBindWhatIsIssued) {
  const std::string ca = CreateSubordinate();
  ASSERT_THAT(
      harness_.Import(
          ca, IssueOutside(ca, HostsConstraint({Host("example.com")}, {}),
                           HostsConstraint({}, {Host("secret.example.com")}))),
      IsOk());
  ExpectBound(ca);
  // And what a CA below issues, which has no constraints of its own.
  const auto below = harness_.CreateSubordinate(
      ca, "Below", "SubordinateCACertificate_PathLen0");
  ASSERT_THAT(below, IsOk());
  ExpectBound(*below);
}

TEST_F(NameConstraintsTest, ImportRefusesNamesOutOfBounds) {
  const std::string ca = CreateSubordinate();
  const Bytes subject = TestName("inside");
  const Bytes constraint = HostsConstraint(
      {}, {{GeneralNameForm::kDirectoryName, View(subject), {}}});
  EXPECT_THAT(harness_.Import(ca, IssueOutside(ca, constraint, "")),
              IsRefusal(v1::REASON_IMPORT_NAME_CONSTRAINTS,
                        "Request.Certificate.subject"));
  EXPECT_THAT(harness_.Import(ca, IssueOutside(ca, ForeignConstraint(), "")),
              IsRefusal(v1::REASON_IMPORT_NAME_CONSTRAINT_FORM,
                        "Request.CertificateChain[0].extensions[2.5.29.30]"));
  EXPECT_EQ(harness_.Describe(ca)->status(),
            v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE);
  // Its own constraints are about those below.
  EXPECT_THAT(harness_.Import(ca, IssueOutside(ca, "", constraint)), IsOk());
}

TEST_F(NameConstraintsTest, TheEngineIssuesThemThroughTheApi) {
  const std::string root = harness_.CreateRoot("Root").value();
  const std::string ca = CreateSubordinate();
  v1::GetCertificateAuthorityCsrRequest get;
  get.set_certificate_authority_arn(ca);
  auto request = harness_.IssueRequest(
      root,
      View(harness_.Call<v1::GetCertificateAuthorityCsrResponse>(get)->csr()));
  request.set_template_arn(
      TemplateArnOf("SubordinateCACertificate_PathLen0_APIPassthrough"));
  v1::CustomExtension& custom = *request.mutable_api_passthrough()
                                     ->mutable_extensions()
                                     ->add_custom_extensions();
  custom.set_object_identifier("2.5.29.30");
  custom.set_critical(true);
  const Bytes bad = TestNameConstraints({Host("*.example.com")}, {});
  custom.set_value(absl::Base64Escape(bad));
  EXPECT_THAT(harness_.Issue(request),
              IsRefusal(v1::REASON_NAME_CONSTRAINTS_VALUE,
                        "Certificate.extensions[2.5.29.30]"));
  const Bytes good =
      TestNameConstraints({Host("example.com")}, {Host("secret.example.com")});
  custom.set_value(absl::Base64Escape(good));
  const auto issued = harness_.Issue(request);
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness_.Verify(*issued), IsOk());
  ASSERT_THAT(harness_.Import(ca, *issued), IsOk());
  ExpectBound(ca);
}

TEST_F(NameConstraintsTest, TheEngineIssuesThemFromACsr) {
  const std::string root = harness_.CreateRoot("Root").value();
  const PrivateKey key = NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1);
  const std::pair<Bytes, bool> kConstraints[] = {
      {HostsConstraint({Host("example.com")}, {}), true},
      {ForeignConstraint(), false},
      {EncodeExtension(oid::kNameConstraints, true, View("\x30")), false},
  };
  for (const auto& [extension, is_good] : kConstraints) {
    auto request =
        harness_.IssueRequest(root, View(TestCsr(key, "Outside", {extension})));
    request.set_template_arn(
        TemplateArnOf("SubordinateCACertificate_PathLen0_CSRPassthrough"));
    const auto issued = harness_.Issue(request);
    if (is_good) {
      ASSERT_THAT(issued, IsOk());
      EXPECT_THAT(harness_.Verify(*issued), IsOk());
    } else {
      EXPECT_THAT(issued, IsRefusal(v1::REASON_NAME_CONSTRAINTS_VALUE,
                                    "Certificate.extensions[2.5.29.30]"));
    }
  }
}

}  // namespace
}  // namespace pki
