// Callers, actions and templates against the policies of the guide.
#include "pki/access/decide.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "pki/testing/shared_ca_policy.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

constexpr char kOwner[] = "111122223333";
constexpr char kCa[] =
    "arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/"
    "11223344-1234-4122-8233-112233445566";
constexpr char kShared[] = "arn:aws:acm-pca:::template/EndEntityCertificate/V1";
constexpr char kOther[] =
    "arn:aws:acm-pca:::template/EndEntityServerAuthCertificate/V1";
Policy Parsed(const std::string& text) {
  auto policy = ParsePolicy(text);
  EXPECT_THAT(policy, IsOk());
  EXPECT_THAT(CheckForm(*policy, kCa), IsOk());
  return *policy;
}

Policy WithPrincipal(absl::string_view principal) {
  return Parsed(PolicyForPrincipal(kCa, principal));
}

Policy WithOrganization() {
  return Parsed(PolicyForOrganization(kCa, "o-a1b2c3d4z5", "444455556666"));
}

const std::map<std::string, Caller>& Callers() {
  static const auto* const callers = new std::map<std::string, Caller>{
      {"owner", {kOwner, "arn:aws:iam::111122223333:root", ""}},
      {"root", {"777788889999", "arn:aws:iam::777788889999:root", ""}},
      {"ada", {"777788889999", "arn:aws:iam::777788889999:user/ada", ""}},
      {"issuer",
       {"777788889999", "arn:aws:sts::777788889999:assumed-role/issuer/one",
        ""}},
      {"member",
       {"222233334444", "arn:aws:iam::222233334444:root", "o-a1b2c3d4z5"}},
      {"shut out",
       {"444455556666", "arn:aws:iam::444455556666:root", "o-a1b2c3d4z5"}},
      {"stranger",
       {"555566667777", "arn:aws:iam::555566667777:root", "o-other12345"}},
      {"acm", {kOwner, "acm.amazonaws.com", ""}},
  };
  return *callers;
}

struct Action {
  const char* name;
  const char* template_arn;
};
// What the policies of the guide allow, and what they do not.
constexpr Action kAllowed[] = {{"DescribeCertificateAuthority", ""},
                               {"GetCertificate", ""},
                               {"GetCertificateAuthorityCertificate", ""},
                               {"ListPermissions", ""},
                               {"ListTags", ""},
                               {"IssueCertificate", kShared}};
constexpr Action kNotAllowed[] = {{"IssueCertificate", kOther},
                                  {"IssueCertificate", ""},
                                  {"RevokeCertificate", ""},
                                  {"GetCertificateAuthorityCsr", ""},
                                  {"DeleteCertificateAuthority", ""},
                                  {"GetPolicy", ""},
                                  {"PutPolicy", ""},
                                  {"TagCertificateAuthority", ""}};

absl::Status Ask(const std::string& caller, const Action& action,
                 const Policy* policy,
                 const v1::PermissionRecord* permission = nullptr) {
  return Decide(Callers().at(caller),
                {action.name, kCa, kOwner, action.template_arn}, policy,
                permission);
}

TEST(DecideTest, EveryCallerEveryActionEveryTemplate) {
  struct Case {
    Policy policy;
    std::set<std::string> allowed;
  };
  const Case cases[] = {
      {WithPrincipal("777788889999"), {"root", "ada", "issuer"}},
      {WithPrincipal("arn:aws:iam::777788889999:root"),
       {"root", "ada", "issuer"}},
      {WithPrincipal("arn:aws:iam::777788889999:user/ada"), {"ada"}},
      {WithPrincipal("arn:aws:iam::777788889999:role/path/issuer"), {"issuer"}},
      {WithOrganization(), {"member"}},
  };
  for (const Case& a : cases) {
    for (const auto& [name, caller] : Callers()) {
      const bool owns = name == "owner";
      for (const Action& action : kAllowed) {
        EXPECT_EQ(Ask(name, action, &a.policy).ok(),
                  owns || a.allowed.count(name) == 1)
            << name << " " << action.name;
      }
      for (const Action& action : kNotAllowed) {
        EXPECT_EQ(Ask(name, action, &a.policy).ok(), owns)
            << name << " " << action.name << " " << action.template_arn;
      }
    }
  }
}

TEST(DecideTest, WithoutAPolicyOnlyTheOwnerMay) {
  const Action action{"ListTags", ""};
  EXPECT_THAT(Ask("owner", action, nullptr), IsOk());
  EXPECT_THAT(Ask("root", action, nullptr),
              IsRefusal(v1::REASON_ACCESS_DENIED, "Policy"));
}

TEST(DecideTest, SaysWhichStatementCameClosestAndWhatItLacks) {
  const Policy account = WithPrincipal("777788889999");
  const Policy organization = WithOrganization();
  Policy elsewhere = account;
  elsewhere.statements[0].resources = {"arn:aws:acm-pca:elsewhere"};
  struct Case {
    const Policy* policy;
    const char* caller;
    Action action;
    const char* field;
  };
  const Case cases[] = {
      {&account, "root", {"PutPolicy", ""}, "Policy.Statement[0].Action"},
      {&account,
       "stranger",
       {"IssueCertificate", kShared},
       "Policy.Statement[1].Principal"},
      {&account,
       "root",
       {"IssueCertificate", kOther},
       "Policy.Statement[1].Condition.StringEquals.acm-pca:TemplateArn"},
      {&organization,
       "member",
       {"IssueCertificate", kOther},
       "Policy.Statement[0].Condition.StringEquals.acm-pca:TemplateArn"},
      {&organization,
       "stranger",
       {"IssueCertificate", kShared},
       "Policy.Statement[0].Condition.StringEquals.aws:PrincipalOrgID"},
      {&organization,
       "root",
       {"ListTags", ""},
       "Policy.Statement[1].Condition.StringEquals.aws:PrincipalOrgID"},
      {&organization,
       "shut out",
       {"ListTags", ""},
       "Policy.Statement[1].Condition.StringNotEquals.aws:PrincipalAccount"},
      {&elsewhere, "root", {"ListTags", ""}, "Policy.Statement[0].Resource"},
  };
  for (const Case& a : cases) {
    EXPECT_THAT(Ask(a.caller, a.action, a.policy),
                IsRefusal(v1::REASON_ACCESS_DENIED, a.field))
        << a.caller << " " << a.action.name;
  }
}

TEST(DecideTest, AServiceNeedsAPermissionEvenForTheOwner) {
  const Policy policy = WithPrincipal(kOwner);
  v1::PermissionRecord permission;
  permission.add_actions(v1::ACTION_TYPE_ISSUE_CERTIFICATE);
  const Action issue{"IssueCertificate", kOther};
  EXPECT_THAT(Ask("acm", issue, &policy, &permission), IsOk());
  EXPECT_THAT(Ask("acm", {"GetCertificate", ""}, &policy, &permission),
              IsRefusal(v1::REASON_ACCESS_DENIED, "Permission.Actions"));
  EXPECT_THAT(Ask("acm", issue, &policy),
              IsRefusal(v1::REASON_ACCESS_DENIED, "Permission"));
  EXPECT_THAT(Ask("root", issue, nullptr, &permission),
              IsRefusal(v1::REASON_ACCESS_DENIED, "Policy"));
}

}  // namespace
}  // namespace pki
