// Copying until the copy is of what is there.
#include "pki/object/object_sink.h"

#include "pki/base/status.h"

namespace pki {
namespace {

constexpr int kMaxAttempts = 8;

}  // namespace

absl::Status CopyObject(Store* store, const ObjectName& name,
                        ObjectSink* sink) {
  if (sink == nullptr) return absl::OkStatus();
  for (int i = 0; i < kMaxAttempts; ++i) {
    const auto object = ObjectReader::Open(store, name);
    if (ReasonOf(object.status()) == v1::REASON_OBJECT_NOT_FOUND) {
      return absl::OkStatus();
    }
    PKI_RETURN_IF_ERROR(object.status());
    absl::Status put = sink->Put(*object);
    if (!put.ok() && ReasonOf(put) != v1::REASON_OBJECT_CHANGED) return put;
    PKI_ASSIGN_OR_RETURN(const bool is_current, object->IsCurrent());
    if (is_current) return absl::OkStatus();
  }
  return Refuse(v1::REASON_OBJECT_CHANGED, "",
                "The object keeps changing while it is copied.");
}

}  // namespace pki
