// One pass over the fields of each message that is reached.
#include "pki/wire/describe.h"

#include <algorithm>

#include "google/protobuf/timestamp.pb.h"
#include "pki/base/wire_name.h"
#include "pki/wire/field.h"
#include "proto/options.pb.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::ServiceDescriptor;
using google::protobuf::Timestamp;

v1::MemberType TypeOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES
                 ? v1::MEMBER_TYPE_BLOB
                 : v1::MEMBER_TYPE_STRING;
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return v1::MEMBER_TYPE_INTEGER;
    case FieldDescriptor::CPPTYPE_BOOL:
      return v1::MEMBER_TYPE_BOOLEAN;
    case FieldDescriptor::CPPTYPE_ENUM:
      return v1::MEMBER_TYPE_ENUM;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return field.message_type() == Timestamp::descriptor()
                 ? v1::MEMBER_TYPE_TIMESTAMP
                 : v1::MEMBER_TYPE_STRUCTURE;
    default:
      // No member of the service's has a fraction.
      return v1::MEMBER_TYPE_UNSPECIFIED;
  }
}

void DescribeMember(const FieldDescriptor& field, v1::Member* member) {
  member->set_name(field.json_name());
  member->set_type(TypeOf(field));
  if (member->type() == v1::MEMBER_TYPE_STRUCTURE) {
    member->set_structure(field.message_type()->name());
  }
  if (const EnumDescriptor* type = field.enum_type()) {
    for (int i = 0; i < type->value_count(); ++i) {
      if (IsListed(*type, type->value(i)->number())) {
        member->add_values(WireName(*type->value(i)));
      }
    }
  }
  if (field.is_repeated()) member->set_list(true);
  if (field.options().GetExtension(v1::required)) member->set_required(true);
  if (IsSecret(field)) member->set_secret(true);
  const v1::Limits& limits = LimitsOf(field);
  if (limits.has_min()) member->set_min(limits.min());
  if (limits.has_max()) member->set_max(limits.max());
  if (limits.has_pattern()) member->set_pattern(limits.pattern());
}

void AddOperations(const ServiceDescriptor& service, bool is_engine_operation,
                   std::vector<OperationOfModel>* operations) {
  for (int i = 0; i < service.method_count(); ++i) {
    operations->push_back({service.method(i), is_engine_operation});
  }
}

}  // namespace

const std::vector<OperationOfModel>& OperationsOfModel() {
  static const auto* const operations = [] {
    auto* const all = new std::vector<OperationOfModel>;
    AddOperations(
        *v1::IssueCertificateRequest::descriptor()->file()->service(0),
        /*is_engine_operation=*/false, all);
    AddOperations(
        *v1::DescribeOperationRequest::descriptor()->file()->service(0),
        /*is_engine_operation=*/true, all);
    std::sort(all->begin(), all->end(),
              [](const OperationOfModel& a, const OperationOfModel& b) {
                return a.method->name() < b.method->name();
              });
    return all;
  }();
  return *operations;
}

v1::DescribeOperationResponse Describe(const Descriptor& request,
                                       const Descriptor& response) {
  v1::DescribeOperationResponse description;
  description.set_request(request.name());
  description.set_response(response.name());
  std::vector<const Descriptor*> reached = {&request};
  const auto reach = [&reached](const Descriptor* type) {
    if (std::find(reached.begin(), reached.end(), type) == reached.end()) {
      reached.push_back(type);
    }
  };
  reach(&response);
  for (size_t i = 0; i < reached.size(); ++i) {
    const Descriptor& type = *reached[i];
    v1::Structure& structure = *description.add_structures();
    structure.set_name(type.name());
    for (int j = 0; j < type.field_count(); ++j) {
      v1::Member& member = *structure.add_members();
      DescribeMember(*type.field(j), &member);
      if (member.has_structure()) reach(type.field(j)->message_type());
    }
  }
  return description;
}

}  // namespace pki
