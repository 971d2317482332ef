// Where a host wants a copy of every object: the port, and how it is filled.
#ifndef PKI_OBJECT_OBJECT_SINK_H_
#define PKI_OBJECT_OBJECT_SINK_H_

#include "absl/status/status.h"
#include "pki/object/object_key.h"
#include "pki/object/object_reader.h"
#include "pki/store/store.h"

namespace pki {

// Implementations are called from any thread.
class ObjectSink {
 public:
  virtual ~ObjectSink() = default;

  // Takes the whole object, in place of what it has under that name. Errors:
  // RequestFailedException; those of ObjectReader::Read(). After an error it
  // has what it had.
  virtual absl::Status Put(const ObjectReader& object) = 0;
};

// Gives `sink`, if there is one, the object of this name; does nothing when
// there is none. Called after each ObjectWriter::Publish(): of several callers
// the last one to return leaves in the sink what is in the store. Errors: those
// of the sink; STORAGE_FAILURE; REASON_OBJECT_CHANGED when the object keeps
// changing.
absl::Status CopyObject(Store* store, const ObjectName& name, ObjectSink* sink);

}  // namespace pki

#endif  // PKI_OBJECT_OBJECT_SINK_H_
