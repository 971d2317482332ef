// Rules are collected by reflection at construction; a check walks the tables
// and builds no text until something is wrong.
#include "pki/wire/validator.h"

#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pki/base/status.h"
#include "pki/base/utf8.h"
#include "pki/wire/field.h"

namespace pki {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

absl::Status Unusable(absl::string_view name, absl::string_view why) {
  return Refuse(
      v1::REASON_INTERNAL, "",
      absl::StrCat("the options of ", name, " cannot be used: ", why));
}

// What a limit counts is known for these fields only.
bool IsCountable(const FieldDescriptor& field) {
  if (field.is_repeated()) return true;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return true;
    default:
      return false;
  }
}

// The model's patterns are Java's, which writes \u00FF where RE2 has \x{00FF}.
std::string ToRe2(std::string pattern) {
  RE2::GlobalReplace(&pattern, R"(\\u([0-9A-Fa-f]{4}))", R"(\\x{\1})");
  return pattern;
}

}  // namespace

// The walk over one message on behalf of Validator::Check.
class MessageCheck {
 public:
  using ShapeRule = Validator::ShapeRule;
  using FieldRule = Validator::FieldRule;
  using MessageRules = Validator::MessageRules;

  // As deep as the message, which protobuf's parser bounds.
  static absl::Status Fields(const Message& message, const MessageRules& rules,
                             const FieldStep* parent) {
    const Reflection& reflection = *message.GetReflection();
    for (const FieldRule& rule : rules) {
      const FieldStep step{parent, rule.field, -1};
      absl::Status status = rule.field->is_repeated()
                                ? List(message, reflection, rule, step)
                                : Single(message, reflection, rule, step);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status Absent(const FieldRule& rule, const FieldStep& step) {
    if (!rule.required) return absl::OkStatus();
    return RefuseValue(v1::REASON_FIELD_REQUIRED, step, "null", "not be null");
  }

  static absl::Status List(const Message& message, const Reflection& reflection,
                           const FieldRule& rule, FieldStep step) {
    const int size = reflection.FieldSize(message, rule.field);
    if (size == 0) return Absent(rule, step);
    if (rule.shape != nullptr &&
        (size < rule.shape->min || size > rule.shape->max)) {
      const bool is_low = size < rule.shape->min;
      return RefuseListLength(step, size, is_low, BoundOf(*rule.shape, is_low));
    }
    for (step.index = 0; step.index < size; ++step.index) {
      absl::Status status;
      if (rule.message != nullptr) {
        status = Fields(
            reflection.GetRepeatedMessage(message, rule.field, step.index),
            *rule.message, &step);
      } else if (rule.field->enum_type() != nullptr) {
        status = Enum(
            reflection.GetRepeatedEnumValue(message, rule.field, step.index),
            step);
      }
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  static absl::Status Single(const Message& message,
                             const Reflection& reflection,
                             const FieldRule& rule, const FieldStep& step) {
    if (!reflection.HasField(message, rule.field)) return Absent(rule, step);
    if (rule.message != nullptr) {
      return Fields(reflection.GetMessage(message, rule.field), *rule.message,
                    &step);
    }
    if (rule.field->enum_type() != nullptr) {
      return Enum(reflection.GetEnumValue(message, rule.field), step);
    }
    if (rule.shape == nullptr) return absl::OkStatus();
    switch (rule.field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string scratch;
        return Text(
            reflection.GetStringReference(message, rule.field, &scratch),
            *rule.shape, step);
      }
      case FieldDescriptor::CPPTYPE_INT32:
        return Number(reflection.GetInt32(message, rule.field), *rule.shape,
                      step);
      default:
        return Number(reflection.GetInt64(message, rule.field), *rule.shape,
                      step);
    }
  }

  static absl::Status Enum(int number, const FieldStep& step) {
    if (IsListed(*step.field->enum_type(), number)) return absl::OkStatus();
    return RefuseEnumValue(step, absl::StrCat("'", number, "'"));
  }

  static absl::Status Number(int64_t number, const ShapeRule& shape,
                             const FieldStep& step) {
    if (number >= shape.min && number <= shape.max) return absl::OkStatus();
    const bool is_low = number < shape.min;
    return RefuseBound(v1::REASON_FIELD_RANGE, step,
                       absl::StrCat("'", number, "'"), "have value", is_low,
                       BoundOf(shape, is_low));
  }

  static absl::Status Text(absl::string_view text, const ShapeRule& shape,
                           const FieldStep& step) {
    const auto length = static_cast<int64_t>(
        step.field->type() == FieldDescriptor::TYPE_BYTES ? text.size()
                                                          : Utf8Length(text));
    if (length < shape.min || length > shape.max) {
      const bool is_low = length < shape.min;
      return RefuseBound(
          is_low ? v1::REASON_FIELD_TOO_SHORT : v1::REASON_FIELD_TOO_LONG, step,
          Quote(text), "have length", is_low, BoundOf(shape, is_low));
    }
    if (shape.pattern != nullptr &&
        !RE2::FullMatch(re2::StringPiece(text.data(), text.size()),
                        *shape.pattern)) {
      return RefuseValue(v1::REASON_FIELD_PATTERN, step, Quote(text),
                         absl::StrCat("satisfy regular expression pattern: ",
                                      shape.limits->pattern()));
    }
    return absl::OkStatus();
  }

  static int64_t BoundOf(const ShapeRule& shape, bool is_low) {
    return is_low ? shape.min : shape.max;
  }
};

absl::StatusOr<const Validator::ShapeRule*> Validator::AddShape(
    const FieldDescriptor& field) {
  const v1::Shape shape = field.options().GetExtension(v1::shape);
  if (shape == v1::SHAPE_UNSPECIFIED) return nullptr;
  if (!IsCountable(field)) {
    return Unusable(field.full_name(), "the field has nothing to limit");
  }
  const v1::Limits& limits = LimitsOf(field);
  if (limits.has_pattern() &&
      (field.is_repeated() || field.type() != FieldDescriptor::TYPE_STRING)) {
    return Unusable(field.full_name(), "only a string has a pattern");
  }
  const auto [entry, is_new] = shapes_.try_emplace(shape);
  ShapeRule& rule = entry->second;
  if (!is_new) return &rule;
  using Bound = std::numeric_limits<int64_t>;
  rule.min = limits.has_min() ? limits.min() : Bound::min();
  rule.max = limits.has_max() ? limits.max() : Bound::max();
  rule.limits = &limits;
  if (limits.has_pattern()) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    rule.pattern = std::make_unique<RE2>(ToRe2(limits.pattern()), options);
    if (!rule.pattern->ok()) {
      return Unusable(v1::Shape_Name(shape), rule.pattern->error());
    }
  }
  return &rule;
}

absl::StatusOr<const Validator::MessageRules*> Validator::AddMessage(
    const Descriptor* type) {
  const auto [entry, is_new] = messages_.try_emplace(type);
  MessageRules& rules = entry->second;
  if (!is_new) return &rules;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    FieldRule rule{&field, field.options().GetExtension(v1::required), nullptr,
                   nullptr};
    PKI_ASSIGN_OR_RETURN(rule.shape, AddShape(field));
    if (field.message_type() != nullptr &&
        !field.options().GetExtension(v1::checked_apart)) {
      PKI_ASSIGN_OR_RETURN(rule.message, AddMessage(field.message_type()));
    }
    if (rule.required || rule.shape != nullptr || rule.message != nullptr ||
        field.enum_type() != nullptr) {
      rules.push_back(rule);
    }
  }
  return &rules;
}

absl::StatusOr<Validator> Validator::Create(
    absl::Span<const Descriptor* const> roots) {
  Validator validator;
  for (const Descriptor* root : roots) {
    PKI_RETURN_IF_ERROR(validator.AddMessage(root).status());
  }
  return validator;
}

absl::Status Validator::Check(const Message& message) const {
  const auto rules = messages_.find(message.GetDescriptor());
  if (rules == messages_.end()) {
    return Refuse(v1::REASON_INTERNAL, "",
                  absl::StrCat("no rules were made for ",
                               message.GetDescriptor()->full_name()));
  }
  return MessageCheck::Fields(message, rules->second, nullptr);
}

}  // namespace pki
