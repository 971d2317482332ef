// Parts, then the record that makes an object of them.
#include "pki/object/object_writer.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "pki/base/status.h"
#include "pki/base/timestamp.h"
#include "pki/store/record.h"
#include "pki/store/scan_pages.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

constexpr size_t kContentIdRandom = 16;
// How many parts are deleted at a time, and how many drafts or discards looked
// at.
constexpr size_t kPartsPage = 8;
constexpr size_t kContentsPage = 1000;

using Record = v1::ObjectRecord;

// Deletes the parts of a content that is discarded, and with the last of them
// what says so.
absl::Status DeleteContent(Store& store, absl::string_view content_id) {
  const KeyRange parts = PartsOf(content_id);
  for (bool is_last = false; !is_last;) {
    PKI_ASSIGN_OR_RETURN(std::vector<Entry> page,
                         store.Scan(parts, kPartsPage));
    is_last = page.size() < kPartsPage;
    WriteBatch batch;
    for (Entry& part : page) batch.deletes.push_back(std::move(part.key));
    if (is_last) batch.deletes.push_back(DiscardKey(content_id));
    PKI_RETURN_IF_ERROR(store.Commit(std::move(batch)));
  }
  return absl::OkStatus();
}

// Deletes the entry that has the content, if it still is so, and its parts. If
// it is not, somebody has published the draft, or replaced the object.
absl::Status Discard(Store& store, absl::string_view content_id,
                     Precondition entry) {
  WriteBatch batch;
  batch.deletes.push_back(entry.key);
  batch.preconditions.push_back(std::move(entry));
  batch.puts.emplace_back(DiscardKey(content_id), "");
  const absl::Status committed = store.Commit(std::move(batch));
  if (ReasonOf(committed) == v1::REASON_STORE_PRECONDITION) {
    return absl::OkStatus();
  }
  PKI_RETURN_IF_ERROR(committed);
  return DeleteContent(store, content_id);
}

// Does `work` to each content whose DraftKey() or DiscardKey() is in the range.
absl::Status ForEachContent(
    Store& store, const KeyRange& range,
    absl::Status (*work)(Store& store, absl::string_view content_id)) {
  return ScanPages(store, range, kContentsPage,
                   [&](const std::vector<Entry>& page) -> absl::Status {
                     for (const Entry& entry : page) {
                       PKI_RETURN_IF_ERROR(work(store, ContentIdOf(entry.key)));
                     }
                     return absl::OkStatus();
                   });
}

}  // namespace

absl::StatusOr<std::unique_ptr<ObjectWriter>> ObjectWriter::New(
    Store* store, Entropy& entropy, absl::Time now) {
  std::array<uint8_t, kContentIdRandom> random;
  PKI_RETURN_IF_ERROR(entropy.Fill(random.data(), random.size()));
  return std::unique_ptr<ObjectWriter>(
      new ObjectWriter(store, NewContentId(now, random), now));
}

ObjectWriter::~ObjectWriter() {
  // If the answer to its publication was lost, it is no draft any more.
  if (!is_published_ && stored_parts_ > 0) {
    DiscardDraft(store_, content_id_).IgnoreError();
  }
}

Precondition ObjectWriter::IsMine() const {
  return {DraftKey(content_id_), draft_};
}

absl::Status ObjectWriter::StorePart() {
  WriteBatch batch;
  batch.puts.emplace_back(PartKey(content_id_, stored_parts_),
                          std::exchange(rest_, {}));
  if (stored_parts_ == 0) {
    batch.puts.emplace_back(DraftKey(content_id_), "");
  } else {
    batch.preconditions.push_back(IsMine());
  }
  // Counted first: it may be there although the answer says that it is not.
  ++stored_parts_;
  PKI_RETURN_IF_ERROR(store_.Commit(std::move(batch)));
  if (draft_ != 0) return absl::OkStatus();
  PKI_ASSIGN_OR_RETURN(const auto draft, store_.Get(DraftKey(content_id_)));
  if (!draft.has_value()) return PreconditionFailed();
  draft_ = draft->version;
  return absl::OkStatus();
}

absl::Status ObjectWriter::Append(absl::string_view bytes) {
  while (!bytes.empty()) {
    const size_t taken = std::min(bytes.size(), kPartSize - rest_.size());
    // And no more, because it goes into the store without a copy.
    rest_.reserve(kPartSize);
    rest_.append(bytes.data(), taken);
    size_ += taken;
    bytes.remove_prefix(taken);
    if (rest_.size() == kPartSize) PKI_RETURN_IF_ERROR(StorePart());
  }
  return absl::OkStatus();
}

absl::Status ObjectWriter::ReadBack(
    const std::function<void(absl::string_view)>& visit) const {
  for (uint64_t number = 0; number < stored_parts_; ++number) {
    const std::string key = PartKey(content_id_, number);
    PKI_ASSIGN_OR_RETURN(const std::optional<Entry> part, store_.Get(key));
    if (!part.has_value()) return DamagedRecord(key);
    visit(part->value);
  }
  visit(rest_);
  return absl::OkStatus();
}

void ObjectWriter::Prepend(Bytes head) {
  head_ = std::move(head);
  size_ += head_.size();
}

absl::Status ObjectWriter::Publish(const ObjectName& name,
                                   absl::string_view account,
                                   absl::string_view content_type,
                                   WriteBatch batch) {
  return PublishAs(absl::MakeConstSpan(&name, 1), account, content_type,
                   std::move(batch));
}

absl::Status ObjectWriter::PublishAs(absl::Span<const ObjectName> names,
                                     absl::string_view account,
                                     absl::string_view content_type,
                                     WriteBatch batch) {
  Record record;
  record.set_format(kRecordFormat);
  record.set_content_id(content_id_);
  record.set_part_size(kPartSize);
  record.set_size(size_);
  record.set_head(head_);
  record.set_content_type(std::string(content_type));
  record.set_account(std::string(account));
  *record.mutable_created_at() = ToTimestamp(now_);

  std::set<std::string> replaced;
  for (const ObjectName& name : names) {
    std::string key = ObjectKey(name);
    PKI_ASSIGN_OR_RETURN(const auto old, ReadRecord<Record>(store_, key));
    Precondition unchanged{key, std::nullopt};
    if (old.has_value()) {
      unchanged.version = old->version;
      replaced.insert(old->record.content_id());
    }
    batch.preconditions.push_back(std::move(unchanged));
    batch.puts.emplace_back(std::move(key), record.SerializeAsString());
  }
  // Itself, when it was published before and the answer was lost.
  replaced.erase(content_id_);
  for (const std::string& content : replaced) {
    batch.puts.emplace_back(DiscardKey(content), "");
  }
  if (!rest_.empty()) {
    batch.puts.emplace_back(PartKey(content_id_, stored_parts_), rest_);
  }
  if (stored_parts_ > 0) {
    batch.preconditions.push_back(IsMine());
    batch.deletes.push_back(DraftKey(content_id_));
  }
  PKI_RETURN_IF_ERROR(store_.Commit(std::move(batch)));
  is_published_ = true;
  // It is there. What it replaced is deleted now, or later.
  for (const std::string& content : replaced) {
    DeleteContent(store_, content).IgnoreError();
  }
  return absl::OkStatus();
}

absl::Status DiscardDraft(Store& store, absl::string_view content_id) {
  std::string key = DraftKey(content_id);
  PKI_ASSIGN_OR_RETURN(const auto draft, store.Get(key));
  if (!draft.has_value()) return absl::OkStatus();
  return Discard(store, content_id, {std::move(key), draft->version});
}

absl::Status DeleteObject(Store& store, const ObjectName& name,
                          absl::string_view content_id) {
  std::string key = ObjectKey(name);
  PKI_ASSIGN_OR_RETURN(const auto there, ReadRecord<Record>(store, key));
  if (!there.has_value() || there->record.content_id() != content_id) {
    return absl::OkStatus();
  }
  return Discard(store, content_id, {std::move(key), there->version});
}

absl::Status DeleteUnreachable(Store& store, absl::Time before) {
  PKI_RETURN_IF_ERROR(
      ForEachContent(store, DraftsBefore(before), DiscardDraft));
  return ForEachContent(store, Discards(), DeleteContent);
}

}  // namespace pki
