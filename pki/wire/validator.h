// Checks messages against the limits that their fields carry as options.
#ifndef PKI_WIRE_VALIDATOR_H_
#define PKI_WIRE_VALIDATOR_H_

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "proto/options.pb.h"
#include "re2/re2.h"

namespace pki {

// The rules of a set of messages, taken from proto/options.proto once, so that
// a check costs about a microsecond for a request to issue. Immutable, and safe
// to use from any thread.
class Validator {
 public:
  // Collects the rules of `roots` and of every message inside them. Fails with
  // REASON_INTERNAL when an option cannot be kept: a pattern that RE2 refuses,
  // or limits on a field that has nothing to count.
  static absl::StatusOr<Validator> Create(
      absl::Span<const google::protobuf::Descriptor* const> roots);

  // Ok, or the first rule that `message` breaks: fields in the order of their
  // declaration, what is inside a field before the next one; of one field its
  // presence, then length or range, then pattern. The refusal's field is a path
  // inside the message ("Validity.Value"): name the root with Under().
  //
  // Every string and blob counts as it is, in Unicode code points or bytes. An
  // empty list is the same as an absent one. An enum must hold a listed value.
  // The type of `message` must be among the roots or inside them.
  absl::Status Check(const google::protobuf::Message& message) const;

 private:
  friend class MessageCheck;

  struct ShapeRule {
    int64_t min;
    int64_t max;
    const v1::Limits* limits;            // Never null: the words of a refusal.
    std::unique_ptr<const RE2> pattern;  // Null for none.
  };
  struct FieldRule;
  using MessageRules = std::vector<FieldRule>;
  struct FieldRule {
    const google::protobuf::FieldDescriptor* field;
    bool required;
    const ShapeRule* shape;       // Null for no limits.
    const MessageRules* message;  // Null for what is not a message.
  };

  Validator() = default;
  absl::StatusOr<const ShapeRule*> AddShape(
      const google::protobuf::FieldDescriptor& field);
  absl::StatusOr<const MessageRules*> AddMessage(
      const google::protobuf::Descriptor* type);

  // Rules point at each other: these maps keep their values in place, also when
  // the validator is moved.
  std::unordered_map<v1::Shape, ShapeRule> shapes_;
  std::unordered_map<const google::protobuf::Descriptor*, MessageRules>
      messages_;
};

}  // namespace pki

#endif  // PKI_WIRE_VALIDATOR_H_
