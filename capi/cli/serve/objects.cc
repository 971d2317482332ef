// GetObject, part after part.
#include "capi/cli/serve/objects.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "capi/cli/serve/url.h"
#include "capi/pki_engine.h"
#include "nlohmann/json.hpp"

namespace pkictl {
namespace {

using nlohmann::json;

constexpr int64_t kPartBytes = 1 << 20;

// Bytes of an object, both ends among them (RFC 9110 section 14.1.2).
struct Range {
  int64_t first = 0;
  std::optional<int64_t> last;
};

// A range of another form may be ignored, and is.
std::optional<Range> ReadRange(absl::string_view header) {
  if (!absl::ConsumePrefix(&header, "bytes=")) return std::nullopt;
  const std::pair<absl::string_view, absl::string_view> ends =
      absl::StrSplit(header, absl::MaxSplits('-', 1));
  Range range;
  if (!absl::SimpleAtoi(ends.first, &range.first) || range.first < 0) {
    return std::nullopt;
  }
  if (ends.second.empty()) return range;
  int64_t last = 0;
  if (!absl::SimpleAtoi(ends.second, &last) || last < range.first) {
    return std::nullopt;
  }
  range.last = last;
  return range;
}

// The request for what is left of an object, and who asks.
struct Reader {
  const Engine& engine;
  Caller caller;
  json request;

  Reply Read(int64_t offset, int64_t size) {
    request["Offset"] = offset;
    request["MaxBytes"] = std::min(size, kPartBytes);
    return engine.Call(
        caller, "GetObject",
        request.dump(-1, ' ', false, json::error_handler_t::replace));
  }
};

std::string BodyOf(const json& response) {
  std::string body;
  absl::Base64Unescape(response.value("Body", ""), &body);
  return body;
}

Refusal RefusalOf(const Reply& reply) {
  const std::string message = json::parse(reply.json).value("message", "");
  switch (reply.code) {
    case PKI_RESOURCE_NOT_FOUND_EXCEPTION:
      return {404, "NoSuchKey", message};
    case PKI_ACCESS_DENIED_EXCEPTION:
      return {403, "AccessDenied", message};
    default:
      return {reply.status(),
              reply.status() < 500 ? "InvalidRequest" : "InternalError",
              message};
  }
}

}  // namespace

HttpAnswer RefuseObject(const Refusal& refusal) {
  HttpAnswer answer;
  answer.status = refusal.status;
  answer.note = refusal.type;
  answer.headers = {{"Content-Type", "application/xml"}};
  answer.body = absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>", refusal.type,
      "</Code><Message>",
      absl::StrReplaceAll(refusal.message,
                          {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}}),
      "</Message></Error>\n");
  return answer;
}

HttpAnswer AnswerObject(const Engine& engine, const Caller& caller,
                        const HttpRequest& request) {
  absl::string_view path = SplitTarget(request.target).path;
  absl::ConsumePrefix(&path, "/");
  const std::pair<absl::string_view, absl::string_view> name =
      absl::StrSplit(path, absl::MaxSplits('/', 1));
  auto reader =
      std::make_shared<Reader>(Reader{engine,
                                      caller,
                                      {{"Bucket", PercentDecode(name.first)},
                                       {"Key", PercentDecode(name.second)}}});
  const auto range = ReadRange(request.Header("range"));
  const int64_t first = range.has_value() ? range->first : 0;
  const Reply reply =
      reader->Read(first, request.method == "HEAD" ? 1 : kPartBytes);
  if (!reply.ok()) return RefuseObject(RefusalOf(reply));
  const json object = json::parse(reply.json);
  const int64_t size = object.value("Size", int64_t{0});
  const std::string content_id = object.value("ContentId", "");
  const absl::Time modified =
      absl::UnixEpoch() + absl::Seconds(object.value("LastModified", 0.0));
  HttpAnswer answer;
  answer.headers = {{"Content-Type", object.value("ContentType", "")},
                    {"Last-Modified", HttpDate(modified)},
                    {"ETag", absl::StrCat("\"", content_id, "\"")},
                    {"Accept-Ranges", "bytes"}};
  int64_t end = size;
  if (range.has_value()) {
    if (first >= size) {
      HttpAnswer refusal = RefuseObject(
          {416, "InvalidRange", "The object ends before the range begins."});
      refusal.headers.push_back(
          {"Content-Range", absl::StrCat("bytes */", size)});
      return refusal;
    }
    end = std::min(size - 1, range->last.value_or(size - 1)) + 1;
    answer.status = 206;
    answer.headers.push_back(
        {"Content-Range",
         absl::StrCat("bytes ", first, "-", end - 1, "/", size)});
  }
  answer.size = static_cast<uint64_t>(end - first);
  answer.body = BodyOf(object).substr(0, *answer.size);
  reader->request["ContentId"] = content_id;
  answer.next = [reader, end,
                 offset =
                     first + static_cast<int64_t>(answer.body.size())]() mutable
      -> absl::StatusOr<std::string> {
    const Reply part = reader->Read(offset, end - offset);
    if (!part.ok()) return absl::UnknownError(part.json);
    std::string body = BodyOf(json::parse(part.json));
    offset += static_cast<int64_t>(body.size());
    return body;
  };
  return answer;
}

}  // namespace pkictl
