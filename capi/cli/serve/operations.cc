// From the target to the operation, and back with its reply.
#include "capi/cli/serve/operations.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace pkictl {
namespace {

constexpr absl::string_view kTargetPrefix = "ACMPrivateCA.";

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
  const std::string operation(name);
  Reply reply = engine.Call(caller, operation,
                            request.body.empty() ? "{}" : request.body);
  HttpAnswer answer =
      AnswerJson(reply.status(), reply.type(), std::move(reply.json));
  answer.note = absl::StrCat(operation, " ", caller.account, " ", reply.type());
  return answer;
}

}  // namespace pkictl
