// Tests of sealed software keys.
#include "pki/keystore/software_key_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "pki/crypto/aead.h"
#include "pki/crypto/private_key.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kArn[] =
    "arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/a";
constexpr v1::KeyAlgorithm kP256 = v1::KEY_ALGORITHM_EC_PRIME256V1;

// A key-encryption key; another for another `fill`.
Secret Kek(uint8_t fill, size_t size = kAeadKeySize) {
  Secret kek(size);
  std::fill_n(kek.mutable_data(), kek.size(), fill);
  return kek;
}

std::unique_ptr<SoftwareKeyStore> NewStore(uint8_t fill) {
  auto store = SoftwareKeyStore::New(Kek(fill));
  EXPECT_THAT(store, IsOk());
  return *std::move(store);
}

class SoftwareKeyStoreTest : public ::testing::Test {
 protected:
  SoftwareKeyStoreTest() : store_(NewStore(1)) {
    auto handle = store_->Create(kArn, kP256);
    EXPECT_THAT(handle, IsOk());
    handle_ = std::move(handle)->handle;
  }

  const std::unique_ptr<SoftwareKeyStore> store_;
  Bytes handle_;
};

TEST_F(SoftwareKeyStoreTest, OpensWhatItMade) {
  const auto key = store_->Open(kArn, View(handle_));
  ASSERT_THAT(key, IsOk());
  const ByteView message = View("message");
  const auto signature =
      (*key)->Sign(SignatureAlgorithm::kEcdsaSha256, message);
  ASSERT_THAT(signature, IsOk());
  EXPECT_TRUE((*key)->public_key().Verify(SignatureAlgorithm::kEcdsaSha256,
                                          message, View(*signature)));
  const auto again = store_->Open(kArn, View(handle_));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ((*again)->spki(), (*key)->spki());
}

TEST_F(SoftwareKeyStoreTest, AnotherStoreWithTheSameKekOpensIt) {
  EXPECT_THAT(NewStore(1)->Open(kArn, View(handle_)), IsOk());
}

TEST_F(SoftwareKeyStoreTest, EveryKeyIsNew) {
  const auto other = store_->Create(kArn, kP256);
  ASSERT_THAT(other, IsOk());
  EXPECT_NE((*store_->Open(kArn, View(other->handle)))->spki(),
            (*store_->Open(kArn, View(handle_)))->spki());
}

TEST_F(SoftwareKeyStoreTest, WrongKekDoesNotOpen) {
  EXPECT_THAT(NewStore(2)->Open(kArn, View(handle_)),
              IsRefusal(v1::REASON_KEY_UNSEAL));
}

TEST_F(SoftwareKeyStoreTest, WrongArnDoesNotOpen) {
  EXPECT_THAT(store_->Open("arn:other", View(handle_)),
              IsRefusal(v1::REASON_KEY_UNSEAL));
}

TEST_F(SoftwareKeyStoreTest, AnyFlippedBitDoesNotOpen) {
  for (size_t i = 0; i < handle_.size(); ++i) {
    Bytes flipped = handle_;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    EXPECT_THAT(store_->Open(kArn, View(flipped)),
                IsRefusal(v1::REASON_KEY_UNSEAL))
        << i;
  }
}

TEST_F(SoftwareKeyStoreTest, AnyOtherLengthDoesNotOpen) {
  for (size_t size = 0; size < handle_.size(); ++size) {
    EXPECT_THAT(store_->Open(kArn, View(handle_.substr(0, size))),
                IsRefusal(v1::REASON_KEY_UNSEAL))
        << size;
  }
  EXPECT_THAT(store_->Open(kArn, View(handle_ + '\0')),
              IsRefusal(v1::REASON_KEY_UNSEAL));
}

TEST_F(SoftwareKeyStoreTest, SealedBytesThatAreNoKeyAreUnreadable) {
  const auto sealed = Seal(Kek(1), View("no key"), View(kArn));
  ASSERT_THAT(sealed, IsOk());
  EXPECT_THAT(store_->Open(kArn, View(handle_.substr(0, 1) + *sealed)),
              IsRefusal(v1::REASON_KEY_UNREADABLE));
}

// Opens the seal by hand, and looks for the key's parts in the handle.
TEST_F(SoftwareKeyStoreTest, HandleHoldsNoPlainKeyBytes) {
  const auto pkcs8 = Unseal(Kek(1), View(handle_).subspan(1), View(kArn));
  ASSERT_THAT(pkcs8, IsOk());
  constexpr size_t kPart = 8;  // bytes
  const absl::string_view plain = Text(pkcs8->Reveal());
  for (size_t i = 0; i + kPart <= plain.size(); ++i) {
    ASSERT_THAT(handle_, Not(HasSubstr(std::string(plain.substr(i, kPart)))));
  }
}

TEST_F(SoftwareKeyStoreTest, HandleBeginsWithItsFormat) {
  EXPECT_EQ(handle_[0], 1);
}

TEST_F(SoftwareKeyStoreTest, DestroyLeavesNothingToDo) {
  EXPECT_THAT(store_->Destroy(kArn, View(handle_)), IsOk());
}

TEST_F(SoftwareKeyStoreTest, UnsupportedAlgorithmIsRefused) {
  EXPECT_THAT(store_->Create(kArn, v1::KEY_ALGORITHM_SM2),
              IsRefusal(v1::REASON_KEY_ALGORITHM_UNSUPPORTED));
}

TEST(SoftwareKeyStoreSizeTest, KekHasThirtyTwoBytes) {
  for (const size_t size : {0, 16, 31, 33, 64}) {
    EXPECT_THAT(SoftwareKeyStore::New(Kek(1, size)),
                IsRefusal(v1::REASON_KEK_SIZE))
        << size;
  }
}

TEST(SoftwareKeyStoreEphemeralTest, KeysDieWithTheStore) {
  const auto one = SoftwareKeyStore::Ephemeral();
  const auto two = SoftwareKeyStore::Ephemeral();
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(two, IsOk());
  const auto handle = (*one)->Create(kArn, kP256);
  ASSERT_THAT(handle, IsOk());
  EXPECT_THAT((*one)->Open(kArn, View(handle->handle)), IsOk());
  EXPECT_THAT((*two)->Open(kArn, View(handle->handle)),
              IsRefusal(v1::REASON_KEY_UNSEAL));
}

}  // namespace
}  // namespace pki
