// Permissions: created once, listed in pages, deleted.
#include <gmock/gmock.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::ElementsAre;

class PermissionsTest : public testing::Test {
 protected:
  PermissionsTest() : root_(harness_.CreateRoot("Root").value()) {}

  absl::Status Create(const std::string& account,
                      const std::string& principal = "acm.amazonaws.com") {
    v1::CreatePermissionRequest request;
    request.set_certificate_authority_arn(root_);
    request.set_principal(principal);
    if (!account.empty()) request.set_source_account(account);
    request.add_actions(v1::ACTION_TYPE_ISSUE_CERTIFICATE);
    request.add_actions(v1::ACTION_TYPE_GET_CERTIFICATE);
    request.add_actions(v1::ACTION_TYPE_ISSUE_CERTIFICATE);
    return harness_.Call<v1::CreatePermissionResponse>(request).status();
  }
  absl::Status Delete(const std::string& account,
                      const std::string& principal = "acm.amazonaws.com") {
    v1::DeletePermissionRequest request;
    request.set_certificate_authority_arn(root_);
    request.set_principal(principal);
    if (!account.empty()) request.set_source_account(account);
    return harness_.Call<v1::DeletePermissionResponse>(request).status();
  }
  absl::StatusOr<v1::ListPermissionsResponse> List(
      int size, const std::string& token = "") {
    v1::ListPermissionsRequest request;
    request.set_certificate_authority_arn(root_);
    request.set_max_results(size);
    if (!token.empty()) request.set_next_token(token);
    return harness_.Call<v1::ListPermissionsResponse>(request);
  }

  EngineHarness harness_;
  const std::string root_;
};

TEST_F(PermissionsTest, AreShownAsTheyWereGiven) {
  ASSERT_THAT(Create(""), IsOk());
  const auto list = List(10);
  ASSERT_THAT(list, IsOk());
  ASSERT_EQ(list->permissions_size(), 1);
  const v1::Permission& shown = list->permissions(0);
  EXPECT_EQ(shown.certificate_authority_arn(), root_);
  EXPECT_EQ(shown.principal(), "acm.amazonaws.com");
  // Of the caller, when the request says none.
  EXPECT_EQ(shown.source_account(), "000000000000");
  EXPECT_EQ(shown.created_at().seconds(), absl::ToUnixSeconds(HarnessTime()));
  EXPECT_THAT(shown.actions(), ElementsAre(v1::ACTION_TYPE_ISSUE_CERTIFICATE,
                                           v1::ACTION_TYPE_GET_CERTIFICATE));
}

TEST_F(PermissionsTest, AreOneForAPrincipalAndAnAccount) {
  ASSERT_THAT(Create(""), IsOk());
  EXPECT_THAT(Create("000000000000"),
              IsRefusal(v1::REASON_PERMISSION_EXISTS, "Request.Principal"));
  EXPECT_THAT(Create("111111111111"), IsOk());
  ASSERT_THAT(Delete(""), IsOk());
  EXPECT_THAT(Delete(""),
              IsRefusal(v1::REASON_PERMISSION_NOT_FOUND, "Request.Principal"));
  EXPECT_THAT(Create(""), IsOk());
}

TEST_F(PermissionsTest, AreForOnePrincipalOnly) {
  for (const char* principal : {"s3.amazonaws.com", "acm.amazonaws.com.cn"}) {
    EXPECT_THAT(Create("", principal),
                IsRefusal(v1::REASON_PERMISSION_PRINCIPAL, "Request.Principal"))
        << principal;
    EXPECT_THAT(Delete("", principal),
                IsRefusal(v1::REASON_PERMISSION_PRINCIPAL, "Request.Principal"))
        << principal;
  }
}

TEST_F(PermissionsTest, ComeInPages) {
  for (int i = 1; i <= 5; ++i) {
    ASSERT_THAT(Create(absl::StrCat("11111111111", i)), IsOk());
  }
  std::string token;
  std::string seen;
  do {
    const auto page = List(2, token);
    ASSERT_THAT(page, IsOk());
    for (const v1::Permission& permission : page->permissions()) {
      seen += permission.source_account().back();
    }
    token = page->next_token();
  } while (!token.empty());
  EXPECT_EQ(seen, "12345");
}

TEST_F(PermissionsTest, ALostRaceIsDecidedAgain) {
  harness_.store().LoseRaces(1);
  EXPECT_THAT(Create(""), IsOk());
  harness_.store().LoseRaces(1);
  EXPECT_THAT(Delete(""), IsOk());
}

}  // namespace
}  // namespace pki
