// The three ways to give a key-encryption key, and their mistakes.
#include "capi/kek_source.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

constexpr char kField[] = "Configuration.KeyEncryptionKey";
constexpr size_t kSize = 32;  // bytes

// Fills the key with what `context` points to.
int32_t GiveKey(void* context, uint8_t* key) {
  std::memset(key, *static_cast<const char*>(context), kSize);
  return 0;
}

int32_t GiveNone(void*, uint8_t*) { return 7; }

class KekSourceOfTest : public testing::Test {
 protected:
  KekSourceOfTest() { host_.size = sizeof(host_); }

  absl::StatusOr<KekSource> Get() const {
    return KekSourceOf(configuration_, host_);
  }
  // That the source is of this kind and holds this secret.
  void Expect(KekSource::Kind kind, absl::string_view secret) const {
    const auto source = Get();
    ASSERT_THAT(source, IsOk());
    EXPECT_EQ(source->kind(), kind);
    EXPECT_EQ(Text(source->secret().Reveal()), secret);
  }

  v1::EngineConfiguration configuration_;
  pki_host host_ = {};
  char fill_ = 'h';
};

TEST_F(KekSourceOfTest, TakesOneWayOrNone) {
  Expect(KekSource::Kind::kNone, "");
  configuration_.set_key_encryption_key(std::string(kSize, 'k'));
  Expect(KekSource::Kind::kKey, std::string(kSize, 'k'));
  configuration_.Clear();
  configuration_.set_passphrase("passphrase");
  Expect(KekSource::Kind::kPassphrase, "passphrase");
  configuration_.Clear();
  host_.context = &fill_;
  host_.key_encryption_key = GiveKey;
  Expect(KekSource::Kind::kKey, std::string(kSize, 'h'));
}

TEST_F(KekSourceOfTest, RefusesTwoWays) {
  configuration_.set_key_encryption_key(std::string(kSize, 'k'));
  configuration_.set_passphrase("passphrase");
  EXPECT_THAT(Get(), IsRefusal(v1::REASON_KEK_SOURCES, kField));
  host_.key_encryption_key = GiveNone;
  configuration_.clear_passphrase();
  EXPECT_THAT(Get(), IsRefusal(v1::REASON_KEK_SOURCES, kField));
  configuration_.Clear();
  configuration_.set_passphrase("passphrase");
  EXPECT_THAT(Get(), IsRefusal(v1::REASON_KEK_SOURCES, kField));
}

TEST_F(KekSourceOfTest, RefusesAKeyOfAnotherSize) {
  configuration_.set_key_encryption_key(std::string(kSize - 1, 'k'));
  EXPECT_THAT(Get(), IsRefusal(v1::REASON_KEK_SIZE, kField));
}

TEST_F(KekSourceOfTest, FailsWithTheHost) {
  host_.key_encryption_key = GiveNone;
  EXPECT_THAT(Get(), IsRefusal(v1::REASON_KEK_CALLBACK));
}

}  // namespace
}  // namespace pki
