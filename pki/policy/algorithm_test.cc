// Every signing algorithm with every kind of CA key.
#include "pki/policy/algorithm.h"

#include "gtest/gtest.h"
#include "pki/base/status.h"

namespace pki {
namespace {

constexpr char kField[] = "Request.SigningAlgorithm";

// The table of the service's model, by the first letters of the names.
bool SameFamily(const std::string& algorithm, const std::string& key) {
  const bool rsa = key.find("_RSA_") != std::string::npos;
  const bool ec = key.find("_EC_") != std::string::npos;
  return (rsa && algorithm.find("WITHRSA") != std::string::npos) ||
         (ec && algorithm.find("WITHECDSA") != std::string::npos);
}

TEST(AlgorithmTest, GoesWithKeysOfItsFamily) {
  int matches = 0;
  for (int a = 1; a < v1::SigningAlgorithm_ARRAYSIZE; ++a) {
    for (int k = 1; k < v1::KeyAlgorithm_ARRAYSIZE; ++k) {
      const auto algorithm = static_cast<v1::SigningAlgorithm>(a);
      const auto key = static_cast<v1::KeyAlgorithm>(k);
      const std::string name = v1::SigningAlgorithm_Name(algorithm);
      SCOPED_TRACE(name + " with " + v1::KeyAlgorithm_Name(key));
      const auto chosen = ChooseSignatureAlgorithm(algorithm, key, kField);
      if (SameFamily(name, v1::KeyAlgorithm_Name(key))) {
        ASSERT_TRUE(chosen.ok()) << chosen.status();
        EXPECT_EQ("SIGNING_ALGORITHM_" + std::string(InfoOf(*chosen).name),
                  name);
        ++matches;
        continue;
      }
      const bool lacking = name.find("ML_DSA") != std::string::npos ||
                           name.find("SM2") != std::string::npos;
      const v1::ErrorDetail detail = DetailOf(chosen.status());
      EXPECT_EQ(detail.reason(), lacking
                                     ? v1::REASON_SIGNING_ALGORITHM_UNSUPPORTED
                                     : v1::REASON_SIGNING_ALGORITHM_MISMATCH);
      EXPECT_EQ(detail.code(), v1::INVALID_ARGS_EXCEPTION);
      EXPECT_EQ(detail.field(), kField);
    }
  }
  EXPECT_EQ(matches, 3 * 3 + 6 * 3);
}

}  // namespace
}  // namespace pki
