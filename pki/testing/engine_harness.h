// An engine under a test's control: a fixed clock, seeded entropy, a store and
// keys in memory, and the few steps that every story about CAs begins with.
#ifndef PKI_TESTING_ENGINE_HARNESS_H_
#define PKI_TESTING_ENGINE_HARNESS_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pki/access/principal.h"
#include "pki/base/bytes.h"
#include "pki/engine/engine.h"
#include "pki/engine/ports.h"
#include "pki/keystore/key_store.h"
#include "pki/testing/failing_ports.h"
#include "pki/testing/fixed_clock.h"
#include "pki/testing/seeded_entropy.h"
#include "proto/config.pb.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"
#include "proto/store.pb.h"

namespace pki {

// The time at which a harness begins: 2026-03-01 12:00:00 UTC.
absl::Time HarnessTime();

// "arn:aws:acm-pca:::template/NAME/V1".
std::string TemplateArnOf(absl::string_view name);

class EngineHarness {
 public:
  // `keys` in place of software keys.
  explicit EngineHarness(const v1::EngineConfiguration& configuration = {},
                         std::shared_ptr<KeyStore> keys = nullptr);

  // One operation; its name follows from the request's type.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const Request& request) {
    return CallAs<Response>({}, request);
  }
  // The same by somebody else.
  template <typename Response, typename Request>
  absl::StatusOr<Response> CallAs(const Caller& caller,
                                  const Request& request) {
    absl::string_view name = Request::descriptor()->name();
    name.remove_suffix(sizeof("Request") - 1);
    Response response;
    absl::Status status = engine_->CallAs(caller, name, request, &response);
    if (!status.ok()) return status;
    return response;
  }

  // A request for a CA that succeeds: change what the test is about.
  static v1::CreateCertificateAuthorityRequest CreateRequest(
      v1::CertificateAuthorityType type, absl::string_view common_name,
      v1::KeyAlgorithm key = v1::KEY_ALGORITHM_EC_PRIME256V1);
  // The same for a certificate: 30 days, the default template, SHA-256.
  v1::IssueCertificateRequest IssueRequest(absl::string_view ca_arn,
                                           ByteView csr);

  absl::StatusOr<std::string> Create(
      const v1::CreateCertificateAuthorityRequest& request);
  // Creates a root and gives it its certificate, for ten years.
  absl::StatusOr<std::string> CreateRoot(
      absl::string_view common_name,
      v1::KeyAlgorithm key = v1::KEY_ALGORITHM_EC_PRIME256V1);
  // Creates a subordinate under `parent`, to a second before that one ends.
  absl::StatusOr<std::string> CreateSubordinate(
      absl::string_view parent, absl::string_view common_name,
      absl::string_view template_name = "SubordinateCACertificate_PathLen0",
      v1::KeyAlgorithm key = v1::KEY_ALGORITHM_EC_PRIME256V1);
  // Issues the CA's own certificate from its own CSR with another, or itself.
  absl::StatusOr<v1::GetCertificateResponse> IssueForCa(
      absl::string_view ca_arn, absl::string_view issuer_arn,
      absl::string_view template_name, absl::Time not_after);
  absl::Status Import(absl::string_view ca_arn,
                      const v1::GetCertificateResponse& issued);

  // Issues, and fetches what was issued.
  absl::StatusOr<v1::GetCertificateResponse> Issue(
      const v1::IssueCertificateRequest& request);

  absl::StatusOr<v1::CertificateAuthority> Describe(absl::string_view ca_arn);

  // Verifies a fetched certificate with BoringSSL and with openssl, at the
  // clock's time.
  absl::Status Verify(const v1::GetCertificateResponse& issued);

  // Changes the CA's record in the store, as another process would.
  void ChangeCa(
      absl::string_view ca_arn,
      const std::function<void(v1::CertificateAuthorityRecord&)>& change);
  // All that operations have stored: values by key.
  std::map<std::string, Bytes> Stored();

  // The algorithm with SHA-256 for this CA's key.
  v1::SigningAlgorithm SigningAlgorithmOf(absl::string_view ca_arn);

  FixedClock& clock() { return *clock_; }
  FailingStore& store() { return *store_; }
  FailingKeyStore& keys() { return *keys_; }
  FailingEntropy& entropy() { return *entropy_; }
  Engine& engine() { return *engine_; }
  const Ports& ports() const { return ports_; }

 private:
  std::shared_ptr<FixedClock> clock_;
  std::shared_ptr<FailingStore> store_;
  std::shared_ptr<FailingKeyStore> keys_;
  std::shared_ptr<FailingEntropy> entropy_;
  Ports ports_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace pki

#endif  // PKI_TESTING_ENGINE_HARNESS_H_
