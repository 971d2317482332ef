// The forms of principals, and who is part of whom.
#include "pki/access/principal.h"

#include "gtest/gtest.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

TEST(PrincipalTest, AnAccountHasTwelveDigits) {
  EXPECT_TRUE(IsAccountId("777788889999"));
  for (const char* text :
       {"", "77778888999", "7777888899990", "77778888999x"}) {
    EXPECT_FALSE(IsAccountId(text)) << text;
  }
}

TEST(PrincipalTest, AnOrganizationHasItsPrefix) {
  EXPECT_TRUE(IsOrganizationId("o-a1b2c3d4z5"));
  EXPECT_TRUE(IsOrganizationId("o-" + std::string(10, 'a')));
  EXPECT_TRUE(IsOrganizationId("o-" + std::string(32, 'a')));
  for (const std::string& text :
       {std::string(), std::string("o-"), std::string("a1b2c3d4z5"),
        std::string("o-A1B2C3D4Z5"), "o-" + std::string(9, 'a'),
        "o-" + std::string(33, 'a')}) {
    EXPECT_FALSE(IsOrganizationId(text)) << text;
  }
}

struct Case {
  const char* granted;
  const char* caller;
  bool covers;
};

TEST(PrincipalTest, CoversWhoBelongsToIt) {
  const char* const root = "arn:aws:iam::777788889999:root";
  const char* const user = "arn:aws:iam::777788889999:user/team/ada";
  const char* const role = "arn:aws:iam::777788889999:role/path/issuer";
  const char* const session =
      "arn:aws:sts::777788889999:assumed-role/issuer/one";
  const char* const other_session =
      "arn:aws:sts::777788889999:assumed-role/issuer/two";
  const char* const other_account = "arn:aws:iam::444455556666:user/team/ada";
  const Case cases[] = {
      {"*", root, true},
      {"*", other_account, true},
      {"777788889999", root, true},
      {"777788889999", user, true},
      {"777788889999", session, true},
      {"777788889999", other_account, false},
      {root, user, true},
      {root, other_account, false},
      {user, user, true},
      {user, root, false},
      {user, role, false},
      {user, other_account, false},
      {role, role, true},
      {role, session, true},
      {role, user, false},
      {role, "arn:aws:iam::777788889999:role/reader", false},
      {session, session, true},
      {session, role, false},
      {session, other_session, false},
  };
  for (const Case& a : cases) {
    const auto granted = ParsePrincipal(a.granted);
    const auto caller = ParsePrincipal(a.caller);
    ASSERT_TRUE(granted.has_value()) << a.granted;
    ASSERT_TRUE(caller.has_value()) << a.caller;
    EXPECT_EQ(Covers(*granted, *caller), a.covers)
        << a.granted << " " << a.caller;
  }
}

TEST(PrincipalTest, TheRootIsTheAccount) {
  const auto root = ParsePrincipal(RootArn("aws-cn", "777788889999"));
  ASSERT_TRUE(root.has_value());
  EXPECT_TRUE(Covers(*root, *ParsePrincipal("777788889999")));
  EXPECT_TRUE(Covers(*ParsePrincipal("777788889999"), *root));
}

TEST(PrincipalTest, NothingElseIsOne) {
  for (const char* text :
       {"", "**", "77778888999", "acm.amazonaws.com", "arn:aws:iam::*:root",
        "arn::iam::777788889999:root", "arn:aws:s3::777788889999:user/ada",
        "arn:aws:iam:us-east-1:777788889999:root",
        "arn:aws:iam::777788889999:root/ada", "arn:aws:iam::777788889999:user",
        "arn:aws:iam::777788889999:user/", "arn:aws:iam::777788889999:user/a*",
        "arn:aws:iam::777788889999:role", "arn:aws:iam::777788889999:group/g",
        "arn:aws:sts::777788889999:assumed-role/issuer",
        "arn:aws:sts::777788889999:role/issuer",
        "arn:aws:iam::777788889999:user/ada:x"}) {
    EXPECT_FALSE(ParsePrincipal(text).has_value()) << text;
  }
}

TEST(CallerTest, IsOfItsAccount) {
  const Caller good{"777788889999", "arn:aws:iam::777788889999:user/ada",
                    "o-a1b2c3d4z5"};
  EXPECT_THAT(CheckCaller(good), IsOk());
  EXPECT_FALSE(IsService(good));

  Caller without = good;
  without.organization.clear();
  EXPECT_THAT(CheckCaller(without), IsOk());

  Caller service = good;
  service.principal = "acm.amazonaws.com";
  EXPECT_THAT(CheckCaller(service), IsOk());
  EXPECT_TRUE(IsService(service));

  Caller account = good;
  account.account = "7777";
  EXPECT_THAT(CheckCaller(account),
              IsRefusal(v1::REASON_CALLER_ACCOUNT, "Caller.Account"));

  for (const char* text :
       {"", "*", "777788889999", "arn:aws:iam::444455556666:user/ada",
        ".amazonaws.com", "ACM.amazonaws.com"}) {
    Caller principal = good;
    principal.principal = text;
    EXPECT_THAT(CheckCaller(principal),
                IsRefusal(v1::REASON_CALLER_PRINCIPAL, "Caller.Principal"))
        << text;
  }

  Caller organization = good;
  organization.organization = "a1b2c3d4z5";
  EXPECT_THAT(CheckCaller(organization),
              IsRefusal(v1::REASON_CALLER_ORGANIZATION, "Caller.Organization"));
}

}  // namespace
}  // namespace pki
