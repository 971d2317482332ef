// Secrets at every place of a message, wiped where they stand; and never
// quoted.
#include "pki/wire/secrets.h"

#include <gmock/gmock.h>

#include <string>

#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/wire/json.h"
#include "pki/wire/validator.h"
#include "pki/wire/wire_test.pb.h"
#include "proto/config.pb.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSecret[] = "a secret that has to be longer than a short string";

TEST(SecretsTest, AreFoundInTheTypesThatHaveThem) {
  EXPECT_TRUE(HasSecrets(*v1::EngineConfiguration::descriptor()));
  EXPECT_TRUE(HasSecrets(*v1::RewrapKeysRequest::descriptor()));
  EXPECT_TRUE(HasSecrets(*wire_test::Secrets::descriptor()));
  EXPECT_FALSE(HasSecrets(*v1::IssueCertificateRequest::descriptor()));
  // It contains itself.
  EXPECT_FALSE(HasSecrets(*wire_test::Everything::descriptor()));
}

TEST(SecretsTest, AreWipedInTheirPlaceAndNothingElseIs) {
  wire_test::Secrets message;
  wire_test::Secrets* const inner = message.mutable_inner();
  wire_test::Secrets* const item = message.add_items();
  for (wire_test::Secrets* at : {&message, inner, item}) {
    at->set_text(kSecret);
    at->set_blob(kSecret);
    at->add_list(kSecret);
    at->add_list("short");
    at->set_open(kSecret);
  }
  wire_test::Secrets expected = message;
  for (wire_test::Secrets* at :
       {&expected, expected.mutable_inner(), expected.mutable_items(0)}) {
    const std::string zeros(sizeof(kSecret) - 1, '\0');
    at->set_text(zeros);
    at->set_blob(zeros);
    at->set_list(0, zeros);
    at->set_list(1, std::string(5, '\0'));
  }
  const char* const place = inner->blob().data();
  { const SecretsWiper wiper(&message); }
  EXPECT_EQ(inner->blob().data(), place);
  EXPECT_EQ(message.SerializeAsString(), expected.SerializeAsString());
  const SecretsWiper none(nullptr);
}

TEST(SecretsTest, AreInNoRefusal) {
  const auto validator =
      Validator::Create({v1::RewrapKeysRequest::descriptor()});
  ASSERT_TRUE(validator.ok());
  v1::RewrapKeysRequest request;
  request.set_new_key_encryption_key("hush");
  const absl::Status short_key = validator->Check(request);
  EXPECT_EQ(ReasonOf(short_key), v1::REASON_FIELD_TOO_SHORT);
  EXPECT_THAT(DetailOf(short_key).message(), Not(HasSubstr("hush")));

  for (const char* text :
       {R"({"NewPassphrase":"hush!"})", R"({"NewPassphrase":"hush)",
        R"({"NewPassphrase":["hush"]})", R"({"NewPassphrase":"hush" "hush"})",
        R"({"NewPassphrase":"aHVzaA==","NewPassphrase":"hush"})"}) {
    const absl::Status refused = ReadJson(text, &request);
    EXPECT_FALSE(refused.ok()) << text;
    EXPECT_THAT(DetailOf(refused).message(), Not(HasSubstr("hush"))) << text;
  }
}

}  // namespace
}  // namespace pki
