// Ports that fail at the nth call, in front of ports that work: for showing
// that a failure at any instant leaves nothing half done.
#ifndef PKI_TESTING_FAILING_PORTS_H_
#define PKI_TESTING_FAILING_PORTS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/base/ports.h"
#include "pki/base/status.h"
#include "pki/keystore/key_store.h"
#include "pki/store/store.h"

namespace pki {

// Decides which call fails. Safe on any thread.
class FailurePlan {
 public:
  // The nth call from now fails, counted from 1, and none after it.
  void FailAt(int nth) { left_ = nth; }

  // Counts one call; the refusal for `reason` when it is the one.
  absl::Status Next(v1::Reason reason) {
    if (--left_ != 0) return absl::OkStatus();
    return Refuse(reason, "", "the test makes this call fail");
  }

 private:
  std::atomic<int> left_{0};
};

// Fails with REASON_STORE_FAILED; then the call has had no effect, but for a
// commit whose answer is lost.
class FailingStore : public Store, public FailurePlan {
 public:
  explicit FailingStore(std::shared_ptr<Store> store)
      : store_(std::move(store)) {}

  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override {
    PKI_RETURN_IF_ERROR(Next(v1::REASON_STORE_FAILED));
    return store_->Get(key);
  }
  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override {
    PKI_RETURN_IF_ERROR(Next(v1::REASON_STORE_FAILED));
    return store_->Scan(range, limit);
  }
  absl::Status Commit(WriteBatch batch) override {
    PKI_RETURN_IF_ERROR(Next(v1::REASON_STORE_FAILED));
    if (races_ > 0 && races_-- > 0) {
      return Refuse(v1::REASON_STORE_PRECONDITION, "",
                    "the test lets another caller be faster");
    }
    PKI_RETURN_IF_ERROR(store_->Commit(std::move(batch)));
    if (lost_answers_ > 0 && lost_answers_-- > 0) {
      return Refuse(v1::REASON_STORE_FAILED, "",
                    "the test loses the answer of a commit that took place");
    }
    return absl::OkStatus();
  }

  // The next `n` commits fail with REASON_STORE_PRECONDITION.
  void LoseRaces(int n) { races_ = n; }
  // The next `n` commits that succeed say REASON_STORE_FAILED all the same.
  void LoseAnswers(int n) { lost_answers_ = n; }

 private:
  const std::shared_ptr<Store> store_;
  std::atomic<int> races_{0};
  std::atomic<int> lost_answers_{0};
};

// Fails with REASON_CRYPTO_FAILED. Signing counts as a call too.
class FailingKeyStore : public KeyStore {
 public:
  explicit FailingKeyStore(std::shared_ptr<KeyStore> key_store)
      : key_store_(std::move(key_store)) {}

  void FailAt(int nth) { plan_->FailAt(nth); }

  absl::StatusOr<NewKey> Create(absl::string_view arn,
                                v1::KeyAlgorithm algorithm) override {
    PKI_RETURN_IF_ERROR(plan_->Next(v1::REASON_CRYPTO_FAILED));
    return key_store_->Create(arn, algorithm);
  }
  absl::StatusOr<std::shared_ptr<const SigningKey>> Open(
      absl::string_view arn, ByteView handle) override {
    PKI_RETURN_IF_ERROR(plan_->Next(v1::REASON_CRYPTO_FAILED));
    PKI_ASSIGN_OR_RETURN(auto key, key_store_->Open(arn, handle));
    return std::make_shared<FailingKey>(std::move(key), plan_);
  }
  absl::Status Destroy(absl::string_view arn, ByteView handle) override {
    PKI_RETURN_IF_ERROR(plan_->Next(v1::REASON_CRYPTO_FAILED));
    return key_store_->Destroy(arn, handle);
  }
  v1::KeyStorageSecurityStandard security_standard() const override {
    return key_store_->security_standard();
  }
  Keyring* keyring() override { return key_store_->keyring(); }

 private:
  class FailingKey : public SigningKey {
   public:
    FailingKey(std::shared_ptr<const SigningKey> key,
               std::shared_ptr<FailurePlan> plan)
        : key_(std::move(key)), plan_(std::move(plan)) {}

    const Bytes& spki() const override { return key_->spki(); }
    const PublicKey& public_key() const override { return key_->public_key(); }
    absl::StatusOr<Bytes> SignDigest(SignatureAlgorithm algorithm,
                                     ByteView digest) const override {
      PKI_RETURN_IF_ERROR(plan_->Next(v1::REASON_CRYPTO_FAILED));
      return key_->SignDigest(algorithm, digest);
    }

   private:
    const std::shared_ptr<const SigningKey> key_;
    const std::shared_ptr<FailurePlan> plan_;
  };

  const std::shared_ptr<KeyStore> key_store_;
  // Shared with the keys, which may outlive this object.
  const std::shared_ptr<FailurePlan> plan_ = std::make_shared<FailurePlan>();
};

// Fails with REASON_ENTROPY_FAILED.
class FailingEntropy : public Entropy, public FailurePlan {
 public:
  explicit FailingEntropy(std::shared_ptr<Entropy> entropy)
      : entropy_(std::move(entropy)) {}

  absl::Status Fill(uint8_t* out, size_t size) override {
    PKI_RETURN_IF_ERROR(Next(v1::REASON_ENTROPY_FAILED));
    return entropy_->Fill(out, size);
  }

 private:
  const std::shared_ptr<Entropy> entropy_;
};

// Fails with REASON_CLOCK_FAILED.
class FailingClock : public Clock, public FailurePlan {
 public:
  explicit FailingClock(std::shared_ptr<Clock> clock)
      : clock_(std::move(clock)) {}

  absl::StatusOr<absl::Time> Now() override {
    PKI_RETURN_IF_ERROR(Next(v1::REASON_CLOCK_FAILED));
    return clock_->Now();
  }

 private:
  const std::shared_ptr<Clock> clock_;
};

}  // namespace pki

#endif  // PKI_TESTING_FAILING_PORTS_H_
