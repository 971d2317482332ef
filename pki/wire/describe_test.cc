#include "pki/wire/describe.h"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>

#include "google/protobuf/timestamp.pb.h"
#include "gtest/gtest.h"
#include "pki/wire/wire_test.pb.h"
#include "proto/options.pb.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using ::testing::ElementsAre;

// What a description says of one structure.
using Members = std::map<std::string, v1::Member>;

std::map<std::string, Members> StructuresOf(
    const v1::DescribeOperationResponse& description) {
  std::map<std::string, Members> structures;
  for (const v1::Structure& structure : description.structures()) {
    EXPECT_EQ(structures.count(structure.name()), 0) << structure.name();
    Members& members = structures[structure.name()];
    for (const v1::Member& member : structure.members()) {
      members[member.name()] = member;
    }
  }
  return structures;
}

void ExpectAgreement(const FieldDescriptor& field, const v1::Member& member) {
  SCOPED_TRACE(field.full_name());
  const bool is_time =
      field.message_type() == google::protobuf::Timestamp::descriptor();
  EXPECT_EQ(member.list(), field.is_repeated());
  EXPECT_EQ(member.required(), field.options().GetExtension(v1::required));
  EXPECT_EQ(member.secret(), field.options().GetExtension(v1::secret));
  EXPECT_EQ(member.type() == v1::MEMBER_TYPE_STRING,
            field.type() == FieldDescriptor::TYPE_STRING);
  EXPECT_EQ(member.type() == v1::MEMBER_TYPE_BLOB,
            field.type() == FieldDescriptor::TYPE_BYTES);
  EXPECT_EQ(member.type() == v1::MEMBER_TYPE_BOOLEAN,
            field.type() == FieldDescriptor::TYPE_BOOL);
  EXPECT_EQ(member.type() == v1::MEMBER_TYPE_ENUM,
            field.type() == FieldDescriptor::TYPE_ENUM);
  EXPECT_EQ(member.type() == v1::MEMBER_TYPE_TIMESTAMP, is_time);
  EXPECT_EQ(member.type() == v1::MEMBER_TYPE_STRUCTURE,
            field.message_type() != nullptr && !is_time);
  EXPECT_NE(member.type(), v1::MEMBER_TYPE_UNSPECIFIED);
  EXPECT_EQ(member.structure(), member.type() == v1::MEMBER_TYPE_STRUCTURE
                                    ? field.message_type()->name()
                                    : "");
  EXPECT_EQ(member.values().empty(), field.enum_type() == nullptr);
  const v1::Shape shape = field.options().GetExtension(v1::shape);
  const v1::Limits limits =
      v1::Shape_descriptor()->FindValueByNumber(shape)->options().GetExtension(
          v1::limits);
  EXPECT_EQ(member.has_min(), limits.has_min());
  EXPECT_EQ(member.min(), limits.min());
  EXPECT_EQ(member.has_max(), limits.has_max());
  EXPECT_EQ(member.max(), limits.max());
  EXPECT_EQ(member.pattern(), limits.pattern());
}

// `type` and all that is in it; `seen` are those done before.
void ExpectAgreement(const Descriptor& type,
                     const std::map<std::string, Members>& structures,
                     std::set<const Descriptor*>* seen) {
  if (!seen->insert(&type).second) return;
  const auto members = structures.find(type.name());
  ASSERT_NE(members, structures.end()) << type.name();
  EXPECT_EQ(members->second.size(), type.field_count());
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const auto member = members->second.find(field.json_name());
    ASSERT_NE(member, members->second.end()) << field.full_name();
    ExpectAgreement(field, member->second);
    if (member->second.has_structure()) {
      ExpectAgreement(*field.message_type(), structures, seen);
    }
  }
}

TEST(DescribeTest, AgreesWithEveryMessage) {
  for (const OperationOfModel& operation : OperationsOfModel()) {
    SCOPED_TRACE(operation.method->name());
    const Descriptor& request = *operation.method->input_type();
    const Descriptor& response = *operation.method->output_type();
    const auto description = Describe(request, response);
    EXPECT_EQ(description.request(), request.name());
    EXPECT_EQ(description.response(), response.name());
    const auto structures = StructuresOf(description);
    std::set<const Descriptor*> seen;
    ExpectAgreement(request, structures, &seen);
    ExpectAgreement(response, structures, &seen);
    EXPECT_EQ(structures.size(), seen.size());
  }
}

TEST(DescribeTest, HasOperationsOfBothServicesInOrder) {
  bool has_issue = false;
  bool has_explain = false;
  std::string before;
  for (const auto& [method, is_engine_operation] : OperationsOfModel()) {
    EXPECT_LT(before, method->name());
    before = method->name();
    has_issue |= before == "IssueCertificate" && !is_engine_operation;
    has_explain |= before == "ExplainIssuance" && is_engine_operation;
  }
  EXPECT_TRUE(has_issue);
  EXPECT_TRUE(has_explain);
}

TEST(DescribeTest, SaysWhatAMemberIs) {
  const auto description = Describe(*v1::IssueCertificateRequest::descriptor(),
                                    *v1::RewrapKeysRequest::descriptor());
  auto structures = StructuresOf(description);
  Members& request = structures["IssueCertificateRequest"];
  const v1::Member& csr = request["Csr"];
  EXPECT_EQ(csr.type(), v1::MEMBER_TYPE_BLOB);
  EXPECT_TRUE(csr.required());
  EXPECT_EQ(csr.min(), 1);
  EXPECT_EQ(csr.max(), 32768);
  EXPECT_EQ(request["Validity"].structure(), "Validity");
  EXPECT_THAT(structures["Validity"]["Type"].values(),
              ElementsAre("END_DATE", "ABSOLUTE", "DAYS", "MONTHS", "YEARS"));
  EXPECT_TRUE(structures["RewrapKeysRequest"]["NewPassphrase"].secret());
}

TEST(DescribeTest, EndsWhereAMessageHasItself) {
  const auto description = Describe(*wire_test::Everything::descriptor(),
                                    *wire_test::Secrets::descriptor());
  const auto structures = StructuresOf(description);
  EXPECT_EQ(structures.size(), 2);
  const v1::Member& list = structures.at("Everything").at("MessageList");
  EXPECT_EQ(list.structure(), "Everything");
  EXPECT_TRUE(list.list());
  // The unspecified value is none.
  EXPECT_THAT(structures.at("Everything").at("Enum").values(),
              ElementsAre("Red", "COLOR_GREEN"));
}

}  // namespace
}  // namespace pki
