// A walk over the fields that are set, by reflection.
#include "pki/wire/secrets.h"

#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "pki/base/secret.h"
#include "pki/wire/field.h"

namespace pki {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// `seen` ends the walk where types contain themselves.
bool HasSecrets(const Descriptor& type, std::set<const Descriptor*>* seen) {
  if (!seen->insert(&type).second) return false;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsSecret(field) || (field.message_type() != nullptr &&
                            HasSecrets(*field.message_type(), seen))) {
      return true;
    }
  }
  return false;
}

// Reflection hands out the value in its place, but has no way to write there.
// No message that was decoded is const.
void WipeString(const std::string& value) {
  WipeMemory(const_cast<char*>(value.data()), value.size());
}

}  // namespace

bool HasSecrets(const Descriptor& type) {
  std::set<const Descriptor*> seen;
  return HasSecrets(type, &seen);
}

void WipeSecrets(Message* message) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  std::string unused;
  for (const FieldDescriptor* field : fields) {
    const int size =
        field->is_repeated() ? reflection.FieldSize(*message, field) : 1;
    const bool is_secret = IsSecret(*field);
    if (!is_secret && field->message_type() == nullptr) continue;
    for (int i = 0; i < size; ++i) {
      if (is_secret) {
        WipeString(field->is_repeated() ? reflection.GetRepeatedStringReference(
                                              *message, field, i, &unused)
                                        : reflection.GetStringReference(
                                              *message, field, &unused));
      } else {
        WipeSecrets(field->is_repeated()
                        ? reflection.MutableRepeatedMessage(message, field, i)
                        : reflection.MutableMessage(message, field));
      }
    }
  }
}

}  // namespace pki
