// Reasons and their numbers.
#include "pki/revoke/crl_reason.h"

#include <gtest/gtest.h>

namespace pki {
namespace {

TEST(CrlReasonTest, NumbersEachAsRfc5280Does) {
  EXPECT_EQ(CrlReasonOf(v1::REVOCATION_REASON_UNSPECIFIED), std::nullopt);
  EXPECT_EQ(CrlReasonOf(v1::REVOCATION_REASON_KEY_COMPROMISE), 1);
  EXPECT_EQ(CrlReasonOf(v1::REVOCATION_REASON_CERTIFICATE_AUTHORITY_COMPROMISE),
            2);
  EXPECT_EQ(CrlReasonOf(v1::REVOCATION_REASON_AFFILIATION_CHANGED), 3);
  EXPECT_EQ(CrlReasonOf(v1::REVOCATION_REASON_SUPERSEDED), 4);
  EXPECT_EQ(CrlReasonOf(v1::REVOCATION_REASON_CESSATION_OF_OPERATION), 5);
  EXPECT_EQ(CrlReasonOf(v1::REVOCATION_REASON_PRIVILEGE_WITHDRAWN), 9);
  EXPECT_EQ(CrlReasonOf(v1::REVOCATION_REASON_A_A_COMPROMISE), 10);
}

}  // namespace
}  // namespace pki
