// ListCertificateAuthorities: whose, in which pages, and what is not shown.
#include <gmock/gmock.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/shared_ca_policy.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::IsEmpty;

class ListCasTest : public testing::Test {
 protected:
  std::string Create(absl::string_view name) {
    return harness_
        .CallAs<v1::CreateCertificateAuthorityResponse>(
            caller_, EngineHarness::CreateRequest(
                         v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, name))
        ->certificate_authority_arn();
  }
  absl::StatusOr<v1::ListCertificateAuthoritiesResponse> List(
      int size, const std::string& token = "",
      v1::ResourceOwner owner = v1::RESOURCE_OWNER_SELF) {
    v1::ListCertificateAuthoritiesRequest request;
    request.set_max_results(size);
    request.set_resource_owner(owner);
    if (!token.empty()) request.set_next_token(token);
    return harness_.CallAs<v1::ListCertificateAuthoritiesResponse>(caller_,
                                                                   request);
  }
  // Page by page; each ARN once.
  std::multiset<std::string> All(
      int size, v1::ResourceOwner owner = v1::RESOURCE_OWNER_SELF) {
    std::multiset<std::string> arns;
    std::string token;
    do {
      const auto page = List(size, token, owner);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      EXPECT_LE(page->certificate_authorities_size(), size);
      for (const auto& ca : page->certificate_authorities()) {
        arns.insert(ca.arn());
      }
      token = page->next_token();
    } while (!token.empty());
    return arns;
  }

  EngineHarness harness_;
  Caller caller_;
};

TEST_F(ListCasTest, NoneAreAnEmptyPage) {
  const auto page = List(1);
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->certificate_authorities(), IsEmpty());
  EXPECT_FALSE(page->has_next_token());
}

TEST_F(ListCasTest, EveryPageSizeShowsEachOnce) {
  std::multiset<std::string> created;
  for (int i = 0; i < 7; ++i) created.insert(Create(absl::StrCat("CA ", i)));
  for (int size = 1; size <= 8; ++size) {
    EXPECT_EQ(All(size), created) << size;
  }
}

TEST_F(ListCasTest, ShowsWhatDescribeShows) {
  const std::string root = harness_.CreateRoot("Root").value();
  const auto page = List(1);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->certificate_authorities(0).SerializeAsString(),
            harness_.Describe(root)->SerializeAsString());
}

TEST_F(ListCasTest, SeparatesOwners) {
  const std::string mine = Create("mine");
  const std::string kept = Create("kept");
  caller_.account = "777788889999";
  const std::string other = Create("other");
  EXPECT_EQ(All(1), std::multiset<std::string>{other});
  EXPECT_EQ(All(1, v1::RESOURCE_OWNER_OTHER_ACCOUNTS),
            std::multiset<std::string>{});

  v1::PutPolicyRequest share;
  share.set_resource_arn(mine);
  share.set_policy(PolicyForPrincipal(mine, caller_.account));
  ASSERT_THAT(harness_.Call<v1::PutPolicyResponse>(share), IsOk());
  EXPECT_EQ(All(1), std::multiset<std::string>{other});
  EXPECT_EQ(All(1, v1::RESOURCE_OWNER_OTHER_ACCOUNTS),
            std::multiset<std::string>{mine});

  caller_ = {};
  EXPECT_EQ(All(1), (std::multiset<std::string>{mine, kept}));
  EXPECT_EQ(All(1, v1::RESOURCE_OWNER_OTHER_ACCOUNTS),
            std::multiset<std::string>{});
}

TEST_F(ListCasTest, LeavesOutWhatIsGone) {
  const std::string stays = Create("stays");
  const std::string goes = Create("goes");
  harness_.ChangeCa(goes, [](v1::CertificateAuthorityRecord& record) {
    record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_DELETED);
    record.mutable_restorable_until()->set_seconds(
        absl::ToUnixSeconds(HarnessTime()) + 1);
  });
  EXPECT_EQ(All(1).size(), 2u);
  harness_.clock().Advance(absl::Seconds(1));
  EXPECT_EQ(All(1), std::multiset<std::string>{stays});
}

TEST_F(ListCasTest, ATokenIsOfItsOwner) {
  Create("one");
  Create("two");
  const std::string token = List(1)->next_token();
  EXPECT_THAT(List(1, token, v1::RESOURCE_OWNER_OTHER_ACCOUNTS),
              IsRefusal(v1::REASON_NEXT_TOKEN, "Request.NextToken"));
  EXPECT_THAT(List(1, token), IsOk());
}

}  // namespace
}  // namespace pki
