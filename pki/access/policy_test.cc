// The policies of the guide, and what is wrong with others.
#include "pki/access/policy.h"

#include <gmock/gmock.h>

#include <functional>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "pki/testing/shared_ca_policy.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using Json = nlohmann::json;

constexpr char kCa[] =
    "arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/"
    "11223344-1234-4122-8233-112233445566";
constexpr char kTemplate[] =
    "arn:aws:acm-pca:::template/EndEntityCertificate/V1";

Json WithAccount() {
  return Json::parse(PolicyForPrincipal(kCa, "777788889999"));
}

Json WithOrganization() {
  return Json::parse(
      PolicyForOrganization(kCa, "o-a1b2c3d4z5", "111122223333"));
}

absl::Status Check(const Json& policy) {
  const auto parsed = ParsePolicy(policy.dump());
  if (!parsed.ok()) return parsed.status();
  return CheckForm(*parsed, kCa);
}

TEST(PolicyTest, IsReadStatementByStatement) {
  const auto policy = ParsePolicy(WithOrganization().dump());
  ASSERT_THAT(policy, IsOk());
  ASSERT_THAT(policy->statements, SizeIs(2));
  const Statement& issuing = policy->statements[0];
  ASSERT_THAT(issuing.principals, SizeIs(1));
  EXPECT_EQ(issuing.principals[0].account, "");
  EXPECT_THAT(issuing.actions, ElementsAre("IssueCertificate"));
  EXPECT_THAT(issuing.resources, ElementsAre(kCa));
  ASSERT_THAT(issuing.conditions, SizeIs(3));
  EXPECT_EQ(issuing.conditions[0].key, ConditionKey::kTemplate);
  EXPECT_THAT(issuing.conditions[0].values, ElementsAre(kTemplate));
  EXPECT_EQ(issuing.conditions[1].key, ConditionKey::kOrganization);
  EXPECT_THAT(issuing.conditions[1].values, ElementsAre("o-a1b2c3d4z5"));
  EXPECT_EQ(issuing.conditions[2].key, ConditionKey::kNotAccount);
  EXPECT_THAT(issuing.conditions[2].values, ElementsAre("111122223333"));
  EXPECT_THAT(policy->statements[1].actions, SizeIs(5));
}

TEST(PolicyTest, ThoseOfTheGuideHaveTheForm) {
  EXPECT_THAT(Check(WithAccount()), IsOk());
  EXPECT_THAT(Check(WithOrganization()), IsOk());
}

TEST(PolicyTest, TheFormLeavesSomeFreedom) {
  const auto with = [](const std::function<void(Json&)>& change) {
    Json policy = WithAccount();
    change(policy["Statement"]);
    return Check(policy);
  };
  EXPECT_THAT(with([](Json& all) { std::swap(all[0], all[1]); }), IsOk());
  EXPECT_THAT(with([](Json& all) { all[0].erase("Sid"); }), IsOk());
  EXPECT_THAT(with([](Json& all) {
                std::swap(all[0]["Action"][0], all[0]["Action"][4]);
              }),
              IsOk());
  EXPECT_THAT(with([](Json& all) {
                all[0]["Principal"]["AWS"] = {
                    "777788889999", "arn:aws:iam::444455556666:role/issuer"};
              }),
              IsOk());
  EXPECT_THAT(with([](Json& all) { all[0]["Resource"] = {kCa}; }), IsOk());
  EXPECT_THAT(
      with([](Json& all) {
        all[1]["Condition"]["StringEquals"]["acm-pca:TemplateArn"] = {
            "arn:aws:acm-pca:::template/SubordinateCACertificate_PathLen0/V1",
            "arn:aws-cn:acm-pca:::template/EndEntityCertificate/V1"};
      }),
      IsOk());
  EXPECT_THAT(with([](Json& all) {
                Json revoking = all[0];
                revoking["Action"] = "acm-pca:RevokeCertificate";
                all.push_back(revoking);
              }),
              IsOk());
}

struct Fault {
  const char* pointer;  // into WithAccount()
  Json value;           // null to take away what is there
  v1::Reason reason;
  const char* field;
};

TEST(PolicyTest, EachFaultIsNamed) {
  const Fault faults[] = {
      {"/Version", nullptr, v1::REASON_POLICY_MEMBER_MISSING, "Policy.Version"},
      {"/Version", "2008-10-17", v1::REASON_POLICY_VERSION, "Policy.Version"},
      {"/Version", 2012, v1::REASON_POLICY_MEMBER_TYPE, "Policy.Version"},
      {"/Id", "1", v1::REASON_POLICY_MEMBER_UNKNOWN, "Policy"},
      {"/Statement", nullptr, v1::REASON_POLICY_MEMBER_MISSING,
       "Policy.Statement"},
      {"/Statement", Json::object(), v1::REASON_POLICY_MEMBER_TYPE,
       "Policy.Statement"},
      {"/Statement", Json::array(), v1::REASON_POLICY_STATEMENT_MISSING,
       "Policy.Statement"},
      {"/Statement/0", nullptr, v1::REASON_POLICY_STATEMENT_MISSING,
       "Policy.Statement"},
      {"/Statement/1", nullptr, v1::REASON_POLICY_STATEMENT_MISSING,
       "Policy.Statement"},
      {"/Statement/2", WithAccount()["Statement"][0],
       v1::REASON_POLICY_STATEMENT_EXTRA, "Policy.Statement[2]"},
      {"/Statement/1", "all", v1::REASON_POLICY_MEMBER_TYPE,
       "Policy.Statement[1]"},
      {"/Statement/0/Sid", 1, v1::REASON_POLICY_MEMBER_TYPE,
       "Policy.Statement[0].Sid"},
      {"/Statement/0/NotAction", "acm-pca:ListTags",
       v1::REASON_POLICY_MEMBER_UNKNOWN, "Policy.Statement[0]"},
      {"/Statement/0/Effect", nullptr, v1::REASON_POLICY_MEMBER_MISSING,
       "Policy.Statement[0].Effect"},
      {"/Statement/0/Effect", "Deny", v1::REASON_POLICY_EFFECT,
       "Policy.Statement[0].Effect"},
      {"/Statement/0/Principal", nullptr, v1::REASON_POLICY_MEMBER_MISSING,
       "Policy.Statement[0].Principal"},
      {"/Statement/0/Principal", "777788889999", v1::REASON_POLICY_PRINCIPAL,
       "Policy.Statement[0].Principal"},
      {"/Statement/0/Principal/Service", "acm.amazonaws.com",
       v1::REASON_POLICY_MEMBER_UNKNOWN, "Policy.Statement[0].Principal"},
      {"/Statement/0/Principal/AWS", "0123456789ab",
       v1::REASON_POLICY_PRINCIPAL, "Policy.Statement[0].Principal.AWS"},
      {"/Statement/0/Principal/AWS", 777788889999,
       v1::REASON_POLICY_MEMBER_TYPE, "Policy.Statement[0].Principal.AWS"},
      {"/Statement/0/Principal/AWS",
       {"777788889999", "all"},
       v1::REASON_POLICY_PRINCIPAL,
       "Policy.Statement[0].Principal.AWS"},
      {"/Statement/0/Principal/AWS", Json::array(),
       v1::REASON_POLICY_MEMBER_TYPE, "Policy.Statement[0].Principal.AWS"},
      {"/Statement/0/Principal", "*", v1::REASON_POLICY_EVERYBODY,
       "Policy.Statement[0].Principal"},
      {"/Statement/0/Principal/AWS", "*", v1::REASON_POLICY_EVERYBODY,
       "Policy.Statement[0].Principal"},
      {"/Statement/0/Action", "ListTags", v1::REASON_POLICY_ACTION,
       "Policy.Statement[0].Action"},
      {"/Statement/0/Action/5", "acm-pca:GetPolicy", v1::REASON_POLICY_ACTION,
       "Policy.Statement[0].Action"},
      {"/Statement/0/Action/5", "acm-pca:ListTags", v1::REASON_POLICY_ACTION,
       "Policy.Statement[0].Action"},
      {"/Statement/0/Action/5", 5, v1::REASON_POLICY_MEMBER_TYPE,
       "Policy.Statement[0].Action[5]"},
      {"/Statement/0/Action/4", nullptr, v1::REASON_POLICY_ACTION,
       "Policy.Statement[0].Action"},
      {"/Statement/1/Action", "acm-pca:*", v1::REASON_POLICY_ACTION,
       "Policy.Statement[1].Action"},
      {"/Statement/0/Resource", "*", v1::REASON_POLICY_RESOURCE,
       "Policy.Statement[0].Resource"},
      {"/Statement/0/Resource",
       {kCa, "arn:aws:s3:::bucket"},
       v1::REASON_POLICY_RESOURCE,
       "Policy.Statement[0].Resource"},
      {"/Statement/1/Condition", nullptr, v1::REASON_POLICY_TEMPLATE_CONDITION,
       "Policy.Statement[1].Condition"},
      {"/Statement/0/Condition", WithAccount()["Statement"][1]["Condition"],
       v1::REASON_POLICY_TEMPLATE_CONDITION, "Policy.Statement[0].Condition"},
      {"/Statement/1/Condition", "all", v1::REASON_POLICY_MEMBER_TYPE,
       "Policy.Statement[1].Condition"},
      {"/Statement/1/Condition/StringEquals", "all",
       v1::REASON_POLICY_MEMBER_TYPE,
       "Policy.Statement[1].Condition.StringEquals"},
      {"/Statement/1/Condition/StringLike",
       {{"acm-pca:TemplateArn", kTemplate}},
       v1::REASON_POLICY_CONDITION,
       "Policy.Statement[1].Condition"},
      {"/Statement/1/Condition/StringEquals/aws:SourceArn", kCa,
       v1::REASON_POLICY_CONDITION, "Policy.Statement[1].Condition"},
      {"/Statement/1/Condition/StringEquals/acm-pca:TemplateArn", Json::array(),
       v1::REASON_POLICY_MEMBER_TYPE,
       "Policy.Statement[1].Condition.StringEquals.acm-pca:TemplateArn"},
      {"/Statement/1/Condition/StringEquals/acm-pca:TemplateArn",
       "arn:aws:acm-pca:::template/RootCACertificate/V1",
       v1::REASON_POLICY_TEMPLATE,
       "Policy.Statement[1].Condition.StringEquals.acm-pca:TemplateArn"},
      {"/Statement/1/Condition/StringEquals/acm-pca:TemplateArn",
       "arn:moon:acm-pca:::template/EndEntityCertificate/V1",
       v1::REASON_POLICY_TEMPLATE,
       "Policy.Statement[1].Condition.StringEquals.acm-pca:TemplateArn"},
      {"/Statement/1/Condition/StringEquals/aws:PrincipalOrgID", "everybody",
       v1::REASON_POLICY_ORGANIZATION,
       "Policy.Statement[1].Condition.StringEquals.aws:PrincipalOrgID"},
      {"/Statement/1/Condition/StringNotEquals",
       {{"aws:PrincipalAccount", "mine"}},
       v1::REASON_POLICY_ACCOUNT,
       "Policy.Statement[1].Condition.StringNotEquals.aws:PrincipalAccount"},
  };
  for (const Fault& fault : faults) {
    const Json::json_pointer pointer(fault.pointer);
    Json policy = WithAccount();
    if (!fault.value.is_null()) {
      policy[pointer] = fault.value;
    } else if (Json& parent = policy[pointer.parent_pointer()];
               parent.is_array()) {
      parent.erase(std::stoul(pointer.back()));
    } else {
      parent.erase(pointer.back());
    }
    EXPECT_THAT(Check(policy), IsRefusal(fault.reason, fault.field))
        << fault.pointer << " " << fault.value;
  }
}

TEST(PolicyTest, IsAnObject) {
  EXPECT_THAT(ParsePolicy("[]"), IsRefusal(v1::REASON_POLICY_JSON, "Policy"));
  EXPECT_THAT(ParsePolicy("{"), IsRefusal(v1::REASON_POLICY_JSON, "Policy"));
}

TEST(PolicyTest, ATemplateIsTheSameInEveryPartition) {
  EXPECT_EQ(TemplateKey(kTemplate),
            TemplateKey("arn:aws-cn:acm-pca:::template/EndEntityCertificate/"
                        "V1"));
  EXPECT_NE(TemplateKey(kTemplate),
            TemplateKey("arn:aws:acm-pca:us-east-1:111122223333:template/"
                        "EndEntityCertificate/V1"));
  EXPECT_EQ(TemplateKey("none"), "none");
}

}  // namespace
}  // namespace pki
