// CAs that answer OCSP, and openssl, which asks and reads what they answer.
#ifndef PKI_ENGINE_OCSP_FIXTURE_H_
#define PKI_ENGINE_OCSP_FIXTURE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/testing/engine_harness.h"
#include "proto/config.pb.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"

namespace pki {

// A CA, and what openssl needs of it.
struct OcspCa {
  std::string arn;
  std::string file;  // its certificate, in PEM
};

struct OcspLeaf {
  std::string serial;  // "0x…", for openssl
  std::string colons;  // for RevokeCertificate
  std::string file;    // in PEM
};

// Everything begins at the time of day, which openssl compares with.
class OcspFixture : public testing::Test {
 protected:
  explicit OcspFixture(const v1::EngineConfiguration& configuration = {});

  OcspCa MakeRoot(absl::string_view name,
                  v1::KeyAlgorithm key = v1::KEY_ALGORITHM_EC_PRIME256V1,
                  std::optional<v1::SigningAlgorithm> signing = std::nullopt);
  // For half a year.
  OcspCa MakeSubordinate(const OcspCa& parent, absl::string_view name);
  // Gives a root a new certificate that signed itself.
  void Renew(OcspCa* root, absl::Duration life);

  // For 30 days.
  OcspLeaf Issue(const OcspCa& ca);
  absl::Status Revoke(const OcspCa& ca, const std::string& serial,
                      v1::RevocationReason reason);

  // Runs `openssl ocsp`; its output.
  static std::string Openssl(std::vector<std::string> command,
                             const std::vector<std::string>& more);
  // What openssl asks with, and reads with.
  static std::vector<std::string> Asked(
      const OcspCa& ca, const std::vector<std::string>& serials);
  // A request in DER.
  static Bytes Request(const OcspCa& ca,
                       const std::vector<std::string>& serials,
                       const std::vector<std::string>& options = {"-no_nonce"});
  absl::StatusOr<v1::RespondOcspResponse> Respond(const Bytes& request);

  EngineHarness harness_;

 private:
  OcspCa Make(v1::CreateCertificateAuthorityRequest request);
  // Gives the CA its certificate.
  void Certify(OcspCa* ca, const OcspCa& issuer,
               absl::string_view template_name, absl::Duration life);
};

}  // namespace pki

#endif  // PKI_ENGINE_OCSP_FIXTURE_H_
