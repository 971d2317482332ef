// ListCertificateAuthorities: whose, in which pages, and what is not shown.
#include <gmock/gmock.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::IsEmpty;

class ListCasTest : public testing::Test {
 protected:
  std::string Create(absl::string_view name) {
    return harness_
        .Create(EngineHarness::CreateRequest(
            v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, name))
        .value();
  }
  absl::StatusOr<v1::ListCertificateAuthoritiesResponse> List(
      int size, const std::string& token = "",
      v1::ResourceOwner owner = v1::RESOURCE_OWNER_SELF) {
    v1::ListCertificateAuthoritiesRequest request;
    request.set_max_results(size);
    request.set_resource_owner(owner);
    if (!token.empty()) request.set_next_token(token);
    return harness_.Call<v1::ListCertificateAuthoritiesResponse>(request);
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
  const std::string own = Create("own");
  const std::string other = Create("other");
  harness_.ChangeCa(other, [](v1::CertificateAuthorityRecord& record) {
    record.set_owner_account("111111111111");
  });
  EXPECT_EQ(All(1), std::multiset<std::string>{own});
  EXPECT_EQ(All(1, v1::RESOURCE_OWNER_OTHER_ACCOUNTS),
            std::multiset<std::string>{other});
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
