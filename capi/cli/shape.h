// What an operation takes and answers, as DescribeOperation says it
// (proto/engine_operations.proto).
#ifndef PKI_CAPI_CLI_SHAPE_H_
#define PKI_CAPI_CLI_SHAPE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "capi/cli/json.h"

namespace pkictl {

enum class MemberType {
  kString,
  kInteger,
  kBoolean,
  kBlob,
  kTimestamp,
  kEnum,
  kStructure,
};

// As Member in proto/engine_operations.proto.
struct ShapeMember {
  std::string name;
  MemberType type = MemberType::kString;
  std::string structure;
  std::vector<std::string> values;
  bool list = false;
  bool required = false;
  bool secret = false;
  std::optional<int64_t> min;
  std::optional<int64_t> max;
  std::string pattern;
};

using Structure = std::vector<ShapeMember>;

struct OperationShape {
  std::string operation;
  std::string request;
  std::string response;
  std::map<std::string, Structure> structures;

  // Null for none.
  const ShapeMember* Find(const std::string& structure,
                          const std::string& member) const;
};

// `described` is an answer of DescribeOperation.
OperationShape ReadShape(const std::string& operation, const Json& described);

// Visits every scalar that `value`, which should be of `structure`, has, with a
// path such as "Validity.Value". Lists and structures that are none are
// scalars too: it is not this function's to say what is wrong with them. The
// first error ends it; a member that the structure has not is one,
// InvalidArgument.
using VisitScalar = std::function<absl::Status(
    const ShapeMember& member, const std::string& path, Json* value)>;
absl::Status VisitScalars(const OperationShape& shape,
                          const std::string& structure, Json* value,
                          const VisitScalar& visit);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SHAPE_H_
