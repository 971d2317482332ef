// Values follow from the descriptor alone, so that new operations are sampled
// without a change here, unless they bring a pattern that 'a's do not match.
#include "pki/wire/sample_message.h"

#include <algorithm>

#include "google/protobuf/timestamp.pb.h"
#include "pki/wire/field.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::ServiceDescriptor;
using google::protobuf::Timestamp;

// Long enough for an ARN.
constexpr int64_t kUsualLength = 80;

int64_t UsualLength(const FieldDescriptor& field) {
  const v1::Limits& limits = LimitsOf(field);
  return limits.has_max() ? std::min(limits.max(), kUsualLength) : kUsualLength;
}

void AddWithInside(const Descriptor* type,
                   std::vector<const Descriptor*>* types) {
  if (std::count(types->begin(), types->end(), type) != 0) return;
  if (type == Timestamp::descriptor()) return;
  types->push_back(type);
  for (int i = 0; i < type->field_count(); ++i) {
    const Descriptor* inside = type->field(i)->message_type();
    if (inside != nullptr) AddWithInside(inside, types);
  }
}

void FillInside(Message* message) {
  if (message->GetDescriptor() != Timestamp::descriptor()) {
    return FillMessage(message);
  }
  Timestamp time;
  time.set_seconds(1700000000);
  time.set_nanos(123000000);
  message->CopyFrom(time);
}

}  // namespace

std::vector<const Descriptor*> ServiceMessages() {
  const ServiceDescriptor* service =
      v1::IssueCertificateRequest::descriptor()->file()->service(0);
  std::vector<const Descriptor*> types;
  for (int i = 0; i < service->method_count(); ++i) {
    types.push_back(service->method(i)->input_type());
    types.push_back(service->method(i)->output_type());
  }
  const ServiceDescriptor* engine =
      v1::IssueCertificatesRequest::descriptor()->file()->service(0);
  for (int i = 0; i < engine->method_count(); ++i) {
    types.push_back(engine->method(i)->input_type());
  }
  return types;
}

std::vector<const Descriptor*> AllServiceMessages() {
  std::vector<const Descriptor*> types;
  for (const Descriptor* type : ServiceMessages()) AddWithInside(type, &types);
  return types;
}

std::string TextOf(v1::Shape shape, int64_t length) {
  std::string text;
  char more = 'a';
  switch (shape) {
    case v1::SHAPE_ARN:
      text = "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/";
      break;
    case v1::SHAPE_CUSTOM_OBJECT_IDENTIFIER:
      text = "1.3.6.1.";
      more = '1';
      break;
    case v1::SHAPE_AUDIT_REPORT_ID:
      text = "11223344-1234-4122-8233-112233445566";
      break;
    case v1::SHAPE_ACCOUNT_ID:
      more = '1';
      break;
    default:
      break;
  }
  text.resize(length, more);
  return text;
}

void FillField(const FieldDescriptor& field, Message* message) {
  const Reflection& to = *message->GetReflection();
  if (field.is_repeated()) {
    // The service has lists of structures and of enums only.
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      return to.AddEnumValue(message, &field, 1);
    }
    return FillInside(to.AddMessage(message, &field));
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return to.SetBool(message, &field, true);
    case FieldDescriptor::CPPTYPE_INT32:
      return to.SetInt32(message, &field,
                         static_cast<int32_t>(LimitsOf(field).min()));
    case FieldDescriptor::CPPTYPE_INT64:
      return to.SetInt64(message, &field, LimitsOf(field).min());
    case FieldDescriptor::CPPTYPE_ENUM:
      return to.SetEnumValue(message, &field, 1);
    case FieldDescriptor::CPPTYPE_STRING:
      return to.SetString(
          message, &field,
          TextOf(field.options().GetExtension(v1::shape), UsualLength(field)));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FillInside(to.MutableMessage(message, &field));
    default:
      return;  // The service has no other types.
  }
}

void FillMessage(Message* message) {
  const Descriptor& type = *message->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    FillField(*type.field(i), message);
  }
}

}  // namespace pki
