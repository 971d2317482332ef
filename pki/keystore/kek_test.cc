// Keys from each source, and the check that finds a wrong one out.
#include "pki/keystore/kek.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "pki/crypto/aead.h"
#include "pki/crypto/random.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

Secret KeyOf(uint8_t fill, size_t size = kAeadKeySize) {
  Secret key(size);
  std::fill_n(key.mutable_data(), key.size(), fill);
  return key;
}

KekSource FromKey(uint8_t fill) { return KekSource::Key(KeyOf(fill)).value(); }

KekSource FromPassphrase(absl::string_view passphrase) {
  return KekSource::Passphrase(Secret(View(passphrase)));
}

TEST(KekSourceTest, AKeyHasThirtyTwoBytes) {
  for (const size_t size : {0, 16, 31, 33, 64}) {
    EXPECT_THAT(KekSource::Key(KeyOf(1, size)),
                IsRefusal(v1::REASON_KEK_SIZE, ""))
        << size;
  }
  EXPECT_EQ(KekSource().kind(), KekSource::Kind::kNone);
}

TEST(KekTest, OpensWithItsSourceAlone) {
  const auto key = NewKek(FromKey(1));
  const auto passphrase = NewKek(FromPassphrase("one"));
  ASSERT_THAT(key, IsOk());
  ASSERT_THAT(passphrase, IsOk());

  const auto opened = OpenKek(FromKey(1), (*key)->record);
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(Text((*opened)->key.Reveal()), Text(KeyOf(1).Reveal()));
  EXPECT_EQ((*opened)->record.id(), (*key)->record.id());
  const auto derived = OpenKek(FromPassphrase("one"), (*passphrase)->record);
  ASSERT_THAT(derived, IsOk());
  EXPECT_EQ(Text((*derived)->key.Reveal()), Text((*passphrase)->key.Reveal()));

  const auto wrong = IsRefusal(v1::REASON_KEK_WRONG, "");
  EXPECT_THAT(OpenKek(FromKey(2), (*key)->record), wrong);
  EXPECT_THAT(OpenKek(FromPassphrase("one"), (*key)->record), wrong);
  EXPECT_THAT(OpenKek(FromKey(1), (*passphrase)->record), wrong);
  EXPECT_THAT(OpenKek(FromPassphrase("two"), (*passphrase)->record), wrong);
  EXPECT_THAT(OpenKek(FromPassphrase("one "), (*passphrase)->record), wrong);
}

TEST(KekTest, APassphraseGivesAnotherKeyEachTime) {
  const auto one = NewKek(FromPassphrase("passphrase"));
  const auto two = NewKek(FromPassphrase("passphrase"));
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(two, IsOk());
  EXPECT_NE(Text((*one)->key.Reveal()), Text((*two)->key.Reveal()));
  EXPECT_NE((*one)->record.id(), (*two)->record.id());
}

TEST(KekTest, AChangedRecordDoesNotOpen) {
  const auto kek = NewKek(FromKey(1));
  ASSERT_THAT(kek, IsOk());
  const v1::KeyringRecord good = (*kek)->record;
  EXPECT_EQ(good.id().size(), kRandomIdSize);
  v1::KeyringRecord record = good;
  record.mutable_id()->front() ^= 1;
  EXPECT_THAT(OpenKek(FromKey(1), record), IsRefusal(v1::REASON_KEK_WRONG, ""));
  record = good;
  record.mutable_check()->back() ^= 1;
  EXPECT_THAT(OpenKek(FromKey(1), record), IsRefusal(v1::REASON_KEK_WRONG, ""));
  record = good;
  record.clear_check();
  EXPECT_THAT(OpenKek(FromKey(1), record), IsRefusal(v1::REASON_KEK_WRONG, ""));
}

TEST(KekTest, AHostileRecordCostsNoGigabytes) {
  auto record = (*NewKek(FromPassphrase("passphrase")))->record;
  record.mutable_scrypt()->set_log2_n(30);
  EXPECT_THAT(OpenKek(FromPassphrase("passphrase"), record),
              IsRefusal(v1::REASON_SCRYPT_PARAMETERS, ""));
}

}  // namespace
}  // namespace pki
