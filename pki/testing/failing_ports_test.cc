// Tests that failing ports fail when told to, and else do what they cover.
#include "pki/testing/failing_ports.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "pki/store/memory_store.h"
#include "pki/testing/fixed_clock.h"
#include "pki/testing/fixed_key_store.h"
#include "pki/testing/seeded_entropy.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

TEST(FailingPortsTest, StoreFailsAtTheNthCallOnceAndWritesNothing) {
  FailingStore store(std::make_shared<MemoryStore>());
  store.FailAt(2);
  EXPECT_THAT(store.Get("a"), IsOk());
  EXPECT_THAT(store.Commit({{}, {{"a", "1"}}, {}}),
              IsRefusal(v1::REASON_STORE_FAILED));
  const auto entry = store.Get("a");
  ASSERT_THAT(entry, IsOk());
  EXPECT_FALSE(entry->has_value());
  EXPECT_THAT(store.Commit({{}, {{"a", "1"}}, {}}), IsOk());
  const auto entries = store.Scan({"a", "b"}, 1);
  ASSERT_THAT(entries, IsOk());
  EXPECT_EQ(entries->size(), 1u);
}

TEST(FailingPortsTest, StoreLosesRaces) {
  FailingStore store(std::make_shared<MemoryStore>());
  store.LoseRaces(2);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(store.Commit({{}, {{"a", "1"}}, {}}),
                IsRefusal(v1::REASON_STORE_PRECONDITION));
  }
  EXPECT_FALSE(store.Get("a")->has_value());
  EXPECT_THAT(store.Commit({{}, {{"a", "1"}}, {}}), IsOk());
}

TEST(FailingPortsTest, StoreLosesAnswers) {
  FailingStore store(std::make_shared<MemoryStore>());
  store.LoseAnswers(1);
  const WriteBatch batch = {{{"a", std::nullopt}}, {{"a", "1"}}, {}};
  EXPECT_THAT(store.Commit(batch), IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_TRUE(store.Get("a")->has_value());
  store.LoseAnswers(1);
  EXPECT_THAT(store.Commit(batch), IsRefusal(v1::REASON_STORE_PRECONDITION));
  EXPECT_THAT(store.Commit({{}, {{"a", "2"}}, {}}),
              IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_THAT(store.Commit({{}, {{"a", "3"}}, {}}), IsOk());
}

TEST(FailingPortsTest, KeyStoreFailsInItsKeysToo) {
  FailingKeyStore key_store(std::make_shared<FixedKeyStore>());
  const auto handle = key_store.Create("arn", v1::KEY_ALGORITHM_EC_PRIME256V1);
  ASSERT_THAT(handle, IsOk());
  key_store.FailAt(2);
  const auto key = key_store.Open("arn", View(handle->handle));
  ASSERT_THAT(key, IsOk());
  const Bytes digest(32, 'd');
  const auto sign = [&] {
    return (*key)->SignDigest(SignatureAlgorithm::kEcdsaSha256, View(digest));
  };
  EXPECT_THAT(sign(), IsRefusal(v1::REASON_CRYPTO_FAILED));
  EXPECT_THAT(sign(), IsOk());
  EXPECT_FALSE((*key)->spki().empty());
  EXPECT_EQ((*key)->public_key().bits(), 256);
  key_store.FailAt(1);
  EXPECT_THAT(key_store.Destroy("arn", View(handle->handle)),
              IsRefusal(v1::REASON_CRYPTO_FAILED));
  EXPECT_EQ(key_store.keyring(), nullptr);
  EXPECT_THAT(key_store.Destroy("arn", View(handle->handle)), IsOk());
}

TEST(FailingPortsTest, EntropyAndClockFail) {
  FailingEntropy entropy(std::make_shared<SeededEntropy>("seed"));
  entropy.FailAt(1);
  uint8_t byte = 0;
  EXPECT_THAT(entropy.Fill(&byte, 1), IsRefusal(v1::REASON_ENTROPY_FAILED));
  EXPECT_THAT(entropy.Fill(&byte, 1), IsOk());

  const absl::Time now = absl::FromUnixSeconds(1700000000);
  const auto fixed = std::make_shared<FixedClock>(now);
  FailingClock clock(fixed);
  clock.FailAt(1);
  EXPECT_THAT(clock.Now(), IsRefusal(v1::REASON_CLOCK_FAILED));
  EXPECT_EQ(*clock.Now(), now);
  fixed->Advance(absl::Seconds(1));
  EXPECT_EQ(*clock.Now(), now + absl::Seconds(1));
  fixed->Set(now);
  EXPECT_EQ(*clock.Now(), now);
}

}  // namespace
}  // namespace pki
