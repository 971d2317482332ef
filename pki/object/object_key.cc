// From names to keys and back.
#include "pki/object/object_key.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "pki/store/key_range.h"

namespace pki {
namespace {

constexpr absl::string_view kObjects = "object/";
constexpr absl::string_view kParts = "part/";
constexpr absl::string_view kDrafts = "draft/";
constexpr absl::string_view kDiscards = "discard/";
// A slash in the name of a bucket, which never has a percent sign.
constexpr absl::string_view kSlash = "%2F";

// Twelve hexadecimal digits of milliseconds: enough until the year 10889. What
// is before 1970 comes first.
std::string TimeDigits(absl::Time time) {
  const int64_t millis = std::max<int64_t>(0, absl::ToUnixMillis(time));
  return absl::StrCat(absl::Hex(millis, absl::kZeroPad12));
}

// "part/ID/"
std::string PartPrefix(absl::string_view content_id) {
  return absl::StrCat(kParts, content_id, "/");
}

}  // namespace

std::string ObjectKey(const ObjectName& name) {
  return absl::StrCat(kObjects,
                      absl::StrReplaceAll(name.bucket, {{"/", kSlash}}), "/",
                      name.key);
}

ObjectName ObjectNameOf(absl::string_view object_key) {
  object_key.remove_prefix(kObjects.size());
  const size_t slash = object_key.find('/');
  return {absl::StrReplaceAll(object_key.substr(0, slash), {{kSlash, "/"}}),
          std::string(object_key.substr(slash + 1))};
}

KeyRange ObjectsUnder(absl::string_view bucket, absl::string_view prefix) {
  if (bucket.empty()) return KeysUnder(kObjects);
  return KeysUnder(ObjectKey({std::string(bucket), std::string(prefix)}));
}

std::string NewContentId(absl::Time time, ByteView random) {
  return absl::StrCat(TimeDigits(time), Hex(random));
}

std::string PartKey(absl::string_view content_id, uint64_t number) {
  return absl::StrCat(PartPrefix(content_id),
                      absl::Dec(number, absl::kZeroPad8));
}

KeyRange PartsOf(absl::string_view content_id) {
  return KeysUnder(PartPrefix(content_id));
}

std::string DraftKey(absl::string_view content_id) {
  return absl::StrCat(kDrafts, content_id);
}

KeyRange DraftsBefore(absl::Time time) {
  return {std::string(kDrafts), DraftKey(TimeDigits(time))};
}

std::string DiscardKey(absl::string_view content_id) {
  return absl::StrCat(kDiscards, content_id);
}

KeyRange Discards() { return KeysUnder(kDiscards); }

std::string ContentIdOf(absl::string_view key) {
  return std::string(key.substr(key.find('/') + 1));
}

}  // namespace pki
