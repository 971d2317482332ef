// Finding the parts that a piece is in.
#include "pki/object/object_reader.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/store/record.h"

namespace pki {
namespace {

constexpr absl::string_view kField = "Request.Key";
// No store has a longer key (capi/pki_engine.h).
constexpr size_t kMaxStoreKey = 512;

}  // namespace

absl::Status NoObject(const ObjectName& name) {
  return Refuse(v1::REASON_OBJECT_NOT_FOUND, kField,
                absl::StrCat("There is no object ", Quote(name.key),
                             " in the bucket ", Quote(name.bucket), "."));
}

absl::StatusOr<ObjectReader> ObjectReader::Open(Store* store, ObjectName name) {
  const std::string key = ObjectKey(name);
  if (key.size() <= kMaxStoreKey) {
    PKI_ASSIGN_OR_RETURN(auto stored,
                         ReadRecord<v1::ObjectRecord>(*store, key));
    if (stored.has_value()) {
      if (stored->record.part_size() == 0 ||
          stored->record.size() < stored->record.head().size()) {
        return DamagedRecord(key);
      }
      return ObjectReader(store, std::move(name), std::move(stored->record));
    }
  }
  return NoObject(name);
}

absl::StatusOr<bool> ObjectReader::IsCurrent() const {
  PKI_ASSIGN_OR_RETURN(const auto stored,
                       ReadRecord<v1::ObjectRecord>(store_, ObjectKey(name_)));
  return stored.has_value() &&
         stored->record.content_id() == record_.content_id();
}

absl::StatusOr<Bytes> ObjectReader::ReadPart(uint64_t number) const {
  const std::string key = PartKey(record_.content_id(), number);
  PKI_ASSIGN_OR_RETURN(std::optional<Entry> part, store_.Get(key));
  const uint64_t size =
      std::min(record_.part_size(), record_.size() - record_.head().size() -
                                        number * record_.part_size());
  if (part.has_value() && part->value.size() == size) {
    return std::move(part->value);
  }
  PKI_ASSIGN_OR_RETURN(const bool is_current, IsCurrent());
  if (is_current) return DamagedRecord(key);
  return Refuse(v1::REASON_OBJECT_CHANGED, kField,
                absl::StrCat("The object ", Quote(name_.key),
                             " was replaced while it was read; read it again "
                             "from its beginning."));
}

absl::StatusOr<Bytes> ObjectReader::Read(uint64_t offset,
                                         size_t max_bytes) const {
  Bytes bytes;
  if (offset >= record_.size()) return bytes;
  const uint64_t end =
      offset + std::min<uint64_t>(max_bytes, record_.size() - offset);
  bytes.reserve(end - offset);
  const uint64_t head_size = record_.head().size();
  if (offset < head_size) {
    bytes = record_.head().substr(offset, end - offset);
    offset += bytes.size();
  }
  while (offset < end) {
    const uint64_t part_size = record_.part_size();
    PKI_ASSIGN_OR_RETURN(const Bytes part,
                         ReadPart((offset - head_size) / part_size));
    const uint64_t begin = (offset - head_size) % part_size;
    const uint64_t taken = std::min(part.size() - begin, end - offset);
    bytes.append(part, begin, taken);
    offset += taken;
  }
  return bytes;
}

}  // namespace pki
