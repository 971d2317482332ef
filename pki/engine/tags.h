// What tags must keep to, beyond the limits of the model.
#ifndef PKI_ENGINE_TAGS_H_
#define PKI_ENGINE_TAGS_H_

#include "absl/status/status.h"
#include "google/protobuf/repeated_field.h"
#include "proto/service.pb.h"

namespace pki {

// Errors at Request.Tags[i].Key: REASON_TAG_RESERVED, REASON_TAG_DUPLICATE.
absl::Status CheckTags(const google::protobuf::RepeatedPtrField<v1::Tag>& tags);

}  // namespace pki

#endif  // PKI_ENGINE_TAGS_H_
