// The first steps of every story about CAs, through the C ABI: a CA that is
// created, certified and active, and a certificate that is issued and fetched.
#ifndef PKI_CAPI_CLI_AUTHORITY_H_
#define PKI_CAPI_CLI_AUTHORITY_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "capi/cli/client.h"

namespace pkictl {

// "arn:aws:acm-pca:::template/" and a name with its version.
std::string TemplateArn(absl::string_view name);

// The member of a response that must have it.
std::string Member(const Json& json, const char* name);

// The bytes between the first BEGIN and END lines of PEM.
std::string DerOf(absl::string_view pem);

// A value of Validity.
Json Days(int days);
Json At(absl::Time time);

// A request for a CA of `type`, ROOT or SUBORDINATE, with a P-256 key.
Json CreateRequest(const char* type, const Json& subject);

// A request to have `issuer` sign `csr`.
Json IssueRequest(const std::string& issuer, const std::string& csr,
                  const char* template_name, const Json& validity);

// "CN=Demo Root CA, O=PKI Engine demo"
std::string SubjectText(const Json& subject);

// A certificate that was issued and fetched.
struct Issued {
  std::string arn;
  std::string pem;
};
absl::StatusOr<Issued> Issue(Client& client, const Json& request);

// A CA: created, certified by `issuer` (null: by itself), active.
struct Authority {
  std::string arn;
  std::string pem;
  // As DescribeCertificateAuthority shows it.
  Json state;
};
// Tells `note` each step in a line.
absl::StatusOr<Authority> MakeAuthority(
    Client& client, const char* type, const Json& subject,
    const char* template_name, int days, const Authority* issuer,
    const std::function<void(absl::string_view)>& note);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_AUTHORITY_H_
