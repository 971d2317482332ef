// What requests and responses may have, as messages: from descriptors and the
// options of proto/options.proto, for clients that have no proto/.
//
// All functions are pure and safe to use from any thread.
#ifndef PKI_WIRE_DESCRIBE_H_
#define PKI_WIRE_DESCRIBE_H_

#include <vector>

#include "google/protobuf/descriptor.h"
#include "proto/engine_operations.pb.h"

namespace pki {

// An operation, and whether AWS Private CA has it not.
struct OperationOfModel {
  const google::protobuf::MethodDescriptor* method;
  bool is_engine_operation;
};

// Those of service.proto and of engine_operations.proto, in the order of the
// names. They live as long as the process.
const std::vector<OperationOfModel>& OperationsOfModel();

// The two messages and those in them, level by level; a message that has itself
// is there once.
v1::DescribeOperationResponse Describe(
    const google::protobuf::Descriptor& request,
    const google::protobuf::Descriptor& response);

}  // namespace pki

#endif  // PKI_WIRE_DESCRIBE_H_
