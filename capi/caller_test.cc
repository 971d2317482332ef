// Calls in somebody's name, through the C ABI.
#include "capi/caller.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>

#include "nlohmann/json.hpp"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::nlohmann::json;

TEST(CallerOfTest, ReadsWhatIsThere) {
  pki_caller given = {sizeof(pki_caller), "777788889999", "p", "o"};
  auto caller = CallerOf(&given);
  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->account, "777788889999");
  EXPECT_EQ(caller->principal, "p");
  EXPECT_EQ(caller->organization, "o");

  given.size = offsetof(pki_caller, organization);
  given.account = nullptr;
  caller = CallerOf(&given);
  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->account, "");
  EXPECT_EQ(caller->principal, "p");
  EXPECT_EQ(caller->organization, "");

  given.size = 0;
  EXPECT_THAT(CallerOf(&given),
              IsRefusal(v1::REASON_STRUCT_SIZE, "caller.size"));
  EXPECT_THAT(CallerOf(nullptr), IsOk());
}

class CallAsTest : public testing::Test {
 protected:
  CallAsTest() {
    EXPECT_EQ(pki_engine_open(PKI_ENCODING_JSON, nullptr, 0, nullptr, &engine_,
                              nullptr),
              PKI_OK);
  }
  ~CallAsTest() override { pki_engine_close(engine_); }

  // The code, and the response in `*answer` when there is one.
  int32_t Call(const pki_caller* caller, const char* operation,
               const json& request, json* answer = nullptr) {
    const std::string text = request.dump();
    pki_buffer* response = nullptr;
    const int32_t code =
        pki_engine_call_as(engine_, caller, operation, PKI_ENCODING_JSON,
                           text.data(), text.size(), &response, nullptr);
    if (code == PKI_OK && answer != nullptr) {
      *answer =
          json::parse(reinterpret_cast<const char*>(pki_buffer_data(response)));
    }
    pki_buffer_free(response);
    return code;
  }

  pki_engine* engine_ = nullptr;
  const pki_caller guest_ = {sizeof(pki_caller), "777788889999", nullptr,
                             nullptr};
};

TEST_F(CallAsTest, AnAccountSeesItsOwn) {
  json created;
  ASSERT_EQ(Call(&guest_, "CreateCertificateAuthority",
                 {{"CertificateAuthorityType", "ROOT"},
                  {"CertificateAuthorityConfiguration",
                   {{"KeyAlgorithm", "EC_prime256v1"},
                    {"SigningAlgorithm", "SHA256WITHECDSA"},
                    {"Subject", {{"CommonName", "Guest"}}}}}},
                 &created),
            PKI_OK);
  json shown;
  ASSERT_EQ(Call(&guest_, "DescribeCertificateAuthority", created, &shown),
            PKI_OK);
  EXPECT_EQ(shown["CertificateAuthority"]["OwnerAccount"], "777788889999");
  EXPECT_EQ(Call(nullptr, "DescribeCertificateAuthority", created),
            PKI_ACCESS_DENIED_EXCEPTION);
}

TEST_F(CallAsTest, ACallerMustBeSomebody) {
  const pki_caller nobody = {sizeof(pki_caller), "me", nullptr, nullptr};
  EXPECT_EQ(Call(&nobody, "ListCertificateAuthorities", json::object()),
            PKI_USAGE_ERROR);
  const pki_caller unsized = {};
  EXPECT_EQ(Call(&unsized, "ListCertificateAuthorities", json::object()),
            PKI_USAGE_ERROR);
}

}  // namespace
}  // namespace pki
