// From the target to the operation, and back with its reply.
#include "capi/cli/serve/operations.h"

#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace pkictl {
namespace {

constexpr absl::string_view kTargetPrefix = "ACMPrivateCA.";

// What is done where the store is, by `pkictl store` and `pkictl keys`: it
// reads all of it, or writes files.
constexpr absl::string_view kNotServed[] = {"BackupStore", "CheckStore",
                                            "DescribeStore", "RewrapKeys"};

}  // namespace

HttpAnswer AnswerOperation(const Engine& engine, const Caller& caller,
                           const HttpRequest& request) {
  const absl::string_view target = request.Header("x-amz-target");
  absl::string_view name = target;
  if (!absl::ConsumePrefix(&name, kTargetPrefix)) {
    return AnswerJson(
        {400, "UnknownOperationException",
         absl::StrCat("The header X-Amz-Target is ", kTargetPrefix,
                      " and the name of an operation.")});
  }
  if (absl::c_linear_search(kNotServed, name)) {
    return AnswerJson({400, "AccessDeniedException",
                       absl::StrCat(name, " is not served over HTTP.")});
  }
  const std::string operation(name);
  Reply reply = engine.Call(caller, operation,
                            request.body.empty() ? "{}" : request.body);
  HttpAnswer answer =
      AnswerJson(reply.status(), reply.type(), std::move(reply.json));
  answer.note = absl::StrCat(operation, " ", caller.account, " ", reply.type());
  return answer;
}

}  // namespace pkictl
