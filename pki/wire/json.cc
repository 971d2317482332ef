// Reading goes from the parser's events straight into the message: there is no
// tree in between, and the depth of the text is a count, not a call stack.
#include "pki/wire/json.h"

#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"
#include "nlohmann/json.hpp"
#include "pki/base/base64.h"
#include "pki/base/status.h"
#include "pki/base/wire_name.h"
#include "pki/wire/field.h"
#include "pki/wire/secrets.h"

namespace pki {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;
using Json = nlohmann::json;

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what a Timestamp may hold.
constexpr double kMinSeconds = -62135596800;
constexpr double kMaxSeconds = 253402300799;
constexpr int64_t kMillisInSecond = 1000;
constexpr int32_t kNanosInMilli = 1000000;

bool IsTimestamp(const FieldDescriptor& field) {
  return field.message_type() == Timestamp::descriptor();
}

// One value of JSON that is not an object, an array or null. The parser gives
// int64_t for numbers with a minus sign, and double for those with a fraction
// or an exponent and those beyond 64 bits.
using Scalar = std::variant<bool, int64_t, uint64_t, double, absl::string_view>;

bool IsNumber(const Scalar& value) {
  return !std::holds_alternative<bool>(value) &&
         !std::holds_alternative<absl::string_view>(value);
}

double ToDouble(const Scalar& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    return static_cast<double>(*number);
  }
  if (const auto* number = std::get_if<uint64_t>(&value)) {
    return static_cast<double>(*number);
  }
  return std::get<double>(value);
}

// Whether `value` is an integer that T can hold; then it is in `*out`.
template <typename T>
bool Fits(const Scalar& value, T* out) {
  if (const auto* number = std::get_if<uint64_t>(&value)) {
    *out = static_cast<T>(*number);
    return *number <= static_cast<uint64_t>(std::numeric_limits<T>::max());
  }
  if (const auto* number = std::get_if<int64_t>(&value)) {
    *out = static_cast<T>(*number);
    return *number >= static_cast<int64_t>(std::numeric_limits<T>::min());
  }
  return false;
}

absl::string_view NameOf(const Scalar& value) {
  if (std::holds_alternative<bool>(value)) return "a boolean";
  return IsNumber(value) ? "a number" : "a string";
}

// The JSON type of one value of the field, or of one item where it is a list.
absl::string_view ExpectedType(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "a boolean";
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_ENUM:
      return "a string";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return IsTimestamp(field) ? "a number" : "an object";
    default:
      return "a number";
  }
}

const FieldDescriptor* FindMember(const Descriptor& type,
                                  absl::string_view name) {
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->json_name() == name) return type.field(i);
  }
  return nullptr;
}

const EnumValueDescriptor* FindEnumValue(const EnumDescriptor& type,
                                         absl::string_view name) {
  for (int i = 0; i < type.value_count(); ++i) {
    const EnumValueDescriptor* value = type.value(i);
    if (value->number() != 0 && WireName(*value) == name) return value;
  }
  return nullptr;
}

std::string NotJsonAt(size_t position) {
  return absl::StrCat("The text is not valid JSON at byte ", position, ".");
}

// What the parser calls, event by event. Every handler returns whether to go
// on; after a refusal the parser stops.
class Reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Reader(Message* root) : root_(root) {}

  const absl::Status& status() const { return status_; }

  bool null() override {
    if (Unknown()) return true;
    const bool absent = !frames_.empty() && !frames_.back().in_list;
    if (!absent && !frames_.empty() && !NextItem()) return false;
    return absent || Mismatch("null");
  }
  bool boolean(bool value) override { return Take(value); }
  bool number_integer(int64_t value) override { return Take(value); }
  bool number_unsigned(uint64_t value) override { return Take(value); }
  bool number_float(double value, const std::string&) override {
    return Take(value);
  }
  bool string(std::string& value) override {
    return Take(absl::string_view(value));
  }

  bool start_object(size_t) override {
    if (!Deeper()) return false;
    if (Unknown()) return Ignore();
    if (frames_.empty()) return Enter(root_, nullptr);
    if (!NextItem()) return false;
    if (IsListDue()) return Mismatch("an object");
    Frame& frame = frames_.back();
    const FieldDescriptor* field = frame.step.field;
    if (field->message_type() == nullptr || IsTimestamp(*field)) {
      return Mismatch("an object");
    }
    const Reflection& reflection = *frame.message->GetReflection();
    return Enter(frame.in_list
                     ? reflection.AddMessage(frame.message, field)
                     : reflection.MutableMessage(frame.message, field),
                 &frame.step);
  }

  bool key(std::string& name) override {
    if (ignored_from_ != 0) return true;
    Frame& frame = frames_.back();
    frame.step.field = FindMember(*frame.message->GetDescriptor(), name);
    if (frame.step.field == nullptr) return true;
    auto seen = frame.seen.begin() + frame.step.field->index();
    if (*seen) {
      return Stop(v1::REASON_JSON_DUPLICATE, "The member appears twice.");
    }
    *seen = true;
    return true;
  }

  bool end_object() override {
    if (ignored_from_ == 0) frames_.pop_back();
    return Shallower();
  }

  bool start_array(size_t) override {
    if (!Deeper()) return false;
    if (Unknown()) return Ignore();
    if (frames_.empty()) return Mismatch("an array");
    if (!NextItem()) return false;
    if (!IsListDue()) return Mismatch("an array");
    Frame& frame = frames_.back();
    const v1::Limits& limits = LimitsOf(*frame.step.field);
    frame.in_list = true;
    frame.max_items = limits.has_max() && !frame.is_checked_apart
                          ? limits.max()
                          : std::numeric_limits<int64_t>::max();
    return true;
  }

  bool end_array() override {
    if (ignored_from_ == 0) {
      frames_.back().in_list = false;
      frames_.back().step.index = -1;
    }
    return Shallower();
  }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Stop(v1::REASON_JSON_SYNTAX, NotJsonAt(position));
  }

  // Binary formats alone have these.
  bool binary(nlohmann::json::binary_t&) override { return false; }

 private:
  // An object that is being read, and the member of it that is.
  struct Frame {
    Message* message;
    FieldStep step;  // field is null in an unknown member, and before the first
    std::vector<bool> seen;  // By the index of the field.
    bool is_checked_apart;   // Or what it is in is.
    bool in_list = false;
    int64_t max_items = 0;  // Of the list.
  };

  bool Stop(v1::Reason reason, absl::string_view message) {
    const bool named = !frames_.empty() && frames_.back().step.field != nullptr;
    status_ =
        Refuse(reason, named ? FieldPath(frames_.back().step) : "", message);
    return false;
  }

  bool Mismatch(absl::string_view found) {
    absl::string_view expected = "an object";
    if (!frames_.empty()) {
      const Frame& frame = frames_.back();
      expected = IsListDue() ? "an array" : ExpectedType(*frame.step.field);
    }
    return Stop(
        v1::REASON_JSON_TYPE,
        absl::StrCat("The value must be ", expected, ", not ", found, "."));
  }

  bool Deeper() {
    if (++depth_ <= kMaxJsonDepth) return true;
    return Stop(v1::REASON_JSON_DEPTH,
                absl::StrCat("Objects and arrays are nested more than ",
                             kMaxJsonDepth, " deep."));
  }

  bool Shallower() {
    if (depth_ == ignored_from_) ignored_from_ = 0;
    --depth_;
    return true;
  }

  // Whether the value at hand belongs to a member that the message lacks.
  bool Unknown() const {
    return ignored_from_ != 0 ||
           (!frames_.empty() && frames_.back().step.field == nullptr);
  }

  // Passes over an object or array, with all that is in it.
  bool Ignore() {
    if (ignored_from_ == 0) ignored_from_ = depth_;
    return true;
  }

  bool Enter(Message* message, const FieldStep* parent) {
    const int members = message->GetDescriptor()->field_count();
    const bool is_checked_apart =
        parent != nullptr &&
        (frames_.back().is_checked_apart ||
         parent->field->options().GetExtension(v1::checked_apart));
    frames_.push_back(Frame{message, FieldStep{parent, nullptr, -1},
                            std::vector<bool>(members), is_checked_apart});
    return true;
  }

  // Where a list is open, moves on to the next item, which there may be.
  bool NextItem() {
    Frame& frame = frames_.back();
    if (!frame.in_list) return true;
    const int64_t size = ++frame.step.index + 1;
    if (size <= frame.max_items && ++items_ <= kMaxJsonItems) return true;
    frame.step.index = -1;
    if (items_ > kMaxJsonItems) {
      return Stop(v1::REASON_LIST_LENGTH,
                  absl::StrCat("The lists have more than ", kMaxJsonItems,
                               " items together."));
    }
    status_ =
        RefuseListLength(frame.step, size, /*is_low=*/false, frame.max_items);
    return false;
  }

  // Whether a list should open here, and not a single value.
  bool IsListDue() const {
    const Frame& frame = frames_.back();
    return frame.step.field->is_repeated() && !frame.in_list;
  }

  bool Take(const Scalar& value) {
    if (Unknown()) return true;
    if (frames_.empty()) return Mismatch(NameOf(value));
    if (!NextItem()) return false;
    return IsListDue() ? Mismatch(NameOf(value)) : Store(value);
  }

  bool Store(const Scalar& value);
  bool StoreTime(const Scalar& value);

  template <typename T, typename Set, typename Add>
  bool StoreInteger(const Scalar& value, Set set, Add add) {
    T number;
    if (!IsNumber(value)) return Mismatch(NameOf(value));
    if (Fits(value, &number)) return Put(set, add, number);
    return Stop(v1::REASON_JSON_NUMBER,
                absl::StrCat("The number must be an integer from ",
                             std::numeric_limits<T>::min(), " to ",
                             std::numeric_limits<T>::max(), "."));
  }

  // Sets the field, or adds an item to it.
  template <typename Set, typename Add, typename Value>
  bool Put(Set set, Add add, Value value) {
    const Frame& frame = frames_.back();
    const Reflection* reflection = frame.message->GetReflection();
    if (frame.in_list) {
      (reflection->*add)(frame.message, frame.step.field, std::move(value));
    } else {
      (reflection->*set)(frame.message, frame.step.field, std::move(value));
    }
    return true;
  }

  Message* const root_;
  // The steps of inner frames point to those of outer ones: a deque keeps them
  // in place.
  std::deque<Frame> frames_;
  int depth_ = 0;
  int items_ = 0;         // Of all lists.
  int ignored_from_ = 0;  // The depth at which ignoring began, or zero.
  absl::Status status_;
};

bool Reader::Store(const Scalar& value) {
  const FieldDescriptor& field = *frames_.back().step.field;
  const auto* text = std::get_if<absl::string_view>(&value);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return StoreInteger<int32_t>(value, &Reflection::SetInt32,
                                   &Reflection::AddInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return StoreInteger<int64_t>(value, &Reflection::SetInt64,
                                   &Reflection::AddInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return StoreInteger<uint32_t>(value, &Reflection::SetUInt32,
                                    &Reflection::AddUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return StoreInteger<uint64_t>(value, &Reflection::SetUInt64,
                                    &Reflection::AddUInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      if (!IsNumber(value)) break;
      return Put(&Reflection::SetDouble, &Reflection::AddDouble,
                 ToDouble(value));
    case FieldDescriptor::CPPTYPE_FLOAT:
      if (!IsNumber(value)) break;
      return Put(&Reflection::SetFloat, &Reflection::AddFloat,
                 static_cast<float>(ToDouble(value)));
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!std::holds_alternative<bool>(value)) break;
      return Put(&Reflection::SetBool, &Reflection::AddBool,
                 std::get<bool>(value));
    case FieldDescriptor::CPPTYPE_ENUM: {
      if (text == nullptr) break;
      const EnumValueDescriptor* found =
          FindEnumValue(*field.enum_type(), *text);
      if (found == nullptr) {
        status_ = RefuseEnumValue(frames_.back().step, Quote(*text));
        return false;
      }
      return Put(&Reflection::SetEnumValue, &Reflection::AddEnumValue,
                 found->number());
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      if (text == nullptr) break;
      std::optional<std::string> bytes =
          field.type() == FieldDescriptor::TYPE_BYTES ? DecodeBase64(*text)
                                                      : std::string(*text);
      if (!bytes.has_value()) {
        return Stop(v1::REASON_JSON_BASE64,
                    "The blob must be base64 with padding and nothing else.");
      }
      return Put(&Reflection::SetString, &Reflection::AddString,
                 *std::move(bytes));
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (!IsTimestamp(field) || !IsNumber(value)) break;
      return StoreTime(value);
  }
  return Mismatch(NameOf(value));
}

bool Reader::StoreTime(const Scalar& value) {
  const double seconds = ToDouble(value);
  if (!(seconds >= kMinSeconds && seconds <= kMaxSeconds)) {
    return Stop(v1::REASON_JSON_NUMBER,
                "The time must lie in the years 1 to 9999.");
  }
  const Frame& frame = frames_.back();
  const Reflection& reflection = *frame.message->GetReflection();
  Timestamp time;
  const double whole = std::floor(seconds);
  time.set_seconds(static_cast<int64_t>(whole));
  // A double holds the seconds of our days to a microsecond, no further.
  int64_t millis = std::llround((seconds - whole) * kMillisInSecond);
  if (millis == kMillisInSecond) {
    time.set_seconds(time.seconds() + 1);
    millis = 0;
  }
  time.set_nanos(static_cast<int32_t>(millis) * kNanosInMilli);
  Message* out =
      frame.in_list
          ? reflection.AddMessage(frame.message, frame.step.field)
          : reflection.MutableMessage(frame.message, frame.step.field);
  out->CopyFrom(time);
  return true;
}

// Writing goes value by value straight into the text, too. Of the library's
// values only single ones are made: an array or object of them allocates when
// it is destroyed, and aborts where there is no memory.
class Writer {
 public:
  explicit Writer(std::string* out) : out_(out) {}

  void Object(const Message& message) {
    out_->push_back('{');
    const Descriptor& type = *message.GetDescriptor();
    bool first = true;
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (!HasValue(message, field) && !IsAnswer(field)) continue;
      Member(field.json_name(), &first);
      if (field.is_repeated()) {
        List(message, field);
      } else {
        Value(message, field, -1);
      }
    }
    out_->push_back('}');
  }

  // Begins a member of an object.
  void Member(const std::string& name, bool* first) {
    if (!*first) out_->push_back(',');
    *first = false;
    Scalar(name);
    out_->push_back(':');
  }

  // Bytes that are not UTF-8 come out as the replacement character; the
  // library's own choice would be to throw.
  void Scalar(const Json& value) {
    out_->append(value.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

 private:
  // Clients go through the lists of a response without asking whether there are
  // any.
  static bool IsAnswer(const FieldDescriptor& field) {
    return field.is_repeated() &&
           absl::EndsWith(field.containing_type()->name(), "Response");
  }

  // An enum without a listed value has nothing to say.
  static bool Speaks(const Message& message, const FieldDescriptor& field,
                     int index) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM) return true;
    return IsListed(*field.enum_type(), EnumNumber(message, field, index));
  }

  static int EnumNumber(const Message& message, const FieldDescriptor& field,
                        int index) {
    const Reflection& reflection = *message.GetReflection();
    return field.is_repeated()
               ? reflection.GetRepeatedEnumValue(message, &field, index)
               : reflection.GetEnumValue(message, &field);
  }

  static bool HasValue(const Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    if (!field.is_repeated()) {
      return reflection.HasField(message, &field) && Speaks(message, field, -1);
    }
    for (int item = 0; item < reflection.FieldSize(message, &field); ++item) {
      if (Speaks(message, field, item)) return true;
    }
    return false;
  }

  void List(const Message& message, const FieldDescriptor& field) {
    const int size = message.GetReflection()->FieldSize(message, &field);
    out_->push_back('[');
    bool first = true;
    for (int item = 0; item < size; ++item) {
      if (!Speaks(message, field, item)) continue;
      if (!first) out_->push_back(',');
      first = false;
      Value(message, field, item);
    }
    out_->push_back(']');
  }

  void Time(const Timestamp& time) {
    const int32_t millis = time.nanos() / kNanosInMilli;
    if (millis == 0) return Scalar(time.seconds());
    Scalar(static_cast<double>(time.seconds() * kMillisInSecond + millis) /
           kMillisInSecond);
  }

  // The value of a field, or with `index` of one of its items.
  void Value(const Message& message, const FieldDescriptor& field, int index);

  std::string* const out_;
};

void Writer::Value(const Message& message, const FieldDescriptor& field,
                   int index) {
  const Reflection* reflection = message.GetReflection();
  const auto get = [&](auto single, auto item) {
    return field.is_repeated() ? (reflection->*item)(message, &field, index)
                               : (reflection->*single)(message, &field);
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return Scalar(get(&Reflection::GetInt32, &Reflection::GetRepeatedInt32));
    case FieldDescriptor::CPPTYPE_INT64:
      return Scalar(get(&Reflection::GetInt64, &Reflection::GetRepeatedInt64));
    case FieldDescriptor::CPPTYPE_UINT32:
      return Scalar(
          get(&Reflection::GetUInt32, &Reflection::GetRepeatedUInt32));
    case FieldDescriptor::CPPTYPE_UINT64:
      return Scalar(
          get(&Reflection::GetUInt64, &Reflection::GetRepeatedUInt64));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Scalar(
          get(&Reflection::GetDouble, &Reflection::GetRepeatedDouble));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Scalar(get(&Reflection::GetFloat, &Reflection::GetRepeatedFloat));
    case FieldDescriptor::CPPTYPE_BOOL:
      return Scalar(get(&Reflection::GetBool, &Reflection::GetRepeatedBool));
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text =
          get(&Reflection::GetString, &Reflection::GetRepeatedString);
      return Scalar(field.type() == FieldDescriptor::TYPE_BYTES
                        ? absl::Base64Escape(text)
                        : text);
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return Scalar(WireName(*field.enum_type()->FindValueByNumber(
          EnumNumber(message, field, index))));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  const Message& inner =
      field.is_repeated()
          ? reflection->GetRepeatedMessage(message, &field, index)
          : reflection->GetMessage(message, &field);
  if (!IsTimestamp(field)) return Object(inner);
  Timestamp time;
  time.CopyFrom(inner);
  Time(time);
}

}  // namespace

absl::Status ReadJson(absl::string_view text, Message* message) {
  message->Clear();
  // The parser takes a NUL for the end and would not see what follows.
  const size_t nul = text.find('\0');
  if (nul != absl::string_view::npos) {
    return Refuse(v1::REASON_JSON_SYNTAX, "", NotJsonAt(nul + 1));
  }
  Reader reader(message);
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &reader)) {
    return absl::OkStatus();
  }
  WipeSecrets(message);
  message->Clear();
  return reader.status();
}

std::string WriteJson(const Message& message) {
  std::string json;
  Writer(&json).Object(message);
  return json;
}

std::string WriteErrorJson(const absl::Status& status) {
  const v1::ErrorDetail detail = DetailOf(status);
  const std::pair<const char*, std::string> members[] = {
      {"__type", InfoOf(detail.code()).name()},
      {"message", detail.message()},
      {"reason", v1::Reason_Name(detail.reason())},
      {"field", detail.field()}};
  std::string json = "{";
  Writer writer(&json);
  bool first = true;
  for (const auto& [name, value] : members) {
    if (value.empty() && name == absl::string_view("field")) continue;
    writer.Member(name, &first);
    writer.Scalar(value);
  }
  json.push_back('}');
  return json;
}

}  // namespace pki
