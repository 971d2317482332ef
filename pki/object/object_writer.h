// Putting an object into a store, part by part: it takes the memory of one
// part, whatever the object's size, and is there with its last byte or not at
// all.
#ifndef PKI_OBJECT_OBJECT_WRITER_H_
#define PKI_OBJECT_OBJECT_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/base/ports.h"
#include "pki/object/object_key.h"
#include "pki/store/store.h"

namespace pki {

// For one thread.
class ObjectWriter {
 public:
  // Of every part but the last, in bytes.
  static constexpr size_t kPartSize = 1 << 19;

  // `store` outlives this; `now` becomes the object's time. Errors:
  // ENTROPY_FAILURE.
  static absl::StatusOr<std::unique_ptr<ObjectWriter>> New(Store* store,
                                                           Entropy& entropy,
                                                           absl::Time now);
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;
  // Discards what was not published, as far as the store lets it;
  // DeleteUnreachable() does the rest.
  ~ObjectWriter();

  const std::string& content_id() const { return content_id_; }
  uint64_t size() const { return size_; }  // bytes, so far

  // Errors: REASON_STORE_PRECONDITION when somebody has discarded it meanwhile;
  // STORAGE_FAILURE.
  absl::Status Append(absl::string_view bytes);

  // Shows `visit` all that was appended so far, in pieces and in order. Errors:
  // STORAGE_FAILURE.
  absl::Status ReadBack(
      const std::function<void(absl::string_view)>& visit) const;

  // Puts `head`, of a few hundred bytes, ahead of all that is appended. Called
  // once, when it is known.
  void Prepend(Bytes head);

  // Commits `batch`, and with it the object under `name` in place of what is
  // there, whose parts are deleted then. `account` may read it. Nothing can be
  // appended after it.
  // Errors: REASON_STORE_PRECONDITION, also when another object was published
  // there meanwhile, and the caller decides and publishes again, or never, or
  // when somebody has discarded this one; STORAGE_FAILURE.
  absl::Status Publish(const ObjectName& name, absl::string_view account,
                       absl::string_view content_type, WriteBatch batch);
  // The same under each of `names`, at least one: one content for all. What is
  // under them now must not be under others, because its parts are deleted.
  absl::Status PublishAs(absl::Span<const ObjectName> names,
                         absl::string_view account,
                         absl::string_view content_type, WriteBatch batch);

 private:
  ObjectWriter(Store* store, std::string content_id, absl::Time now)
      : store_(*store), content_id_(std::move(content_id)), now_(now) {}

  // Puts the next part. With the first one it becomes a draft.
  absl::Status StorePart();
  // That nobody has discarded it; it is a draft.
  Precondition IsMine() const;

  Store& store_;
  const std::string content_id_;
  const absl::Time now_;
  uint64_t size_ = 0;
  uint64_t stored_parts_ = 0;
  Bytes rest_;  // what follows them: less than a part
  Bytes head_;
  Version draft_ = 0;  // 0 as long as it is none
  bool is_published_ = false;
};

// Discards the content if it is a draft: whoever writes it cannot go on.
// Errors: STORAGE_FAILURE.
absl::Status DiscardDraft(Store& store, absl::string_view content_id);

// Deletes what is there, if its content is this one, with its parts. Errors:
// STORAGE_FAILURE.
absl::Status DeleteObject(Store& store, const ObjectName& name,
                          absl::string_view content_id);

// Discards the drafts that were begun before `before`, whose writers ended
// without a word, and deletes what is left of all that is discarded. A writer
// that has not ended by then cannot publish: let it be long ago. Errors:
// STORAGE_FAILURE.
absl::Status DeleteUnreachable(Store& store, absl::Time before);

}  // namespace pki

#endif  // PKI_OBJECT_OBJECT_WRITER_H_
