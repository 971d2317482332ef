// Sealing, the record in the store, and races between engines.
#include "pki/keystore/keyring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/crypto/aead.h"
#include "pki/store/memory_store.h"
#include "pki/testing/failing_ports.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kArn[] = "arn:a";
constexpr char kPlain[] = "the private key in PKCS#8";
constexpr char kRecordKey[] = "keyring";

Secret KeyOf(uint8_t fill) {
  Secret key(kAeadKeySize);
  std::fill_n(key.mutable_data(), key.size(), fill);
  return key;
}

KekSource Source(uint8_t fill) { return KekSource::Key(KeyOf(fill)).value(); }

class KeyringTest : public ::testing::Test {
 protected:
  std::shared_ptr<Keyring> OpenWith(uint8_t fill) {
    auto keyring = Keyring::Open(store_, Source(fill));
    EXPECT_THAT(keyring, IsOk());
    return *std::move(keyring);
  }
  static NewKey Seal(const Keyring& keyring) {
    auto made = keyring.Seal(kArn, Secret(View(kPlain)));
    EXPECT_THAT(made, IsOk());
    return *std::move(made);
  }
  static absl::StatusOr<std::string> Unseal(const Keyring& keyring,
                                            const Bytes& handle,
                                            absl::string_view arn = kArn) {
    const auto opened = keyring.Unseal(arn, View(handle));
    if (!opened.ok()) return opened.status();
    return std::string(Text(opened->Reveal()));
  }
  // Commits what Seal() asks for, and the handle as the only one.
  absl::Status Store(const NewKey& made) {
    WriteBatch batch = made.batch;
    batch.puts.emplace_back("handle", made.handle);
    return store_->Commit(std::move(batch));
  }
  // Puts the keyring under another key, with the handle.
  absl::StatusOr<Bytes> Rewrap(Keyring& keyring, const Bytes& handle,
                               uint8_t fill) {
    PKI_ASSIGN_OR_RETURN(const auto next, keyring.Prepare(Source(fill)));
    PKI_ASSIGN_OR_RETURN(WriteBatch batch, keyring.Replace(*next));
    PKI_ASSIGN_OR_RETURN(Bytes resealed,
                         keyring.Reseal(kArn, View(handle), *next));
    PKI_RETURN_IF_ERROR(store_->Commit(std::move(batch)));
    return resealed;
  }
  Bytes Record() { return store_->Get(kRecordKey).value()->value; }

  const std::shared_ptr<FailingStore> store_ =
      std::make_shared<FailingStore>(std::make_shared<MemoryStore>());
};

TEST_F(KeyringTest, TheFirstOnePutsTheRecordAndOthersKeepIt) {
  const NewKey made = Seal(*OpenWith(1));
  const Bytes record = Record();
  const auto again = OpenWith(1);
  EXPECT_EQ(Record(), record);
  EXPECT_THAT(Unseal(*again, made.handle), IsOk());
}

TEST_F(KeyringTest, AWrongKeyIsFoundOutAndDoesNoDamage) {
  const NewKey made = Seal(*OpenWith(1));
  const Bytes record = Record();
  EXPECT_THAT(Keyring::Open(store_, Source(2)),
              IsRefusal(v1::REASON_KEK_WRONG, ""));
  EXPECT_EQ(Record(), record);
  EXPECT_THAT(Unseal(*OpenWith(1), made.handle), IsOk());
}

TEST_F(KeyringTest, WithoutAKeyNothingIsPutMadeOrOpened) {
  const auto without = Keyring::Open(store_, KekSource());
  ASSERT_THAT(without, IsOk());
  EXPECT_FALSE(store_->Get(kRecordKey)->has_value());
  const auto missing = IsRefusal(v1::REASON_KEK_MISSING, "");
  EXPECT_THAT((*without)->Seal(kArn, Secret(View(kPlain))), missing);
  EXPECT_THAT((*without)->Prepare(Source(2)), missing);
  EXPECT_THAT(Unseal(**without, Seal(*OpenWith(1)).handle), missing);
}

// A store that answers the first read as it was before another engine came.
class LateStore : public FailingStore {
 public:
  using FailingStore::FailingStore;
  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override {
    if (std::exchange(late_, false)) return std::nullopt;
    return FailingStore::Get(key);
  }

 private:
  bool late_ = true;
};

TEST_F(KeyringTest, WhoLosesTheRaceForTheRecordTakesTheWinners) {
  const NewKey made = Seal(*OpenWith(1));
  const Bytes record = Record();
  const auto loser =
      Keyring::Open(std::make_shared<LateStore>(store_), Source(1));
  ASSERT_THAT(loser, IsOk());
  EXPECT_EQ(Record(), record);
  EXPECT_THAT(Unseal(**loser, made.handle), IsOk());
  EXPECT_THAT(Keyring::Open(std::make_shared<LateStore>(store_), Source(2)),
              IsRefusal(v1::REASON_KEK_WRONG, ""));
}

TEST_F(KeyringTest, AFailingStoreOrADamagedRecordIsAnError) {
  for (const int nth : {1, 2}) {
    store_->FailAt(nth);
    EXPECT_THAT(Keyring::Open(store_, Source(1)),
                IsRefusal(v1::REASON_STORE_FAILED, ""));
  }
  store_->LoseRaces(1);
  EXPECT_THAT(Keyring::Open(store_, Source(1)),
              IsRefusal(v1::REASON_STORE_PRECONDITION, ""));
  ASSERT_THAT(store_->Commit({{}, {{kRecordKey, "\xff"}}, {}}), IsOk());
  EXPECT_THAT(Keyring::Open(store_, Source(1)),
              IsRefusal(v1::REASON_RECORD_DAMAGED, ""));
}

TEST_F(KeyringTest, AnEphemeralKeyIsItsOwn) {
  const auto one = Keyring::Ephemeral(std::make_shared<MemoryStore>());
  const auto two = Keyring::Ephemeral(std::make_shared<MemoryStore>());
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(two, IsOk());
  const NewKey made = Seal(**one);
  EXPECT_THAT(Unseal(**one, made.handle), IsOk());
  EXPECT_THAT(Unseal(**two, made.handle), IsRefusal(v1::REASON_KEY_UNSEAL, ""));
}

TEST_F(KeyringTest, AHandleOpensUnchangedAndForItsOwnerAlone) {
  const auto keyring = OpenWith(1);
  const Bytes handle = Seal(*keyring).handle;
  EXPECT_EQ(Unseal(*keyring, handle).value(), kPlain);
  EXPECT_EQ(handle[0], 1);
  EXPECT_NE(Seal(*keyring).handle, handle);
  const auto refused = IsRefusal(v1::REASON_KEY_UNSEAL, "");
  EXPECT_THAT(Unseal(*keyring, handle, "arn:b"), refused);
  EXPECT_THAT(Unseal(*keyring, handle, ""), refused);
  for (size_t i = 0; i < handle.size(); ++i) {
    Bytes flipped = handle;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    EXPECT_THAT(Unseal(*keyring, flipped), refused) << i;
  }
  for (size_t size = 0; size < handle.size(); ++size) {
    EXPECT_THAT(Unseal(*keyring, handle.substr(0, size)), refused) << size;
  }
  EXPECT_THAT(Unseal(*keyring, handle + '\0'), refused);
}

// Where the header ends and the ARN begins is not open to interpretation.
TEST_F(KeyringTest, BytesDoNotMoveBetweenKeyIdAndArn) {
  const auto keyring = OpenWith(1);
  const Bytes handle = Seal(*keyring).handle;
  constexpr size_t kHeader = 1 + 16 + 16;
  const Bytes shorter = handle.substr(0, kHeader - 1) + handle.substr(kHeader);
  EXPECT_THAT(Unseal(*keyring, shorter,
                     absl::StrCat(handle.substr(kHeader - 1, 1), kArn)),
              IsRefusal(v1::REASON_KEY_UNSEAL, ""));
}

TEST_F(KeyringTest, AHandleHoldsNoPlainBytes) {
  const Bytes handle = Seal(*OpenWith(1)).handle;
  constexpr size_t kPart = 4;  // bytes
  const std::string plain = kPlain;
  for (size_t i = 0; i + kPart <= plain.size(); ++i) {
    ASSERT_THAT(handle, Not(HasSubstr(plain.substr(i, kPart))));
  }
}

TEST_F(KeyringTest, ReplacesItsKeyAndGoesOn) {
  const auto keyring = OpenWith(1);
  const NewKey made = Seal(*keyring);
  ASSERT_THAT(Store(made), IsOk());
  const auto resealed = Rewrap(*keyring, made.handle, 2);
  ASSERT_THAT(resealed, IsOk());
  EXPECT_NE(*resealed, made.handle);

  EXPECT_EQ(Unseal(*keyring, *resealed).value(), kPlain);
  // What another call read just before.
  EXPECT_EQ(Unseal(*keyring, made.handle).value(), kPlain);
  EXPECT_EQ(Unseal(*OpenWith(2), *resealed).value(), kPlain);
  EXPECT_THAT(Keyring::Open(store_, Source(1)),
              IsRefusal(v1::REASON_KEK_WRONG, ""));
  EXPECT_THAT(Unseal(*OpenWith(2), made.handle),
              IsRefusal(v1::REASON_KEY_UNSEAL, ""));
  EXPECT_THAT(Unseal(*OpenWith(2), Seal(*keyring).handle), IsOk());
}

TEST_F(KeyringTest, AnotherEngineLearnsThatTheKeyChanged) {
  const auto ours = OpenWith(1);
  const auto theirs = OpenWith(1);
  const NewKey made = Seal(*ours);
  ASSERT_THAT(Store(made), IsOk());
  const NewKey late = Seal(*ours);
  const auto resealed = Rewrap(*theirs, made.handle, 2);
  ASSERT_THAT(resealed, IsOk());

  EXPECT_THAT(Store(late), IsRefusal(v1::REASON_STORE_PRECONDITION, ""));
  const auto changed = IsRefusal(v1::REASON_KEYRING_CHANGED, "");
  EXPECT_THAT(ours->Seal(kArn, Secret(View(kPlain))), changed);
  EXPECT_THAT(Unseal(*ours, *resealed), changed);
  const auto next = ours->Prepare(Source(3));
  ASSERT_THAT(next, IsOk());
  EXPECT_THAT(ours->Replace(**next), changed);
  // The record is no longer there.
  ASSERT_THAT(store_->Commit({{}, {}, {kRecordKey}}), IsOk());
  EXPECT_THAT(ours->Seal(kArn, Secret(View(kPlain))), changed);
}

// A key that is stored while another engine has read all it knows of would be
// lost: whichever commits second decides again.
TEST_F(KeyringTest, ANewKeyAndAReplacementExcludeEachOther) {
  const auto maker = OpenWith(1);
  const auto replacer = OpenWith(1);
  const auto next = replacer->Prepare(Source(2));
  ASSERT_THAT(next, IsOk());
  const auto lost = IsRefusal(v1::REASON_STORE_PRECONDITION, "");

  // Made before the replacement began, stored after.
  NewKey made = Seal(*maker);
  auto batch = replacer->Replace(**next);
  ASSERT_THAT(batch, IsOk());
  EXPECT_THAT(Store(made), lost);
  // Made and stored after it began.
  made = Seal(*maker);
  EXPECT_THAT(Store(made), IsOk());
  EXPECT_THAT(store_->Commit(*batch), lost);
  // What remains of it after a crash disturbs nobody.
  batch = replacer->Replace(**next);
  ASSERT_THAT(batch, IsOk());
  EXPECT_THAT(Unseal(*OpenWith(1), made.handle), IsOk());
  EXPECT_THAT(Store(Seal(*OpenWith(1))), IsOk());
  EXPECT_THAT(store_->Commit(*batch), lost);
  // Made after it began, stored after it ended.
  batch = replacer->Replace(**next);
  ASSERT_THAT(batch, IsOk());
  made = Seal(*maker);
  EXPECT_THAT(store_->Commit(*batch), IsOk());
  EXPECT_THAT(Store(made), lost);
}

// The same engine may make keys at once without any getting in another's way.
TEST_F(KeyringTest, NewKeysDoNotExcludeEachOther) {
  const auto keyring = OpenWith(1);
  const NewKey one = Seal(*keyring);
  const NewKey two = Seal(*keyring);
  EXPECT_THAT(Store(one), IsOk());
  EXPECT_THAT(Store(two), IsOk());
}

TEST_F(KeyringTest, AReplacementGivesUpAfterManyLostRaces) {
  const auto keyring = OpenWith(1);
  const auto next = keyring->Prepare(Source(2));
  ASSERT_THAT(next, IsOk());
  store_->LoseRaces(100);
  EXPECT_THAT(keyring->Replace(**next), IsRefusal(v1::REASON_LOST_RACE, ""));
  store_->LoseRaces(1);
  EXPECT_THAT(keyring->Replace(**next), IsOk());
}

TEST_F(KeyringTest, AReplacementFailsWithTheStore) {
  const auto keyring = OpenWith(1);
  const auto next = keyring->Prepare(Source(2));
  ASSERT_THAT(next, IsOk());
  for (const int nth : {1, 2, 3}) {
    store_->FailAt(nth);
    EXPECT_THAT(keyring->Replace(**next),
                IsRefusal(v1::REASON_STORE_FAILED, ""));
    ASSERT_THAT(Store(Seal(*keyring)), IsOk());
  }
}

}  // namespace
}  // namespace pki
