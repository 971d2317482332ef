// Reading an object from a store, in pieces of any size.
#ifndef PKI_OBJECT_OBJECT_READER_H_
#define PKI_OBJECT_OBJECT_READER_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/object/object_key.h"
#include "pki/store/store.h"
#include "proto/store.pb.h"

namespace pki {

// REASON_OBJECT_NOT_FOUND at "Request.Key".
absl::Status NoObject(const ObjectName& name);

// One content, from beginning to end: when it is replaced, this one cannot be
// read any more. Safe on any thread.
class ObjectReader {
 public:
  // `store` outlives this. Errors: NoObject(), STORAGE_FAILURE.
  static absl::StatusOr<ObjectReader> Open(Store* store, ObjectName name);

  const ObjectName& name() const { return name_; }
  const v1::ObjectRecord& record() const { return record_; }

  // The bytes from `offset` on, `max_bytes` of them: fewer where the object
  // ends, none behind its end. Errors: REASON_OBJECT_CHANGED at "Request.Key";
  // STORAGE_FAILURE.
  absl::StatusOr<Bytes> Read(uint64_t offset, size_t max_bytes) const;

  // Whether the object in the store is still this one. Errors: STORAGE_FAILURE.
  absl::StatusOr<bool> IsCurrent() const;

 private:
  ObjectReader(Store* store, ObjectName name, v1::ObjectRecord record)
      : store_(*store), name_(std::move(name)), record_(std::move(record)) {}

  absl::StatusOr<Bytes> ReadPart(uint64_t number) const;

  Store& store_;
  ObjectName name_;
  v1::ObjectRecord record_;
};

}  // namespace pki

#endif  // PKI_OBJECT_OBJECT_READER_H_
