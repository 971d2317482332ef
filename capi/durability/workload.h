// What the users of an engine do, at random: the work under which the engine's
// durability is tested. workload.cc has the table of it, which grows with the
// engine's operations.
#ifndef PKI_CAPI_DURABILITY_WORKLOAD_H_
#define PKI_CAPI_DURABILITY_WORKLOAD_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "capi/durability/abi_client.h"
#include "capi/durability/answer.h"
#include "capi/durability/jumping_clock.h"
#include "pki/base/bytes.h"
#include "proto/config.pb.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"

namespace pki {

// The key-encryption key with this number: RewrapKeys leads from one to the
// next.
Bytes KeyEncryptionKey(int number);

// An engine's on this file, with tokens that a test does not outlive.
v1::EngineConfiguration DurableConfiguration(absl::string_view store_file,
                                             int key_number = 0);

// Opens an engine whose keys are sealed under key `*key_number` or, when a
// RewrapKeys was cut off before its answer, the next one, whose number it then
// becomes. `host` may be null.
absl::StatusOr<std::unique_ptr<AbiClient>> OpenAfterCrash(
    v1::EngineConfiguration configuration, int* key_number,
    const pki_host* host = nullptr);

// As in keys and ARNs: 32 digits, whatever leading zeros the INTEGER, given by
// its content octets, has or lacks.
std::string SerialOf(ByteView integer);

// What the workers of one engine know in common. Safe on any thread.
class World {
 public:
  // `store_file` is where the engine keeps what it has: backups are made beside
  // it. Empty for an engine without a file: it is asked for no maintenance.
  // `key_number` is that of the engine's KeyEncryptionKey(). `clock` is the
  // engine's; null for one that nobody sets.
  explicit World(absl::string_view store_file = "", int key_number = 0,
                 JumpingClock* clock = nullptr);

  const std::string& store_file() const { return store_file_; }
  // A CSR of nobody in particular.
  const Bytes& csr() const { return csr_; }
  JumpingClock* clock() const { return clock_; }

  struct Authority {
    std::string arn;
    v1::CertificateAuthorityType type;
  };
  void Add(Authority authority);
  void AddCertificate(const std::string& arn);
  // `certificate` is its ARN.
  void AddRevoked(const std::string& ca, const std::string& certificate);
  void AddTokenRequest(const v1::IssueCertificateRequest& request);

  // The ARNs of the CA's certificates that are revoked by now.
  std::vector<std::string> RevokedOf(const std::string& ca);
  // One of them, by a random number; none when there is none.
  std::optional<Authority> PickAuthority(uint64_t random);
  std::optional<std::string> PickRoot(uint64_t random);
  std::optional<std::string> PickCertificate(uint64_t random);
  std::optional<v1::IssueCertificateRequest> PickTokenRequest(uint64_t random);

  // Runs `rewrap` with the number of the next key, which is the current one
  // when that succeeds. One at a time.
  absl::Status NextKey(const std::function<absl::Status(int)>& rewrap);

 private:
  const std::string store_file_;
  const Bytes csr_;
  JumpingClock* const clock_;
  std::mutex key_mutex_;  // guards key_number_; held while keys are rewrapped
  int key_number_;
  std::mutex mutex_;  // guards all below
  std::vector<Authority> authorities_;
  std::vector<std::string> roots_;
  std::vector<std::string> certificates_;
  std::map<std::string, std::vector<std::string>> revoked_;  // by CA
  std::vector<v1::IssueCertificateRequest> token_requests_;
};

struct Line;

// One thread's way to an engine. Everything that the engine answers goes to
// `sink` at once; sinks of several workers are called at once.
class Worker {
 public:
  using Sink = std::function<void(const Answer&)>;

  Worker(AbiClient& client, World& world, uint64_t seed, Sink sink)
      : client_(client), world_(world), random_(seed), sink_(std::move(sink)) {}

  // One line of the table, picked at random by weight, or the first failure of
  // its calls. To lose races for too long is no failure.
  absl::Status RunAny();
  // The same of those lines that CRLs depend on, which need no other CA than
  // there is, and for whom the clock may be any.
  absl::Status RunAnyForCrls();
  // Every line of the table, from first to last, whether or not those before it
  // failed; `done` sees each result.
  void RunAll(const std::function<void(absl::string_view name,
                                       const absl::Status&)>& done);

  // The steps of which the lines are made. What they take and answer are ARNs
  // of CAs, if not said.
  absl::StatusOr<std::string> CreateRoot();
  absl::StatusOr<std::string> CreateSubordinate();
  // Makes the CA known to the world, and active, whatever it was left as.
  absl::Status Adopt(const std::string& ca);
  // Gives the CA a new certificate, by itself or by any root; in DER.
  absl::StatusOr<Bytes> Renew(const World::Authority& ca);
  absl::Status SetStatus(const std::string& ca,
                         v1::CertificateAuthorityStatus status);
  // Issues to nobody in particular; what GetCertificate answers.
  absl::StatusOr<v1::GetCertificateResponse> Issue(const std::string& ca);
  // The ARN of the certificate.
  absl::StatusOr<std::string> Issue(const v1::IssueCertificateRequest& request);
  absl::StatusOr<std::string> CreateWithToken(
      const v1::CreateCertificateAuthorityRequest& request);
  // Where the CA's CRLs are, and whether they are partitioned.
  absl::Status MoveCrls(const std::string& ca, v1::CrlType type);
  // Makes new CRLs, and fails when they do not list each of these certificates,
  // by their ARNs, that has not expired: once in a complete CRL, and once in
  // all partitions.
  absl::Status CheckNewCrls(const std::string& ca,
                            const std::vector<std::string>& revoked);
  // Lets the engine do what is due. Fails when it cannot do something.
  absl::StatusOr<v1::RunMaintenanceResponse> Maintain();
  // Fails when there is a problem; does nothing where there is no file.
  absl::Status CheckStore();
  // `certificate` is its ARN.
  absl::StatusOr<v1::GetCertificateResponse> Get(
      const std::string& certificate);

 private:
  friend struct Lines;

  absl::Status Run(const Line& line);
  // One line, by this weight of each.
  absl::Status RunAnyBy(int Line::*weight);
  void TellOf(const v1::CrlSummary& crl, const Bytes& der);
  uint64_t Random() { return random_(); }
  template <typename Response>
  absl::StatusOr<Response> Call(const google::protobuf::Message& request) {
    return client_.Call<Response>(request);
  }
  std::string NewToken();
  absl::StatusOr<World::Authority> Activate(const std::string& ca);
  // Any active CA, any root; made when there is none.
  absl::StatusOr<World::Authority> AnyAuthority();
  absl::StatusOr<std::string> AnyRoot();
  absl::StatusOr<std::string> Create(v1::CertificateAuthorityType type);
  v1::IssueCertificateRequest IssueRequest(const std::string& ca);

  AbiClient& client_;
  World& world_;
  std::mt19937_64 random_;
  const Sink sink_;
};

}  // namespace pki

#endif  // PKI_CAPI_DURABILITY_WORKLOAD_H_
