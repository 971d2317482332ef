// What is written by hand is read by protobuf.
#include "capi/cli/settings.h"

#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "proto/config.pb.h"
#include "proto/engine_operations.pb.h"

namespace pkictl {
namespace {

Secret SecretOf(const std::string& bytes) {
  return Secret(bytes.begin(), bytes.end());
}

template <typename Message>
Message Parsed(const Secret& bytes) {
  Message message;
  EXPECT_TRUE(
      message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  EXPECT_TRUE(message.GetReflection()->GetUnknownFields(message).empty());
  return message;
}

pki::v1::EngineConfiguration Configuration(const Settings& settings) {
  pki::v1::EngineConfiguration configuration;
  const Secret json = EncodeSettings(settings);
  const auto status = google::protobuf::util::JsonStringToMessage(
      std::string(View(json)), &configuration);
  EXPECT_TRUE(status.ok()) << status;
  return configuration;
}

TEST(SettingsTest, BecomeAConfiguration) {
  Settings settings;
  settings.store_file = "a folder/pki.db";
  settings.key.passphrase = SecretOf(std::string(300, 'x') + "\"\\");
  settings.threads = 4294967295u;
  for (const char* const engine : {"{}", R"({"accountId": "111122223333",
                                             "threads": 3})"}) {
    settings.engine = Json::parse(engine);
    const auto configuration = Configuration(settings);
    EXPECT_EQ(configuration.store_file(), "a folder/pki.db");
    EXPECT_EQ(configuration.passphrase(), std::string(300, 'x') + "\"\\");
    EXPECT_EQ(configuration.threads(), 4294967295u);
    EXPECT_EQ(configuration.account_id(),
              settings.engine.value("accountId", ""));
  }
  settings = Settings();
  settings.engine = Json::parse(R"({"threads": 3})");
  EXPECT_EQ(Configuration(settings).threads(), 3u);
  settings.key.passphrase = SecretOf("one");
  settings.engine = Json::object();
  EXPECT_EQ(Configuration(settings).passphrase(), "one");
}

TEST(SettingsTest, BecomeARewrapping) {
  SealingKey key;
  key.key = SecretOf("a key");
  auto request = Parsed<pki::v1::RewrapKeysRequest>(EncodeRewrapRequest(key));
  EXPECT_EQ(request.new_key_encryption_key(), "a key");
  EXPECT_FALSE(request.has_new_passphrase());

  SealingKey passphrase;
  passphrase.passphrase = SecretOf("a passphrase");
  request = Parsed<pki::v1::RewrapKeysRequest>(EncodeRewrapRequest(passphrase));
  EXPECT_FALSE(request.has_new_key_encryption_key());
  EXPECT_EQ(request.new_passphrase(), "a passphrase");
}

TEST(SettingsTest, CountKeys) {
  for (const int64_t keys : {0L, 1L, 127L, 128L, 1L << 40}) {
    pki::v1::RewrapKeysResponse response;
    response.set_keys(keys);
    EXPECT_EQ(DecodeRewrapResponse(response.SerializeAsString()), keys);
  }
  EXPECT_EQ(DecodeRewrapResponse(""), 0);
  EXPECT_EQ(DecodeRewrapResponse("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
            0);
}

}  // namespace
}  // namespace pkictl
