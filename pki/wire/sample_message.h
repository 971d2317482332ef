// Test-only: valid values for any field of requests and of the service's
// responses, made from the limits that the fields declare.
#ifndef PKI_WIRE_SAMPLE_MESSAGE_H_
#define PKI_WIRE_SAMPLE_MESSAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "proto/options.pb.h"

namespace pki {

// The requests and responses of the service's operations, and the requests of
// the engine's own.
std::vector<const google::protobuf::Descriptor*> ServiceMessages();

// Those, and every message inside them, each once.
std::vector<const google::protobuf::Descriptor*> AllServiceMessages();

// A text of `length` characters that matches the pattern of `shape`, where one
// of that length exists.
std::string TextOf(v1::Shape shape, int64_t length);

// Sets one field, and all that is inside it, to valid values: a list gets one
// item. The field must not be inside itself.
void FillField(const google::protobuf::FieldDescriptor& field,
               google::protobuf::Message* message);

// All fields.
void FillMessage(google::protobuf::Message* message);

}  // namespace pki

#endif  // PKI_WIRE_SAMPLE_MESSAGE_H_
