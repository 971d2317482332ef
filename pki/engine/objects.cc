// GetObject and ListObjects.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/engine/operations.h"
#include "pki/engine/page.h"
#include "pki/object/object_key.h"
#include "pki/object/object_reader.h"

namespace pki {
namespace {

constexpr int64_t kDefaultPart = 1 << 20;
// How many objects, those of others too, one call goes through to list some.
constexpr size_t kMaxCandidates = 1000;

// The engine's own account reads everything, another what is its own.
bool MayRead(const Context& context, const v1::ObjectRecord& record) {
  const std::string& account = context.caller().account;
  return account == context.settings().account_id ||
         account == record.account();
}

absl::Status TryGet(Context& context, const v1::GetObjectRequest& request,
                    v1::GetObjectResponse* response) {
  PKI_ASSIGN_OR_RETURN(
      const ObjectReader object,
      ObjectReader::Open(&context.store(), {request.bucket(), request.key()}));
  const v1::ObjectRecord& record = object.record();
  // To others it does not even exist.
  if (!MayRead(context, record)) return NoObject(object.name());
  if (request.has_content_id() && request.content_id() != record.content_id()) {
    return Refuse(v1::REASON_OBJECT_CHANGED, "Request.ContentId",
                  absl::StrCat("The object ", Quote(request.key()),
                               " was replaced since its first part was read; "
                               "read it again from its beginning."));
  }
  PKI_ASSIGN_OR_RETURN(*response->mutable_body(),
                       object.Read(static_cast<uint64_t>(request.offset()),
                                   static_cast<size_t>(request.has_max_bytes()
                                                           ? request.max_bytes()
                                                           : kDefaultPart)));
  response->set_size(static_cast<int64_t>(record.size()));
  response->set_content_type(record.content_type());
  *response->mutable_last_modified() = record.created_at();
  response->set_content_id(record.content_id());
  return absl::OkStatus();
}

}  // namespace

absl::Status GetObject(Context& context, const v1::GetObjectRequest& request,
                       v1::GetObjectResponse* response) {
  for (int i = 1;; ++i) {
    absl::Status status = TryGet(context, request, response);
    // Whoever begins can begin anew.
    if (ReasonOf(status) == v1::REASON_OBJECT_CHANGED &&
        !request.has_content_id() && i < kMaxAttempts) {
      continue;
    }
    return status;
  }
}

absl::Status ListObjects(Context& context,
                         const v1::ListObjectsRequest& request,
                         v1::ListObjectsResponse* response) {
  if (request.has_prefix() && !request.has_bucket()) {
    return Refuse(v1::REASON_OBJECT_PREFIX, "Request.Prefix",
                  "The keys that begin with a prefix are those of one bucket: "
                  "name it.");
  }
  const KeyRange range = ObjectsUnder(request.bucket(), request.prefix());
  const auto show =
      [&](const std::vector<Entry>& entries,
          size_t at) -> absl::StatusOr<std::optional<v1::ObjectSummary>> {
    PKI_ASSIGN_OR_RETURN(const auto stored,
                         ToRecord<v1::ObjectRecord>(entries[at]));
    if (!MayRead(context, stored.record)) return std::nullopt;
    ObjectName name = ObjectNameOf(entries[at].key);
    v1::ObjectSummary shown;
    shown.set_bucket(std::move(name.bucket));
    shown.set_key(std::move(name.key));
    shown.set_size(static_cast<int64_t>(stored.record.size()));
    shown.set_content_type(stored.record.content_type());
    *shown.mutable_last_modified() = stored.record.created_at();
    return shown;
  };
  return ScanFiltered(context, absl::StrCat("ListObjects/", range.begin), range,
                      request, kMaxCandidates, show, response,
                      response->mutable_objects());
}

}  // namespace pki
