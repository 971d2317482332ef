// Objects as the service's clients know them, by bucket and key, and where they
// are in a store: an ObjectRecord for each, and its content in parts
// (proto/store.proto). A content whose parts no record has yet is a draft; one
// that no record has any more is discarded.
#ifndef PKI_OBJECT_OBJECT_KEY_H_
#define PKI_OBJECT_OBJECT_KEY_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pki/base/bytes.h"
#include "pki/store/store.h"

namespace pki {

struct ObjectName {
  std::string bucket;
  std::string key;

  friend bool operator==(const ObjectName& left, const ObjectName& right) {
    return left.bucket == right.bucket && left.key == right.key;
  }
};

// The key of the object's record. No two names have the same, although buckets
// may have slashes too.
std::string ObjectKey(const ObjectName& name);

// The name in the key of an ObjectRecord.
ObjectName ObjectNameOf(absl::string_view object_key);

// The records of a bucket's objects whose keys begin with `prefix`; of all
// objects, when `bucket` is empty.
KeyRange ObjectsUnder(absl::string_view bucket, absl::string_view prefix);

// The id of a content that is begun at `time`. Those of earlier ones come
// before it, whatever the random bytes are.
std::string NewContentId(absl::Time time, ByteView random);

// The part with this number, from 0.
std::string PartKey(absl::string_view content_id, uint64_t number);

// The parts of one content.
KeyRange PartsOf(absl::string_view content_id);

// What says that the content is a draft, and of the drafts that were begun
// before `time`.
std::string DraftKey(absl::string_view content_id);
KeyRange DraftsBefore(absl::Time time);

// What says that the content is discarded, and of all that are.
std::string DiscardKey(absl::string_view content_id);
KeyRange Discards();

// The id of the content that a DraftKey() or a DiscardKey() is of.
std::string ContentIdOf(absl::string_view key);

}  // namespace pki

#endif  // PKI_OBJECT_OBJECT_KEY_H_
