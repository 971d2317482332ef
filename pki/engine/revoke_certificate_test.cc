// RevokeCertificate: what is recorded, and what is refused.
#include <gmock/gmock.h>

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/engine/arn.h"
#include "pki/engine/records.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

constexpr char kSerialField[] = "Request.CertificateSerial";
constexpr char kArnField[] = "Request.CertificateAuthorityArn";

class RevokeTest : public testing::Test {
 protected:
  RevokeTest() : root_(harness_.CreateRoot("Root").value()) {}

  // The serial of a new certificate of 30 days, as in its ARN.
  std::string Issue() {
    const Bytes csr =
        TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "device");
    const std::string arn = harness_
                                .Call<v1::IssueCertificateResponse>(
                                    harness_.IssueRequest(root_, View(csr)))
                                ->certificate_arn();
    return ParseCertificateArn(arn, "")->serial;
  }
  absl::Status Revoke(
      const std::string& serial,
      v1::RevocationReason reason = v1::REVOCATION_REASON_KEY_COMPROMISE) {
    v1::RevokeCertificateRequest request;
    request.set_certificate_authority_arn(root_);
    request.set_certificate_serial(serial);
    request.set_revocation_reason(reason);
    return harness_.Call<v1::RevokeCertificateResponse>(request).status();
  }
  std::string KeyOf(const std::string& serial) {
    return RevocationKey(ParseCaArn(root_, "")->id, serial);
  }

  EngineHarness harness_;
  const std::string root_;
};

TEST_F(RevokeTest, RecordsReasonAndTime) {
  const std::string serial = Issue();
  harness_.clock().Advance(absl::Hours(1));
  ASSERT_THAT(Revoke(serial, v1::REVOCATION_REASON_SUPERSEDED), IsOk());
  v1::RevocationRecord record;
  ASSERT_TRUE(record.ParseFromString(harness_.Stored()[KeyOf(serial)]));
  EXPECT_EQ(record.reason(), v1::REVOCATION_REASON_SUPERSEDED);
  EXPECT_EQ(FromTimestamp(record.revoked_at()), HarnessTime() + absl::Hours(1));
  EXPECT_EQ(FromTimestamp(record.not_after()),
            HarnessTime() + absl::Hours(24 * 30));
}

TEST_F(RevokeTest, TakesEveryWayToWriteASerial) {
  std::string with_colons;
  const std::string serial = Issue();
  for (size_t i = 0; i < serial.size(); i += 2) {
    absl::StrAppend(&with_colons, i == 0 ? "" : ":", serial.substr(i, 2));
  }
  EXPECT_THAT(Revoke(with_colons), IsOk());
  EXPECT_THAT(Revoke(absl::AsciiStrToUpper(Issue())), IsOk());
  EXPECT_THAT(Revoke(absl::StrCat("0000", Issue())), IsOk());
  // As a tool prints a number.
  std::string bare = Issue();
  bare.erase(0, bare.find_first_not_of('0'));
  EXPECT_THAT(Revoke(bare), IsOk());
}

TEST_F(RevokeTest, RevokesOnce) {
  const std::string serial = Issue();
  ASSERT_THAT(Revoke(serial), IsOk());
  EXPECT_THAT(Revoke(serial),
              IsRefusal(v1::REASON_REVOKED_ALREADY, kSerialField));
}

TEST_F(RevokeTest, RefusesWhatItDidNotIssue) {
  EXPECT_THAT(Revoke("0x12"), IsRefusal(v1::REASON_SERIAL_FORM, kSerialField));
  for (const char* serial : {"", "00", "12",
                             "112233445566778899aabbccddeeff001"
                             "1"}) {
    EXPECT_THAT(Revoke(serial),
                IsRefusal(v1::REASON_SERIAL_NOT_FOUND, kSerialField))
        << serial;
  }
}

TEST_F(RevokeTest, RefusesTheRootsOwnCertificate) {
  EXPECT_THAT(Revoke(harness_.Describe(root_)->serial()),
              IsRefusal(v1::REASON_REVOKE_SELF_SIGNED, kSerialField));
}

TEST_F(RevokeTest, RevokesASubordinate) {
  const std::string subordinate =
      harness_.CreateSubordinate(root_, "Subordinate").value();
  EXPECT_THAT(Revoke(harness_.Describe(subordinate)->serial()), IsOk());
}

TEST_F(RevokeTest, RefusesAnExpiredCertificate) {
  const std::string serial = Issue();
  harness_.clock().Advance(absl::Hours(24 * 30) + absl::Seconds(1));
  EXPECT_THAT(Revoke(serial),
              IsRefusal(v1::REASON_REVOKE_EXPIRED, kSerialField));
  harness_.clock().Advance(-absl::Seconds(1));
  EXPECT_THAT(Revoke(serial), IsOk());
}

TEST_F(RevokeTest, ADisabledCaRevokesAndAnExpiredOneDoesNot) {
  const std::string first = Issue();
  const std::string second = Issue();
  harness_.ChangeCa(root_, [](v1::CertificateAuthorityRecord& record) {
    record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED);
  });
  EXPECT_THAT(Revoke(first), IsOk());
  harness_.clock().Advance(absl::Hours(24 * 366 * 11));
  EXPECT_THAT(Revoke(second), IsRefusal(v1::REASON_STATE_REVOKE, kArnField));
}

TEST_F(RevokeTest, ALostRaceIsDecidedAgain) {
  const std::string serial = Issue();
  harness_.store().LoseRaces(2);
  EXPECT_THAT(Revoke(serial), IsOk());
}

}  // namespace
}  // namespace pki
