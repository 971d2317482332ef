// Fuzzes policies: no text may crash their reading or their evaluation, and
// nobody but the owner gets what no policy of the form can give.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "pki/access/decide.h"
#include "pki/access/policy.h"
#include "pki/access/principal.h"
#include "pki/base/status.h"

namespace {

constexpr absl::string_view kOwner = "111122223333";
constexpr absl::string_view kCa =
    "arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/"
    "11223344-1234-4122-8233-112233445566";

bool MayDo(absl::string_view action, absl::string_view template_arn,
           const pki::Policy& policy) {
  const pki::Caller caller{"777788889999", "arn:aws:iam::777788889999:root",
                           "o-a1b2c3d4z5"};
  const absl::Status status = pki::Decide(
      caller, {action, kCa, kOwner, template_arn}, &policy, nullptr);
  if (!status.ok() && pki::ReasonOf(status) != pki::v1::REASON_ACCESS_DENIED) {
    std::abort();
  }
  return status.ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto policy = pki::ParsePolicy(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!policy.ok()) return 0;
  MayDo("IssueCertificate",
        "arn:aws:acm-pca:::template/EndEntityCertificate/V1", *policy);
  if (!pki::CheckForm(*policy, kCa).ok()) return 0;
  if (MayDo("PutPolicy", "", *policy) ||
      MayDo("IssueCertificate",
            "arn:aws:acm-pca:::template/RootCACertificate/V1", *policy)) {
    std::abort();
  }
  return 0;
}
