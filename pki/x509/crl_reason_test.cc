#include "pki/x509/crl_reason.h"

#include <optional>

#include "gtest/gtest.h"

namespace pki {
namespace {

TEST(CrlReasonTest, NumbersAndNamesAreOne) {
  int count = 0;
  for (int number = 0; number <= 255; ++number) {
    const auto name = CrlReasonName(static_cast<uint8_t>(number));
    if (!name.has_value()) continue;
    EXPECT_EQ(CrlReasonNumber(*name), number) << *name;
    ++count;
  }
  EXPECT_EQ(count, 7);
}

TEST(CrlReasonTest, WhatTheServiceHasNotHasNone) {
  EXPECT_EQ(CrlReasonName(0), std::nullopt);
  EXPECT_EQ(CrlReasonName(6), std::nullopt);  // certificateHold
  EXPECT_EQ(CrlReasonNumber("UNSPECIFIED"), std::nullopt);
  EXPECT_EQ(CrlReasonNumber(""), std::nullopt);
  EXPECT_EQ(CrlReasonNumber("key_compromise"), std::nullopt);
}

}  // namespace
}  // namespace pki
