// A key store over callbacks. Its own handle is one byte of format version, the
// SHA-256 of the public key, and the host's handle: so a host that gives
// another key later is found out.
#include "capi/host_signer.h"

#include <array>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "capi/host_struct.h"
#include "pki/base/status.h"
#include "pki/crypto/digest.h"
#include "pki/crypto/key_algorithm.h"
#include "proto/options.pb.h"

namespace pki {
namespace {

// Not the first byte of a sealed key, should a store have both.
constexpr char kFormat = 2;
constexpr size_t kPinSize = 32;  // bytes of a SHA-256
constexpr size_t kHandleStart = 1 + kPinSize;
constexpr size_t kMaxResult = 16384;  // bytes

constexpr struct {
  int32_t number;
  v1::KeyAlgorithm algorithm;
} kKeys[] = {
    {PKI_KEY_RSA_2048, v1::KEY_ALGORITHM_RSA_2048},
    {PKI_KEY_RSA_3072, v1::KEY_ALGORITHM_RSA_3072},
    {PKI_KEY_RSA_4096, v1::KEY_ALGORITHM_RSA_4096},
    {PKI_KEY_EC_PRIME256V1, v1::KEY_ALGORITHM_EC_PRIME256V1},
    {PKI_KEY_EC_SECP384R1, v1::KEY_ALGORITHM_EC_SECP384R1},
    {PKI_KEY_EC_SECP521R1, v1::KEY_ALGORITHM_EC_SECP521R1},
};

constexpr struct {
  int32_t number;
  SignatureAlgorithm algorithm;
} kSignatures[] = {
    {PKI_SIGN_SHA256WITHECDSA, SignatureAlgorithm::kEcdsaSha256},
    {PKI_SIGN_SHA384WITHECDSA, SignatureAlgorithm::kEcdsaSha384},
    {PKI_SIGN_SHA512WITHECDSA, SignatureAlgorithm::kEcdsaSha512},
    {PKI_SIGN_SHA256WITHRSA, SignatureAlgorithm::kRsaSha256},
    {PKI_SIGN_SHA384WITHRSA, SignatureAlgorithm::kRsaSha384},
    {PKI_SIGN_SHA512WITHRSA, SignatureAlgorithm::kRsaSha512},
    {PKI_SIGN_SHA256WITHRSA_PSS, SignatureAlgorithm::kRsaPssSha256},
    {PKI_SIGN_SHA384WITHRSA_PSS, SignatureAlgorithm::kRsaPssSha384},
    {PKI_SIGN_SHA512WITHRSA_PSS, SignatureAlgorithm::kRsaPssSha512},
};

absl::Status BadResult(absl::string_view function, int32_t result) {
  return CallbackFailed(
      v1::REASON_SIGNER_CALLBACK,
      absl::StrCat("The function ", function, " of the host's signer"), result);
}

absl::Status BadKey(absl::string_view what) {
  return Refuse(
      v1::REASON_SIGNER_KEY, "",
      absl::StrCat("The host's signer gives a public key that ", what));
}

// Collects the one result of a callback.
class ResultSink {
 public:
  // The pki_bytes_sink; its first argument is a ResultSink. No exception leaves
  // it, because there is C between it and who could catch it.
  static int32_t Take(void* sink, pki_bytes bytes) noexcept {
    auto& self = *static_cast<ResultSink*>(sink);
    ++self.calls_;
    try {
      self.good_ = self.calls_ == 1 && bytes.data != nullptr &&
                   bytes.size >= 1 && bytes.size <= kMaxResult;
      if (self.good_) self.result_ = Bytes(FromC(bytes));
    } catch (...) {
      self.thrown_ = std::current_exception();
    }
    return self.good_ && self.thrown_ == nullptr ? 0 : -1;
  }

  // What came of it, `result` being the callback's.
  absl::StatusOr<Bytes> Finish(absl::string_view function, int32_t result) {
    if (thrown_ != nullptr) std::rethrow_exception(thrown_);
    if (calls_ > 0 && !good_) return BadAnswer(function);
    if (result != 0) return BadResult(function, result);
    if (!good_) return BadAnswer(function);
    return std::move(result_);
  }

 private:
  static absl::Status BadAnswer(absl::string_view function) {
    return Refuse(v1::REASON_SIGNER_ANSWER, "",
                  absl::StrCat("The function ", function,
                               " of the host's signer must give one result of "
                               "1 to ",
                               kMaxResult, " bytes, and does not."));
  }

  int calls_ = 0;
  bool good_ = false;
  Bytes result_;
  std::exception_ptr thrown_;
};

absl::StatusOr<Bytes> AskPublicKey(const pki_signer& signer,
                                   const std::string& arn,
                                   absl::string_view handle) {
  ResultSink sink;
  return sink.Finish("public_key",
                     signer.public_key(signer.context, arn.c_str(), ToC(handle),
                                       ResultSink::Take, &sink));
}

absl::StatusOr<PublicKey> ReadPublicKey(const Bytes& spki) {
  auto key = PublicKey::FromSpki(View(spki), "");
  if (key.ok()) return key;
  return BadKey(
      absl::StrCat("cannot be used: ", DetailOf(key.status()).message()));
}

Bytes PinOf(const Bytes& spki) {
  const auto digest = Sha256(View(spki));
  return Copy(digest);
}

class HostKey : public SigningKey {
 public:
  HostKey(const pki_signer& signer, std::string arn, Bytes handle, Bytes spki,
          PublicKey public_key)
      : signer_(signer),
        arn_(std::move(arn)),
        handle_(std::move(handle)),
        spki_(std::move(spki)),
        public_key_(std::move(public_key)) {}

  const Bytes& spki() const override { return spki_; }
  const PublicKey& public_key() const override { return public_key_; }

  absl::StatusOr<Bytes> SignDigest(SignatureAlgorithm algorithm,
                                   ByteView digest) const override {
    const SignatureAlgorithmInfo& info = InfoOf(algorithm);
    for (const auto& row : kSignatures) {
      if (row.algorithm != algorithm || info.family != public_key_.family()) {
        continue;
      }
      ResultSink sink;
      return sink.Finish(
          "sign",
          signer_.sign(signer_.context, arn_.c_str(), ToC(handle_), row.number,
                       ToC(Text(digest)), ResultSink::Take, &sink));
    }
    return Refuse(v1::REASON_KEY_ALGORITHM_MISMATCH, "",
                  absl::StrCat("A key of another family does not sign with ",
                               info.name, "."));
  }

 private:
  const pki_signer signer_;
  const std::string arn_;
  const Bytes handle_;
  const Bytes spki_;
  const PublicKey public_key_;
};

class HostSigner : public KeyStore {
 public:
  HostSigner(const pki_signer& signer, v1::KeyStorageSecurityStandard standard)
      : signer_(signer), security_standard_(standard) {}

  absl::StatusOr<NewKey> Create(absl::string_view arn,
                                v1::KeyAlgorithm algorithm) override {
    for (const auto& row : kKeys) {
      if (row.algorithm != algorithm) continue;
      const std::string name(arn);
      ResultSink sink;
      const int32_t result = signer_.create(
          signer_.context, name.c_str(), row.number, ResultSink::Take, &sink);
      if (result == PKI_SIGNER_UNSUPPORTED) break;
      PKI_ASSIGN_OR_RETURN(const Bytes handle, sink.Finish("create", result));
      auto spki = CheckNew(name, handle, algorithm);
      if (spki.ok()) {
        return NewKey{
            absl::StrCat(absl::string_view(&kFormat, 1), PinOf(*spki), handle)};
      }
      // Nobody will use it. What was refused is the news.
      signer_.destroy(signer_.context, name.c_str(), ToC(handle));
      return std::move(spki).status();
    }
    return Refuse(v1::REASON_KEY_ALGORITHM_UNSUPPORTED, "",
                  "The host's signer makes no keys of this algorithm.");
  }

  absl::StatusOr<std::shared_ptr<const SigningKey>> Open(
      absl::string_view arn, ByteView handle) override {
    PKI_RETURN_IF_ERROR(CheckHandle(handle));
    std::string name(arn);
    Bytes own = Copy(handle.subspan(kHandleStart));
    PKI_ASSIGN_OR_RETURN(Bytes spki, AskPublicKey(signer_, name, own));
    if (PinOf(spki) != Text(handle.subspan(1, kPinSize))) {
      return BadKey("is not the one that was there when the key was made.");
    }
    PKI_ASSIGN_OR_RETURN(PublicKey key, ReadPublicKey(spki));
    return std::make_shared<HostKey>(signer_, std::move(name), std::move(own),
                                     std::move(spki), std::move(key));
  }

  absl::Status Destroy(absl::string_view arn, ByteView handle) override {
    PKI_RETURN_IF_ERROR(CheckHandle(handle));
    const int32_t result =
        signer_.destroy(signer_.context, std::string(arn).c_str(),
                        ToC(Text(handle.subspan(kHandleStart))));
    if (result == 0) return absl::OkStatus();
    return BadResult("destroy", result);
  }

  v1::KeyStorageSecurityStandard security_standard() const override {
    return security_standard_;
  }

 private:
  static absl::Status CheckHandle(ByteView handle) {
    if (handle.size() > kHandleStart && handle[0] == kFormat) {
      return absl::OkStatus();
    }
    return Refuse(v1::REASON_KEY_UNSEAL, "",
                  "The CA's key is not in the host's signer.");
  }

  // The public half of a key that was just made.
  absl::StatusOr<Bytes> CheckNew(const std::string& arn, const Bytes& handle,
                                 v1::KeyAlgorithm algorithm) const {
    PKI_ASSIGN_OR_RETURN(const KeyAlgorithmInfo info,
                         FindKeyAlgorithm(algorithm, ""));
    PKI_ASSIGN_OR_RETURN(Bytes spki, AskPublicKey(signer_, arn, handle));
    PKI_ASSIGN_OR_RETURN(const PublicKey key, ReadPublicKey(spki));
    if (key.family() != info.family || key.bits() != info.bits) {
      return BadKey("is not of the algorithm that was asked for.");
    }
    return spki;
  }

  const pki_signer signer_;
  const v1::KeyStorageSecurityStandard security_standard_;
};

// `name` as the service spells it, or null.
absl::StatusOr<v1::KeyStorageSecurityStandard> StandardOf(
    const char* name, absl::string_view field) {
  if (name == nullptr) return v1::KEY_STORAGE_SECURITY_STANDARD_UNSPECIFIED;
  const auto* standards = v1::KeyStorageSecurityStandard_descriptor();
  for (int i = 1; i < standards->value_count(); ++i) {
    if (standards->value(i)->options().GetExtension(v1::wire_name) == name) {
      return static_cast<v1::KeyStorageSecurityStandard>(
          standards->value(i)->number());
    }
  }
  return Refuse(v1::REASON_SECURITY_STANDARD,
                absl::StrCat(field, ".security_standard"),
                absl::StrCat("There is no security standard ", Quote(name),
                             "; leave it null for none."));
}

}  // namespace

absl::StatusOr<std::shared_ptr<KeyStore>> HostSignerOf(
    const pki_signer* signer, absl::string_view field) {
  PKI_RETURN_IF_ERROR(CheckSize(*signer, field));
  const pki_signer complete = Complete(*signer);
  PKI_RETURN_IF_ERROR(
      CheckMembers({{"create", complete.create != nullptr},
                    {"public_key", complete.public_key != nullptr},
                    {"sign", complete.sign != nullptr},
                    {"destroy", complete.destroy != nullptr}},
                   field));
  PKI_ASSIGN_OR_RETURN(const v1::KeyStorageSecurityStandard standard,
                       StandardOf(complete.security_standard, field));
  return std::make_shared<HostSigner>(complete, standard);
}

}  // namespace pki
