// Names of values that have one, and of others.
#include "pki/base/wire_name.h"

#include <gtest/gtest.h>

#include "proto/service.pb.h"

namespace pki {
namespace {

TEST(WireNameTest, IsAsTheServiceSpellsIt) {
  EXPECT_EQ(WireNameOf(v1::KEY_ALGORITHM_RSA_2048), "RSA_2048");
  EXPECT_EQ(WireNameOf(v1::KEY_ALGORITHM_UNSPECIFIED),
            "KEY_ALGORITHM_UNSPECIFIED");
  EXPECT_EQ(WireNameOf(static_cast<v1::KeyAlgorithm>(99)), "99");
}

}  // namespace
}  // namespace pki
