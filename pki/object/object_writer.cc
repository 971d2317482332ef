// Parts, then the record that makes an object of them.
#include "pki/object/object_writer.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "pki/base/status.h"
#include "pki/base/timestamp.h"
#include "pki/store/key_range.h"
#include "pki/store/record.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

constexpr size_t kContentIdRandom = 16;
// How many parts are deleted at a time.
constexpr size_t kPartsPage = 8;
constexpr size_t kObjectsPage = 1000;

using Record = v1::ObjectRecord;

// The contents that have parts in the range, by id, each with its first part as
// it is.
absl::StatusOr<std::map<std::string, Precondition>> ContentsIn(Store& store,
                                                               KeyRange range) {
  std::map<std::string, Precondition> contents;
  while (true) {
    PKI_ASSIGN_OR_RETURN(std::vector<Entry> part, store.Scan(range, 1));
    if (part.empty()) return contents;
    std::string id = ContentIdOf(part.front().key);
    range.begin = PartsOf(id).end;
    contents.emplace(std::move(id), Precondition{std::move(part.front().key),
                                                 part.front().version});
  }
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
  if (is_published_ || stored_parts_ == 0) return;
  if (perhaps_published_.has_value()) {
    const auto there = ReadRecord<Record>(store_, *perhaps_published_);
    if (!there.ok()) return;
    if (there->has_value() && (*there)->record.content_id() == content_id_) {
      return;
    }
  }
  DeleteContent(store_, content_id_).IgnoreError();
}

absl::Status ObjectWriter::HoldParts(WriteBatch* batch) const {
  if (stored_parts_ == 0) return absl::OkStatus();
  const std::string key = PartKey(content_id_, 0);
  PKI_ASSIGN_OR_RETURN(std::optional<Entry> first, store_.Get(key));
  if (!first.has_value()) return PreconditionFailed();
  batch->preconditions.push_back({key, first->version});
  batch->puts.emplace_back(key, std::move(first->value));
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
    if (rest_.size() < kPartSize) continue;
    WriteBatch batch;
    batch.puts.emplace_back(PartKey(content_id_, stored_parts_),
                            std::exchange(rest_, {}));
    // Counted first: it may be there although the answer says that it is not.
    ++stored_parts_;
    PKI_RETURN_IF_ERROR(store_.Commit(std::move(batch)));
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
  if (!rest_.empty()) {
    batch.puts.emplace_back(PartKey(content_id_, stored_parts_), rest_);
  }
  PKI_RETURN_IF_ERROR(HoldParts(&batch));
  absl::Status committed = store_.Commit(std::move(batch));
  if (!committed.ok()) {
    perhaps_published_ = ObjectKey(names.front());
    return committed;
  }
  is_published_ = true;
  // It is there. What it replaced is out of reach, and deleted sooner or later.
  replaced.erase(content_id_);
  for (const std::string& content : replaced) {
    DeleteContent(store_, content).IgnoreError();
  }
  return absl::OkStatus();
}

absl::Status DeleteContent(Store& store, absl::string_view content_id) {
  const KeyRange parts = PartsOf(content_id);
  while (true) {
    PKI_ASSIGN_OR_RETURN(std::vector<Entry> page,
                         store.Scan(parts, kPartsPage));
    if (page.empty()) return absl::OkStatus();
    WriteBatch batch;
    for (Entry& part : page) batch.deletes.push_back(std::move(part.key));
    PKI_RETURN_IF_ERROR(store.Commit(std::move(batch)));
  }
}

absl::Status DeleteObject(Store& store, const ObjectName& name,
                          absl::string_view content_id) {
  const std::string key = ObjectKey(name);
  PKI_ASSIGN_OR_RETURN(const auto there, ReadRecord<Record>(store, key));
  if (!there.has_value() || there->record.content_id() != content_id) {
    return absl::OkStatus();
  }
  WriteBatch batch;
  batch.preconditions.push_back({key, there->version});
  batch.deletes.push_back(key);
  const absl::Status committed = store.Commit(std::move(batch));
  // Then it was replaced, and is no more.
  if (ReasonOf(committed) == v1::REASON_STORE_PRECONDITION) {
    return absl::OkStatus();
  }
  PKI_RETURN_IF_ERROR(committed);
  return DeleteContent(store, content_id);
}

absl::Status DeleteUnreachable(Store& store, absl::Time before) {
  PKI_ASSIGN_OR_RETURN(auto contents, ContentsIn(store, PartsBefore(before)));
  KeyRange range = ObjectsUnder("", "");
  while (!contents.empty()) {
    PKI_ASSIGN_OR_RETURN(const std::vector<Entry> page,
                         store.Scan(range, kObjectsPage));
    for (const Entry& entry : page) {
      PKI_ASSIGN_OR_RETURN(const auto object, ToRecord<Record>(entry));
      contents.erase(object.record.content_id());
    }
    if (page.size() < kObjectsPage) break;
    range.begin = KeyAfter(page.back().key);
  }
  for (auto& [content, first_part] : contents) {
    WriteBatch batch;
    batch.deletes.push_back(first_part.key);
    batch.preconditions.push_back(std::move(first_part));
    const absl::Status deleted = store.Commit(std::move(batch));
    // Then it was published after all.
    if (ReasonOf(deleted) == v1::REASON_STORE_PRECONDITION) continue;
    PKI_RETURN_IF_ERROR(deleted);
    PKI_RETURN_IF_ERROR(DeleteContent(store, content));
  }
  return absl::OkStatus();
}

}  // namespace pki
