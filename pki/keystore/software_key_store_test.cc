// Software keys from making to signing. What a handle keeps is the keyring's
// affair, and tested there.
#include "pki/keystore/software_key_store.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "pki/store/memory_store.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

constexpr char kArn[] =
    "arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/a";
constexpr size_t kSha256Size = 32;
constexpr v1::KeyAlgorithm kP256 = v1::KEY_ALGORITHM_EC_PRIME256V1;

class SoftwareKeyStoreTest : public ::testing::Test {
 protected:
  Bytes Create() {
    auto made = keys_.Create(kArn, kP256);
    EXPECT_THAT(made, IsOk());
    return std::move(made)->handle;
  }

  const std::shared_ptr<Keyring> keyring_ =
      Keyring::Ephemeral(std::make_shared<MemoryStore>()).value();
  SoftwareKeyStore keys_{keyring_};
};

TEST_F(SoftwareKeyStoreTest, OpensWhatItMade) {
  const Bytes handle = Create();
  const auto key = keys_.Open(kArn, View(handle));
  ASSERT_THAT(key, IsOk());
  const Bytes digest(kSha256Size, 'd');
  const auto signature =
      (*key)->SignDigest(SignatureAlgorithm::kEcdsaSha256, View(digest));
  ASSERT_THAT(signature, IsOk());
  EXPECT_TRUE((*key)->public_key().VerifyDigest(
      SignatureAlgorithm::kEcdsaSha256, View(digest), View(*signature)));
  const auto again = SoftwareKeyStore(keyring_).Open(kArn, View(handle));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ((*again)->spki(), (*key)->spki());
}

TEST_F(SoftwareKeyStoreTest, EveryKeyIsNew) {
  EXPECT_NE((*keys_.Open(kArn, View(Create())))->spki(),
            (*keys_.Open(kArn, View(Create())))->spki());
}

TEST_F(SoftwareKeyStoreTest, IsSealedUnderItsKeyring) {
  EXPECT_EQ(keys_.keyring(), keyring_.get());
  const Bytes handle = Create();
  EXPECT_THAT(keyring_->Unseal(kArn, View(handle)), IsOk());
  EXPECT_THAT(keys_.Open("arn:other", View(handle)),
              IsRefusal(v1::REASON_KEY_UNSEAL, ""));
}

TEST_F(SoftwareKeyStoreTest, SealedBytesThatAreNoKeyAreUnreadable) {
  const auto sealed = keyring_->Seal(kArn, Secret(View("no key")));
  ASSERT_THAT(sealed, IsOk());
  EXPECT_THAT(keys_.Open(kArn, View(sealed->handle)),
              IsRefusal(v1::REASON_KEY_UNREADABLE, ""));
}

TEST_F(SoftwareKeyStoreTest, DestroyLeavesNothingToDo) {
  const Bytes handle = Create();
  EXPECT_THAT(keys_.Destroy(kArn, View(handle)), IsOk());
  EXPECT_THAT(keys_.Destroy(kArn, View(handle)), IsOk());
}

TEST_F(SoftwareKeyStoreTest, UnsupportedAlgorithmIsRefused) {
  EXPECT_THAT(keys_.Create(kArn, v1::KEY_ALGORITHM_SM2),
              IsRefusal(v1::REASON_KEY_ALGORITHM_UNSUPPORTED, ""));
}

}  // namespace
}  // namespace pki
