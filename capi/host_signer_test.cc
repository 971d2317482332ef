// A host's signer that does its work, and signers that do not.
#include "capi/host_signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capi/kms_signer.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"

namespace pki {
namespace {

using ::testing::IsEmpty;

constexpr char kArn[] =
    "arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/a";
constexpr v1::KeyAlgorithm kP256 = v1::KEY_ALGORITHM_EC_PRIME256V1;
constexpr v1::KeyAlgorithm kP384 = v1::KEY_ALGORITHM_EC_SECP384R1;

std::shared_ptr<KeyStore> Opened(const pki_signer& signer) {
  auto opened = HostSignerOf(&signer, "host.signer");
  EXPECT_THAT(opened, IsOk());
  return *std::move(opened);
}

// --- A signer that does its work --------------------------------------------

using KeyAndAlgorithm = std::pair<v1::KeyAlgorithm, v1::SigningAlgorithm>;

class HostSignerAlgorithmTest : public testing::TestWithParam<KeyAndAlgorithm> {
};

TEST_P(HostSignerAlgorithmTest, IssuesWhatOthersVerify) {
  const auto& [key, algorithm] = GetParam();
  KmsSigner host;
  EngineHarness harness({}, Opened(host.signer));
  const auto root = harness.CreateRoot("Root", key);
  ASSERT_THAT(root, IsOk());
  const Bytes csr = TestCsr(NewTestKey(kP256), "device");
  v1::IssueCertificateRequest request = harness.IssueRequest(*root, View(csr));
  request.set_signing_algorithm(algorithm);
  const auto issued = harness.Issue(request);
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness.Verify(*issued), IsOk());
  EXPECT_EQ(host.kms.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    HostSigner, HostSignerAlgorithmTest,
    testing::Values(
        KeyAndAlgorithm{kP256, v1::SIGNING_ALGORITHM_SHA256WITHECDSA},
        KeyAndAlgorithm{kP384, v1::SIGNING_ALGORITHM_SHA384WITHECDSA},
        KeyAndAlgorithm{v1::KEY_ALGORITHM_EC_SECP521R1,
                        v1::SIGNING_ALGORITHM_SHA512WITHECDSA},
        KeyAndAlgorithm{v1::KEY_ALGORITHM_RSA_2048,
                        v1::SIGNING_ALGORITHM_SHA256WITHRSA},
        KeyAndAlgorithm{v1::KEY_ALGORITHM_RSA_2048,
                        v1::SIGNING_ALGORITHM_SHA384WITHRSA},
        KeyAndAlgorithm{v1::KEY_ALGORITHM_RSA_2048,
                        v1::SIGNING_ALGORITHM_SHA512WITHRSA},
        KeyAndAlgorithm{v1::KEY_ALGORITHM_RSA_3072,
                        v1::SIGNING_ALGORITHM_SHA256WITHRSA_PSS},
        KeyAndAlgorithm{v1::KEY_ALGORITHM_RSA_2048,
                        v1::SIGNING_ALGORITHM_SHA384WITHRSA_PSS},
        KeyAndAlgorithm{v1::KEY_ALGORITHM_RSA_4096,
                        v1::SIGNING_ALGORITHM_SHA512WITHRSA_PSS}));

TEST(HostSignerTest, NumbersOfTheHeaderAreThoseOfTheModel) {
  EXPECT_EQ(int{PKI_KEY_RSA_2048}, int{v1::KEY_ALGORITHM_RSA_2048});
  EXPECT_EQ(int{PKI_KEY_RSA_3072}, int{v1::KEY_ALGORITHM_RSA_3072});
  EXPECT_EQ(int{PKI_KEY_RSA_4096}, int{v1::KEY_ALGORITHM_RSA_4096});
  EXPECT_EQ(int{PKI_KEY_EC_PRIME256V1}, int{v1::KEY_ALGORITHM_EC_PRIME256V1});
  EXPECT_EQ(int{PKI_KEY_EC_SECP384R1}, int{v1::KEY_ALGORITHM_EC_SECP384R1});
  EXPECT_EQ(int{PKI_KEY_EC_SECP521R1}, int{v1::KEY_ALGORITHM_EC_SECP521R1});
#define EXPECT_SAME_NUMBER(name) \
  EXPECT_EQ(int{PKI_SIGN_##name}, int{v1::SIGNING_ALGORITHM_##name})
  EXPECT_SAME_NUMBER(SHA256WITHECDSA);
  EXPECT_SAME_NUMBER(SHA384WITHECDSA);
  EXPECT_SAME_NUMBER(SHA512WITHECDSA);
  EXPECT_SAME_NUMBER(SHA256WITHRSA);
  EXPECT_SAME_NUMBER(SHA384WITHRSA);
  EXPECT_SAME_NUMBER(SHA512WITHRSA);
  EXPECT_SAME_NUMBER(SHA256WITHRSA_PSS);
  EXPECT_SAME_NUMBER(SHA384WITHRSA_PSS);
  EXPECT_SAME_NUMBER(SHA512WITHRSA_PSS);
#undef EXPECT_SAME_NUMBER
}

TEST(HostSignerTest, OpensWhatItMadeUntilItIsDestroyed) {
  KmsSigner host;
  const auto made = Opened(host.signer)->Create(kArn, kP256);
  ASSERT_THAT(made, IsOk());
  // After a restart.
  const auto keys = Opened(host.signer);
  const auto key = keys->Open(kArn, View(made->handle));
  ASSERT_THAT(key, IsOk());
  EXPECT_THAT(
      (*key)->SignDigest(SignatureAlgorithm::kRsaSha256, View(Bytes(32, 'd'))),
      IsRefusal(v1::REASON_KEY_ALGORITHM_MISMATCH));
  EXPECT_THAT(keys->Destroy(kArn, View(made->handle)), IsOk());
  EXPECT_EQ(host.kms.size(), 0u);
  EXPECT_THAT(keys->Destroy(kArn, View(made->handle)), IsOk());
  EXPECT_THAT(keys->Open(kArn, View(made->handle)),
              IsRefusal(v1::REASON_SIGNER_CALLBACK));
}

TEST(HostSignerTest, FindsOutAKeyThatWasReplaced) {
  KmsSigner before;
  const auto made = Opened(before.signer)->Create(kArn, kP256);
  ASSERT_THAT(made, IsOk());
  KmsSigner after;  // whose first key has the same id
  after.kms.Create(kP256);
  EXPECT_THAT(Opened(after.signer)->Open(kArn, View(made->handle)),
              IsRefusal(v1::REASON_SIGNER_KEY));
}

TEST(HostSignerTest, OpensNoHandleOfAnotherStore) {
  KmsSigner host;
  const auto keys = Opened(host.signer);
  for (const std::string& handle :
       {std::string(), std::string("\1"), std::string("key-1"),
        std::string(33, '\2'), std::string(60, '\1')}) {
    EXPECT_THAT(keys->Open(kArn, View(handle)),
                IsRefusal(v1::REASON_KEY_UNSEAL));
    EXPECT_THAT(keys->Destroy(kArn, View(handle)),
                IsRefusal(v1::REASON_KEY_UNSEAL));
  }
}

TEST(HostSignerTest, SecurityStandardIsWhatTheHostClaims) {
  KmsSigner host;
  auto request =
      EngineHarness::CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root");
  request.set_key_storage_security_standard(
      v1::KEY_STORAGE_SECURITY_STANDARD_CCPC_LEVEL_1_OR_HIGHER);
  const auto described = [&](const std::shared_ptr<KeyStore>& keys) {
    EngineHarness harness({}, keys);
    return harness.Describe(harness.Create(request).value()).value();
  };
  // Software keys, and a host that claims nothing.
  EXPECT_FALSE(described(nullptr).has_key_storage_security_standard());
  EXPECT_FALSE(
      described(Opened(host.signer)).has_key_storage_security_standard());
  host.signer.security_standard = "FIPS_140_2_LEVEL_3_OR_HIGHER";
  EXPECT_EQ(described(Opened(host.signer)).key_storage_security_standard(),
            v1::KEY_STORAGE_SECURITY_STANDARD_FIPS_140_2_LEVEL_3_OR_HIGHER);
}

// --- Signers that do not ----------------------------------------------------

int32_t Give(pki_bytes_sink result, void* sink, const std::string& bytes) {
  return result(sink, {View(bytes).data(), bytes.size()});
}

using CreateFunction = decltype(pki_signer::create);
using PublicKeyFunction = decltype(pki_signer::public_key);
using SignFunction = decltype(pki_signer::sign);

struct Failure {
  v1::Reason reason;
  // Those that are null do their work.
  CreateFunction create = nullptr;
  PublicKeyFunction public_key = nullptr;
  SignFunction sign = nullptr;
};

Failure BadCreate(v1::Reason reason, CreateFunction create) {
  return {reason, create, nullptr, nullptr};
}
Failure BadPublicKey(v1::Reason reason, PublicKeyFunction public_key) {
  return {reason, nullptr, public_key, nullptr};
}
Failure BadSign(v1::Reason reason, SignFunction sign) {
  return {reason, nullptr, nullptr, sign};
}

constexpr size_t kTooLarge = 16385;
constexpr size_t kTenMegabytes = 10 << 20;

std::vector<Failure> Failures() {
  return {
      BadCreate(v1::REASON_KEY_ALGORITHM_UNSUPPORTED,
                [](void*, const char*, int32_t, pki_bytes_sink,
                   void*) -> int32_t { return PKI_SIGNER_UNSUPPORTED; }),
      BadCreate(v1::REASON_SIGNER_CALLBACK,
                [](void*, const char*, int32_t, pki_bytes_sink,
                   void*) -> int32_t { return -7; }),
      // No result, none of any size, two, one that is too large.
      BadCreate(v1::REASON_SIGNER_ANSWER,
                [](void*, const char*, int32_t, pki_bytes_sink,
                   void*) -> int32_t { return 0; }),
      BadCreate(v1::REASON_SIGNER_ANSWER,
                [](void*, const char*, int32_t, pki_bytes_sink result,
                   void* sink) { return Give(result, sink, ""); }),
      BadCreate(
          v1::REASON_SIGNER_ANSWER,
          [](void*, const char*, int32_t, pki_bytes_sink result, void* sink) {
            return result(sink, {nullptr, 5});
          }),
      BadCreate(v1::REASON_SIGNER_ANSWER,
                [](void*, const char*, int32_t, pki_bytes_sink result,
                   void* sink) -> int32_t {
                  EXPECT_EQ(Give(result, sink, "key-1"), 0);
                  EXPECT_NE(Give(result, sink, "key-1"), 0);
                  return 0;
                }),
      BadCreate(
          v1::REASON_SIGNER_ANSWER,
          [](void*, const char*, int32_t, pki_bytes_sink result, void* sink) {
            return Give(result, sink, std::string(kTooLarge, 'h'));
          }),
      BadCreate(v1::REASON_SIGNER_ANSWER,
                [](void*, const char*, int32_t, pki_bytes_sink result,
                   void* sink) -> int32_t {
                  Give(result, sink, std::string(kTenMegabytes, 'h'));
                  return 0;
                }),
      // A handle that the signer itself does not know.
      BadCreate(v1::REASON_SIGNER_CALLBACK,
                [](void*, const char*, int32_t, pki_bytes_sink result,
                   void* sink) { return Give(result, sink, "unknown"); }),
      BadPublicKey(v1::REASON_SIGNER_CALLBACK,
                   [](void*, const char*, pki_bytes, pki_bytes_sink,
                      void*) -> int32_t { return 9; }),
      BadPublicKey(v1::REASON_SIGNER_ANSWER,
                   [](void*, const char*, pki_bytes, pki_bytes_sink,
                      void*) -> int32_t { return 0; }),
      BadPublicKey(v1::REASON_SIGNER_KEY,
                   [](void*, const char*, pki_bytes, pki_bytes_sink result,
                      void* sink) { return Give(result, sink, "no key"); }),
      // A key of another algorithm.
      BadPublicKey(
          v1::REASON_SIGNER_KEY,
          [](void*, const char*, pki_bytes, pki_bytes_sink result, void* sink) {
            return Give(result, sink, NewTestKey(kP384).spki());
          }),
      // Another key every time.
      BadPublicKey(
          v1::REASON_SIGNER_KEY,
          [](void*, const char*, pki_bytes, pki_bytes_sink result, void* sink) {
            return Give(result, sink, NewTestKey(kP256).spki());
          }),
      BadSign(v1::REASON_SIGNER_CALLBACK,
              [](void*, const char*, pki_bytes, int32_t, pki_bytes,
                 pki_bytes_sink, void*) -> int32_t { return 1; }),
      BadSign(v1::REASON_SIGNER_ANSWER,
              [](void*, const char*, pki_bytes, int32_t, pki_bytes,
                 pki_bytes_sink, void*) -> int32_t { return 0; }),
      BadSign(v1::REASON_ISSUED_SIGNATURE,
              [](void*, const char*, pki_bytes, int32_t, pki_bytes,
                 pki_bytes_sink result,
                 void* sink) { return Give(result, sink, "garbage"); }),
      // A good signature of something else.
      BadSign(v1::REASON_ISSUED_SIGNATURE,
              [](void* context, const char*, pki_bytes handle, int32_t,
                 pki_bytes, pki_bytes_sink result, void* sink) {
                auto& kms = static_cast<KmsSigner*>(context)->kms;
                const std::string digest(32, 'd');
                return Give(
                    result, sink,
                    *kms.SignDigest(Text(ByteView(handle.data, handle.size)),
                                    SignatureAlgorithm::kEcdsaSha256,
                                    View(digest)));
              }),
  };
}

TEST(HostSignerTest, FailuresMakeNoCa) {
  for (const Failure& failure : Failures()) {
    SCOPED_TRACE(v1::Reason_Name(failure.reason));
    KmsSigner host;
    if (failure.create != nullptr) host.signer.create = failure.create;
    if (failure.public_key != nullptr) {
      host.signer.public_key = failure.public_key;
    }
    if (failure.sign != nullptr) host.signer.sign = failure.sign;
    EngineHarness harness({}, Opened(host.signer));
    EXPECT_THAT(harness.Create(EngineHarness::CreateRequest(
                    v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root")),
                IsRefusal(failure.reason));
    EXPECT_THAT(harness.Stored(), IsEmpty());
    // A key that no CA came to have is destroyed.
    EXPECT_EQ(host.kms.size(), 0u);
  }
}

TEST(HostSignerTest, EveryFunctionIsRequired) {
  const auto without = [](void (*remove)(pki_signer*)) {
    KmsSigner host;
    remove(&host.signer);
    return HostSignerOf(&host.signer, "host.signer").status();
  };
  EXPECT_THAT(without([](pki_signer* s) { s->create = nullptr; }),
              IsRefusal(v1::REASON_ARGUMENT_NULL, "host.signer.create"));
  EXPECT_THAT(without([](pki_signer* s) { s->public_key = nullptr; }),
              IsRefusal(v1::REASON_ARGUMENT_NULL, "host.signer.public_key"));
  EXPECT_THAT(without([](pki_signer* s) { s->sign = nullptr; }),
              IsRefusal(v1::REASON_ARGUMENT_NULL, "host.signer.sign"));
  EXPECT_THAT(without([](pki_signer* s) { s->destroy = nullptr; }),
              IsRefusal(v1::REASON_ARGUMENT_NULL, "host.signer.destroy"));
  EXPECT_THAT(without([](pki_signer* s) { s->size = 1; }),
              IsRefusal(v1::REASON_STRUCT_SIZE, "host.signer.size"));
  EXPECT_THAT(
      without([](pki_signer* s) { s->security_standard = "FIPS_140_3"; }),
      IsRefusal(v1::REASON_SECURITY_STANDARD, "host.signer.security_standard"));
}

}  // namespace
}  // namespace pki
