// Engines to measure, by the two ways into them, and what is asked of them.
#ifndef BENCH_ENGINES_H_
#define BENCH_ENGINES_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "capi/pki_engine.h"
#include "google/protobuf/message.h"
#include "pki/base/bytes.h"
#include "pki/base/ports.h"
#include "pki/crypto/private_key.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/engine/engine.h"
#include "pki/store/memory_store.h"
#include "pki/store/store.h"
#include "proto/config.pb.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"

namespace pki {

// The keys that CAs have here, and how they sign.
struct KeyKind {
  const char* name;
  v1::KeyAlgorithm algorithm;
  v1::SigningAlgorithm signing;
  SignatureAlgorithm signature;
};
inline constexpr KeyKind kKeyKinds[] = {
    {"P-256", v1::KEY_ALGORITHM_EC_PRIME256V1,
     v1::SIGNING_ALGORITHM_SHA256WITHECDSA, SignatureAlgorithm::kEcdsaSha256},
    {"P-384", v1::KEY_ALGORITHM_EC_SECP384R1,
     v1::SIGNING_ALGORITHM_SHA384WITHECDSA, SignatureAlgorithm::kEcdsaSha384},
    {"RSA-2048", v1::KEY_ALGORITHM_RSA_2048,
     v1::SIGNING_ALGORITHM_SHA256WITHRSA, SignatureAlgorithm::kRsaSha256},
    {"RSA-4096", v1::KEY_ALGORITHM_RSA_4096,
     v1::SIGNING_ALGORITHM_SHA256WITHRSA, SignatureAlgorithm::kRsaSha256},
};
inline constexpr const KeyKind& kP256 = kKeyKinds[0];

// A new key that this program remembers by its kind: to make one of RSA takes
// seconds.
const PrivateKey& KeyOf(const KeyKind& kind);

// An engine. Whatever fails ends the program.
class AnyEngine {
 public:
  virtual ~AnyEngine() = default;
  virtual void Call(const char* operation,
                    const google::protobuf::Message& request,
                    google::protobuf::Message* response) = 0;
};

// The C++ engine, with a store in memory and the caller's thread alone if no
// others are given. All of them have the same key-encryption key.
class CppEngine : public AnyEngine {
 public:
  explicit CppEngine(
      v1::SignatureCheck check,
      std::shared_ptr<Store> store = std::make_shared<MemoryStore>(),
      std::shared_ptr<Executor> executor = nullptr);
  void Call(const char* operation, const google::protobuf::Message& request,
            google::protobuf::Message* response) override;

 private:
  std::unique_ptr<Engine> engine_;
};

// The engine behind the C ABI, with a store in memory.
class AbiEngine : public AnyEngine {
 public:
  explicit AbiEngine(v1::SignatureCheck check);
  ~AbiEngine() override;
  // In protobuf.
  void Call(const char* operation, const google::protobuf::Message& request,
            google::protobuf::Message* response) override;
  // In either encoding; the response is read over and freed.
  void Call(const char* operation, int32_t encoding, const Bytes& request);
  // By pki_engine_respond_ocsp().
  Bytes RespondOcsp(const Bytes& request);

 private:
  pki_engine* engine_ = nullptr;
};

// Makes a root CA that is ready to issue. Its ARN.
std::string MakeRoot(AnyEngine& engine, const KeyKind& kind);

// The CA's certificate in DER.
Bytes CaCertificate(AnyEngine& engine, const std::string& ca_arn);

// A request to issue by a CA of this kind: the default template, a year.
v1::IssueCertificateRequest IssueRequest(const std::string& ca_arn,
                                         const KeyKind& kind,
                                         absl::string_view csr);

// Issues. The certificate in DER.
Bytes Issue(AnyEngine& engine, const v1::IssueCertificateRequest& request);

}  // namespace pki

#endif  // BENCH_ENGINES_H_
