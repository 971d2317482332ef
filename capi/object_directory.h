// A folder that gets a copy of every object, as the file BUCKET/KEY.
#ifndef PKI_CAPI_OBJECT_DIRECTORY_H_
#define PKI_CAPI_OBJECT_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "pki/object/object_sink.h"

namespace pki {

// A file is there whole and durable, or as it was before. Names that would lead
// out of the folder are refused, and links in it are not followed. Several
// processes may fill one folder. Errors: REASON_CONFIGURATION_OBJECT_DIRECTORY;
// those of Put() are REASON_OBJECT_DIRECTORY.
absl::StatusOr<std::shared_ptr<ObjectSink>> ObjectDirectoryAt(
    const std::string& path);

}  // namespace pki

#endif  // PKI_CAPI_OBJECT_DIRECTORY_H_
