// ListCertificates: what each filter finds, in which pages, and for whom; and
// random searches against a look at every certificate.
#include <gmock/gmock.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/fixed_key_store.h"
#include "pki/testing/shared_ca_policy.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kArnField[] = "Request.CertificateAuthorityArn";
constexpr uint64_t kSeed = 20260302;
constexpr int kCertificates = 150;
constexpr int kSearches = 400;
constexpr uint32_t kFirstKey = 1000;

// A certificate as the test asked for it.
struct Asked {
  std::string subject = {};
  std::vector<std::string> hosts = {};
  std::string template_name = "EndEntityCertificate";
  int days = 30;
};

class ListCertificatesTest : public testing::Test {
 protected:
  ListCertificatesTest()
      : harness_({}, std::make_shared<FixedKeyStore>()),
        root_(harness_.CreateRoot("Root").value()) {}

  // The certificate's ARN.
  std::string Issue(const Asked& asked) {
    const Bytes subject =
        EncodeName({{oid::kCommonName, der::kUtf8String, asked.subject}});
    std::vector<GeneralName> names;
    for (const std::string& host : asked.hosts) {
      names.push_back({GeneralNameForm::kDnsName, View(host), {}});
    }
    std::vector<Bytes> extensions;
    if (!names.empty()) {
      extensions.push_back(EncodeExtension(oid::kSubjectAltName, false,
                                           View(EncodeGeneralNames(names))));
    }
    v1::IssueCertificateRequest request = harness_.IssueRequest(
        root_, View(TestCsrOf(FixedKey(kFirstKey), View(subject), extensions)));
    request.set_template_arn(TemplateArnOf(asked.template_name));
    request.mutable_validity()->set_value(asked.days);
    return harness_.Call<v1::IssueCertificateResponse>(request)
        ->certificate_arn();
  }
  void Revoke(const std::string& arn) {
    v1::RevokeCertificateRequest request;
    request.set_certificate_authority_arn(root_);
    request.set_certificate_serial(arn.substr(arn.rfind('/') + 1));
    request.set_revocation_reason(v1::REVOCATION_REASON_SUPERSEDED);
    ASSERT_THAT(harness_.Call<v1::RevokeCertificateResponse>(request), IsOk());
  }

  v1::ListCertificatesRequest Request() {
    v1::ListCertificatesRequest request;
    request.set_certificate_authority_arn(root_);
    return request;
  }
  v1::ListCertificatesRequest OfSubject(const std::string& subject) {
    v1::ListCertificatesRequest request = Request();
    request.set_subject(subject);
    return request;
  }
  absl::StatusOr<v1::ListCertificatesResponse> List(
      const v1::ListCertificatesRequest& request) {
    return harness_.Call<v1::ListCertificatesResponse>(request);
  }
  // All pages, in their order.
  std::vector<v1::CertificateSummary> All(v1::ListCertificatesRequest request) {
    std::vector<v1::CertificateSummary> all;
    for (;;) {
      const auto page = List(request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return all;
      if (request.has_max_results()) {
        EXPECT_LE(page->certificates_size(), request.max_results());
      }
      all.insert(all.end(), page->certificates().begin(),
                 page->certificates().end());
      if (!page->has_next_token()) return all;
      request.set_next_token(page->next_token());
    }
  }
  std::vector<std::string> Arns(const v1::ListCertificatesRequest& request) {
    std::vector<std::string> arns;
    for (const auto& shown : All(request)) {
      arns.push_back(shown.certificate_arn());
    }
    return arns;
  }

  EngineHarness harness_;
  const std::string root_;
};

TEST_F(ListCertificatesTest, ShowsACertificate) {
  const std::string arn = Issue({"Device, 7", {"a.example", "B.example"}});
  harness_.clock().Advance(absl::Hours(1));
  const auto before = All(OfSubject("device, 7"));
  ASSERT_EQ(before.size(), 1u);
  const v1::CertificateSummary& shown = before.front();
  EXPECT_EQ(shown.certificate_arn(), arn);
  EXPECT_EQ(absl::StrReplaceAll(shown.serial(), {{":", ""}}),
            arn.substr(arn.rfind('/') + 1));
  EXPECT_EQ(shown.serial()[2], ':');
  EXPECT_EQ(shown.subject(), "CN=Device\\, 7");
  EXPECT_THAT(shown.subject_alternative_names(),
              ElementsAre("a.example", "B.example"));
  EXPECT_EQ(shown.template_arn(), TemplateArnOf("EndEntityCertificate"));
  EXPECT_EQ(shown.status(), v1::CERTIFICATE_STATUS_ISSUED);
  const int64_t issued = absl::ToUnixSeconds(HarnessTime());
  EXPECT_EQ(shown.issued_at().seconds(), issued);
  EXPECT_EQ(shown.not_before().seconds(), issued - 3600);
  EXPECT_EQ(shown.not_after().seconds(), issued + 30 * 86400);
  EXPECT_FALSE(shown.has_revoked_at());
  EXPECT_FALSE(shown.has_revocation_reason());

  Revoke(arn);
  const auto after = All(OfSubject("device, 7"));
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after.front().status(), v1::CERTIFICATE_STATUS_REVOKED);
  EXPECT_EQ(after.front().revoked_at().seconds(), issued + 3600);
  EXPECT_EQ(after.front().revocation_reason(),
            v1::REVOCATION_REASON_SUPERSEDED);
}

TEST_F(ListCertificatesTest, ShowsTheOwnCertificateOfARoot) {
  const auto all = All(Request());
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.front().subject(), "CN=Root");
  EXPECT_EQ(all.front().template_arn(), TemplateArnOf("RootCACertificate"));
}

TEST_F(ListCertificatesTest, StatusFollowsFromTheClock) {
  const std::string stays = Issue({"a"});
  const std::string goes = Issue({"a"});
  Revoke(goes);
  const auto with = [&](v1::CertificateStatus status) {
    v1::ListCertificatesRequest request = OfSubject("a");
    request.set_status(status);
    return Arns(request);
  };
  EXPECT_THAT(with(v1::CERTIFICATE_STATUS_ISSUED), ElementsAre(stays));
  EXPECT_THAT(with(v1::CERTIFICATE_STATUS_REVOKED), ElementsAre(goes));
  EXPECT_THAT(with(v1::CERTIFICATE_STATUS_EXPIRED), IsEmpty());
  // Its last second is still its own.
  harness_.clock().Advance(absl::Hours(24 * 30));
  EXPECT_THAT(with(v1::CERTIFICATE_STATUS_EXPIRED), IsEmpty());
  harness_.clock().Advance(absl::Milliseconds(1));
  EXPECT_THAT(with(v1::CERTIFICATE_STATUS_ISSUED), IsEmpty());
  EXPECT_THAT(with(v1::CERTIFICATE_STATUS_REVOKED), IsEmpty());
  EXPECT_THAT(with(v1::CERTIFICATE_STATUS_EXPIRED),
              UnorderedElementsAre(stays, goes));
}

TEST_F(ListCertificatesTest, ACertificateWithTwoMatchesIsShownOnce) {
  const std::string arn =
      Issue({"x", {"b1.example", "b2.example", "a1.example"}});
  v1::ListCertificatesRequest request = Request();
  request.set_subject_alternative_name("b*");
  for (int size = 1; size <= 3; ++size) {
    request.set_max_results(size);
    EXPECT_THAT(Arns(request), ElementsAre(arn)) << size;
  }
}

TEST_F(ListCertificatesTest, ATokenSurvivesWhatIsIssuedMeanwhile) {
  std::set<std::string> first;
  for (int i = 0; i < 6; ++i) first.insert(Issue({absl::StrCat("n", i)}));
  v1::ListCertificatesRequest request = OfSubject("N*");
  request.set_max_results(2);
  std::multiset<std::string> seen;
  int issued = 0;
  for (;;) {
    const auto page = List(request);
    ASSERT_THAT(page, IsOk());
    for (const auto& shown : page->certificates()) {
      seen.insert(shown.certificate_arn());
    }
    if (!page->has_next_token()) break;
    request.set_next_token(page->next_token());
    // Before, within and behind what was seen.
    for (const char* name : {"n", "n2", "n9"}) Issue({name});
    ASSERT_LT(++issued, 20);
  }
  for (const std::string& arn : first) EXPECT_EQ(seen.count(arn), 1u) << arn;
  EXPECT_EQ(seen.size(),
            std::set<std::string>(seen.begin(), seen.end()).size());
}

TEST_F(ListCertificatesTest, ATokenIsOfItsSearch) {
  Issue({"a"});
  Issue({"a"});
  v1::ListCertificatesRequest request = OfSubject("a");
  request.set_max_results(1);
  const std::string token = List(request)->next_token();
  request.set_next_token(token);
  request.set_max_results(2);
  EXPECT_THAT(List(request), IsOk());
  request.set_subject("b");
  EXPECT_THAT(List(request),
              IsRefusal(v1::REASON_NEXT_TOKEN, "Request.NextToken"));
}

// What does not match is looked at too, so a page may end before it is full.
TEST_F(ListCertificatesTest, ACallLooksAtSoManyAtMost) {
  constexpr int kMany = 1001;
  v1::IssueCertificatesRequest batch;
  const Bytes csr = TestCsr(FixedKey(kFirstKey), "same");
  for (int i = 0; i < kMany; ++i) {
    *batch.add_requests() = harness_.IssueRequest(root_, View(csr));
  }
  ASSERT_THAT(harness_.Call<v1::IssueCertificatesResponse>(batch), IsOk());
  v1::ListCertificatesRequest request = OfSubject("same");
  request.set_status(v1::CERTIFICATE_STATUS_EXPIRED);
  const auto page = List(request);
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->certificates(), IsEmpty());
  ASSERT_TRUE(page->has_next_token());
  request.set_next_token(page->next_token());
  EXPECT_FALSE(List(request)->has_next_token());
}

TEST_F(ListCertificatesTest, ASpanOfExpiryHasALength) {
  v1::ListCertificatesRequest request = Request();
  request.mutable_expires_from()->set_seconds(1000);
  request.mutable_expires_before()->set_seconds(1000);
  EXPECT_THAT(List(request),
              IsRefusal(v1::REASON_EXPIRY_ORDER, "Request.ExpiresBefore"));
  request.mutable_expires_before()->set_nanos(1);
  EXPECT_THAT(List(request), IsOk());
}

TEST_F(ListCertificatesTest, IsForTheOwnerAlone) {
  const Caller other = {"777788889999", "", ""};
  v1::PutPolicyRequest share;
  share.set_resource_arn(root_);
  share.set_policy(PolicyForPrincipal(root_, other.account));
  ASSERT_THAT(harness_.Call<v1::PutPolicyResponse>(share), IsOk());
  EXPECT_THAT(
      harness_.CallAs<v1::ListCertificatesResponse>(other, Request()),
      IsRefusal(v1::REASON_ACCESS_DENIED, "Policy.Statement[0].Action"));
}

TEST_F(ListCertificatesTest, NeedsACaThatCanHaveIssued) {
  v1::ListCertificatesRequest request = Request();
  request.set_certificate_authority_arn(root_.substr(0, root_.size() - 4) +
                                        "0000");
  EXPECT_THAT(List(request), IsRefusal(v1::REASON_CA_NOT_FOUND, kArnField));
  harness_.ChangeCa(root_, [](v1::CertificateAuthorityRecord& record) {
    record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_DELETED);
    record.mutable_restorable_until()->set_seconds(
        absl::ToUnixSeconds(HarnessTime()) + 1);
  });
  EXPECT_THAT(List(Request()),
              IsRefusal(v1::REASON_STATE_GET_CERTIFICATE, kArnField));
}

TEST_F(ListCertificatesTest, ACertificateThatIsMissingIsDamage) {
  const std::string arn = Issue({"a"});
  WriteBatch batch;
  for (const auto& [key, value] : harness_.Stored()) {
    if (absl::StartsWith(key, "cert/") &&
        absl::EndsWith(key, arn.substr(arn.rfind('/')))) {
      batch.deletes.push_back(key);
    }
  }
  ASSERT_THAT(harness_.store().Commit(std::move(batch)), IsOk());
  EXPECT_THAT(List(OfSubject("a")), IsRefusal(v1::REASON_RECORD_DAMAGED, ""));
}

// --- Random searches --------------------------------------------------------

class Random {
 public:
  size_t Below(size_t end) { return engine_() % end; }
  bool OneIn(size_t n) { return Below(n) == 0; }
  // A few letters, so that much is the same, or begins the same.
  std::string Name() {
    static constexpr absl::string_view kLetters = "aAb/%.";
    std::string name;
    for (size_t size = 1 + Below(3); size > 0; --size) {
      name += kLetters[Below(kLetters.size())];
    }
    return name;
  }
  std::string Host() {
    static constexpr const char* kHosts[] = {"a.x", "A.x", "*.x", "b.x", "ab"};
    return kHosts[Below(5)];
  }

 private:
  std::mt19937_64 engine_{kSeed};
};

constexpr const char* kTemplates[] = {"EndEntityCertificate",
                                      "EndEntityServerAuthCertificate",
                                      "CodeSigningCertificate"};

bool Finds(absl::string_view pattern, bool of_host,
           const std::vector<std::string>& names) {
  const std::string text = absl::AsciiStrToLower(pattern);
  return std::any_of(names.begin(), names.end(), [&](const std::string& in) {
    const std::string name = absl::AsciiStrToLower(in);
    if (absl::EndsWith(text, "*") &&
        !(of_host && absl::StartsWith(text, "*."))) {
      return absl::StartsWith(name, text.substr(0, text.size() - 1));
    }
    return name == text;
  });
}

// Whether a certificate, as it was asked for, is what a search asks for.
bool Matches(const v1::ListCertificatesRequest& request, const Asked& asked,
             bool revoked, absl::Time now) {
  const absl::Time end = HarnessTime() + absl::Hours(24) * asked.days;
  const v1::CertificateStatus status =
      now > end ? v1::CERTIFICATE_STATUS_EXPIRED
      : revoked ? v1::CERTIFICATE_STATUS_REVOKED
                : v1::CERTIFICATE_STATUS_ISSUED;
  const int64_t seconds = absl::ToUnixSeconds(end);
  return (!request.has_status() || request.status() == status) &&
         (!request.has_expires_from() ||
          seconds >= request.expires_from().seconds()) &&
         (!request.has_expires_before() ||
          seconds < request.expires_before().seconds()) &&
         (!request.has_template_arn() ||
          request.template_arn() == TemplateArnOf(asked.template_name)) &&
         (!request.has_subject() ||
          Finds(request.subject(), false, {asked.subject})) &&
         (!request.has_subject_alternative_name() ||
          Finds(request.subject_alternative_name(), true, asked.hosts));
}

TEST_F(ListCertificatesTest, RandomSearchesFindWhatIsThere) {
  std::cout << "seed " << kSeed << std::endl;
  Random random;
  struct Issued {
    Asked asked;
    std::string arn;
    bool revoked = false;
  };
  std::vector<Issued> all;
  for (int i = 0; i < kCertificates; ++i) {
    Issued issued;
    issued.asked.subject = random.Name();
    for (size_t hosts = random.Below(4); hosts > 0; --hosts) {
      issued.asked.hosts.push_back(random.Host());
    }
    issued.asked.template_name = kTemplates[random.Below(3)];
    issued.asked.days = 1 + static_cast<int>(random.Below(20));
    issued.arn = Issue(issued.asked);
    if (random.OneIn(4)) {
      Revoke(issued.arn);
      issued.revoked = true;
    }
    all.push_back(std::move(issued));
  }
  harness_.clock().Advance(absl::Hours(24) * 7);
  const absl::Time now = HarnessTime() + absl::Hours(24) * 7;

  const auto some_day = [&] {
    return absl::ToUnixSeconds(HarnessTime()) +
           86400 * static_cast<int64_t>(random.Below(22)) +
           static_cast<int64_t>(random.Below(2));
  };
  size_t found = 0;
  for (int i = 0; i < kSearches; ++i) {
    v1::ListCertificatesRequest request = Request();
    if (random.OneIn(3)) {
      request.set_status(
          static_cast<v1::CertificateStatus>(1 + random.Below(3)));
    }
    if (random.OneIn(4)) {
      request.mutable_expires_from()->set_seconds(some_day());
    }
    if (random.OneIn(4)) {
      request.mutable_expires_before()->set_seconds(
          std::max(some_day(), request.expires_from().seconds() + 1));
    }
    if (random.OneIn(4)) {
      request.set_template_arn(TemplateArnOf(kTemplates[random.Below(3)]));
    }
    if (random.OneIn(3)) {
      request.set_subject(
          absl::StrCat(random.Name(), random.OneIn(2) ? "*" : ""));
    }
    if (random.OneIn(3)) {
      request.set_subject_alternative_name(
          absl::StrCat(random.Host(), random.OneIn(2) ? "*" : ""));
    }
    request.set_max_results(1 + static_cast<int>(random.Below(30)));
    std::multiset<std::string> expected;
    for (const Issued& issued : all) {
      if (Matches(request, issued.asked, issued.revoked, now)) {
        expected.insert(issued.arn);
      }
    }
    found += expected.size();
    std::multiset<std::string> arns;
    for (const auto& shown : All(request)) {
      // The root's own is not of those that were asked for.
      if (shown.subject() != "CN=Root") arns.insert(shown.certificate_arn());
    }
    ASSERT_EQ(arns, expected) << request.ShortDebugString();
  }
  // Or nothing was shown.
  EXPECT_GT(found, static_cast<size_t>(kSearches));
}

}  // namespace
}  // namespace pki
