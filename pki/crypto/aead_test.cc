// Tests of sealing and unsealing.
#include "pki/crypto/aead.h"

#include <gtest/gtest.h>

#include "pki/crypto/random.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

constexpr size_t kOverhead = 12 + 16;  // bytes: nonce and tag

class AeadTest : public ::testing::Test {
 protected:
  AeadTest() : key_(*RandomSecret(kAeadKeySize)) {}

  Bytes SealOrFail(absl::string_view plaintext) {
    const auto sealed = Seal(key_, View(plaintext), View("owner"));
    EXPECT_THAT(sealed, IsOk());
    return sealed.ok() ? *sealed : Bytes();
  }

  const Secret key_;
};

TEST_F(AeadTest, UnsealsWhatWasSealed) {
  for (const size_t size : {0, 1, 16, 5000}) {
    const Bytes plaintext(size, 'p');
    const Bytes sealed = SealOrFail(plaintext);
    EXPECT_EQ(sealed.size(), size + kOverhead);
    const auto opened = Unseal(key_, View(sealed), View("owner"));
    ASSERT_THAT(opened, IsOk());
    EXPECT_EQ(Text(opened->Reveal()), plaintext);
  }
}

TEST_F(AeadTest, SealsTheSameBytesAnewEachTime) {
  EXPECT_NE(SealOrFail("plain"), SealOrFail("plain"));
}

TEST_F(AeadTest, OtherKeyOwnerOrBytesDoNotOpen) {
  const Bytes sealed = SealOrFail("plain");
  EXPECT_THAT(Unseal(*RandomSecret(kAeadKeySize), View(sealed), View("owner")),
              IsRefusal(v1::REASON_KEY_UNSEAL));
  EXPECT_THAT(Unseal(key_, View(sealed), View("other")),
              IsRefusal(v1::REASON_KEY_UNSEAL));
  for (size_t i = 0; i < sealed.size(); ++i) {
    Bytes flipped = sealed;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_THAT(Unseal(key_, View(flipped), View("owner")),
                IsRefusal(v1::REASON_KEY_UNSEAL));
  }
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_THAT(Unseal(key_, View(sealed).first(size), View("owner")),
                IsRefusal(v1::REASON_KEY_UNSEAL));
  }
}

TEST_F(AeadTest, KeysOfOtherSizesAreRefused) {
  const Bytes sealed = SealOrFail("plain");
  for (const size_t size : {0, 16, 31, 33}) {
    const Secret key(size);
    EXPECT_THAT(Seal(key, View("plain"), {}),
                IsRefusal(v1::REASON_CRYPTO_FAILED));
    EXPECT_THAT(Unseal(key, View(sealed), View("owner")),
                IsRefusal(v1::REASON_KEY_UNSEAL));
  }
}

}  // namespace
}  // namespace pki
