// Every kind of key that the service has.
#include "pki/crypto/key_algorithm.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

TEST(KeyAlgorithmTest, KnowsWhatTheCryptoLibraryMakes) {
  int known = 0;
  for (int number = 1; number < v1::KeyAlgorithm_ARRAYSIZE; ++number) {
    const auto id = static_cast<v1::KeyAlgorithm>(number);
    const std::string name = v1::KeyAlgorithm_Name(id);
    SCOPED_TRACE(name);
    const auto info = FindKeyAlgorithm(id, "Field");
    const bool is_rsa = absl::StrContains(name, "_RSA_");
    if (!is_rsa && !absl::StrContains(name, "_EC_")) {
      EXPECT_THAT(info,
                  IsRefusal(v1::REASON_KEY_ALGORITHM_UNSUPPORTED, "Field"));
      continue;
    }
    ASSERT_THAT(info, IsOk());
    EXPECT_EQ(info->id, id);
    EXPECT_EQ(info->family, is_rsa ? KeyFamily::kRsa : KeyFamily::kEc);
    EXPECT_TRUE(absl::StrContains(name, absl::StrCat(info->bits)));
    ++known;
  }
  EXPECT_EQ(known, 6);
}

}  // namespace
}  // namespace pki
