// Each state with each use, beside the table of the User Guide.
#include "pki/ca/lifecycle.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using Status = v1::CertificateAuthorityStatus;

constexpr Status kCreating = v1::CERTIFICATE_AUTHORITY_STATUS_CREATING;
constexpr Status kPending =
    v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE;
constexpr Status kActive = v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE;
constexpr Status kDeleted = v1::CERTIFICATE_AUTHORITY_STATUS_DELETED;
constexpr Status kDisabled = v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED;
constexpr Status kExpired = v1::CERTIFICATE_AUTHORITY_STATUS_EXPIRED;
constexpr Status kFailed = v1::CERTIFICATE_AUTHORITY_STATUS_FAILED;

// What follows from each use in each state: '.' a refusal, '=' no change, or
// the state that is stored then, A(CTIVE), D(ISABLED) or X for DELETED; 'S' and
// 'B' are what was stored already, and what it was before a deletion.
TEST(LifecycleTest, EachStateHasAnAnswerToEachUse) {
  constexpr Status kStates[] = {kCreating, kPending, kActive, kDisabled,
                                kExpired,  kDeleted, kFailed};
  // No state is left out, but the one that says that there is none.
  ASSERT_EQ(std::size(kStates) + 1,
            static_cast<size_t>(
                v1::CertificateAuthorityStatus_descriptor()->value_count()));
  constexpr struct {
    CaUse use;
    v1::Reason reason;
    absl::string_view next;  // CREATING, PENDING … in the order above
  } kUses[] = {
      {CaUse::kIssue, v1::REASON_STATE_ISSUE, "..=...."},
      {CaUse::kIssueOwn, v1::REASON_STATE_ISSUE, ".==.=.."},
      {CaUse::kGetCsr, v1::REASON_STATE_CSR, ".====.."},
      {CaUse::kGetOwn, v1::REASON_STATE_CERTIFICATE, "..===.."},
      {CaUse::kGetCertificate, v1::REASON_STATE_GET_CERTIFICATE, ".====.."},
      {CaUse::kImport, v1::REASON_STATE_IMPORT, ".A=.S.."},
      {CaUse::kEnable, v1::REASON_STATE_UPDATE, "..=A..."},
      {CaUse::kDisable, v1::REASON_STATE_UPDATE, "..D=..."},
      {CaUse::kConfigure, v1::REASON_STATE_UPDATE, "..==..."},
      {CaUse::kDelete, v1::REASON_STATE_DELETE, "XX.XX.X"},
      {CaUse::kRestore, v1::REASON_STATE_RESTORE, ".....B."},
      {CaUse::kRevoke, v1::REASON_STATE_REVOKE, "..==..."},
      {CaUse::kMakeCrl, v1::REASON_STATE_CRL, "..==..."},
      {CaUse::kRespondOcsp, v1::REASON_STATE_OCSP, "..==..."},
      {CaUse::kReport, v1::REASON_STATE_REPORT, "..==..."},
      {CaUse::kManage, v1::REASON_STATE_MANAGE, ".====.."},
  };
  constexpr Status kStored = kDisabled;
  constexpr Status kBefore = kPending;
  for (const auto& [use, reason, next] : kUses) {
    for (size_t i = 0; i < std::size(kStates); ++i) {
      SCOPED_TRACE(v1::Reason_Name(reason) + " in " +
                   v1::CertificateAuthorityStatus_Name(kStates[i]));
      const auto after = StatusAfter(kStored, kStates[i], kBefore, use, "arn");
      EXPECT_EQ(CheckAllowed(kStates[i], use, "arn"), after.status());
      switch (next[i]) {
        case '.':
          EXPECT_THAT(after,
                      IsRefusal(reason, "Request.CertificateAuthorityArn"));
          break;
        case '=':
          EXPECT_EQ(after.value(), std::nullopt);
          break;
        case 'A':
          EXPECT_EQ(after.value(), kActive);
          break;
        case 'D':
          EXPECT_EQ(after.value(), kDisabled);
          break;
        case 'X':
          EXPECT_EQ(after.value(), kDeleted);
          break;
        case 'S':
          EXPECT_EQ(after.value(), kStored);
          break;
        case 'B':
          EXPECT_EQ(after.value(), kBefore);
          break;
        default:
          FAIL() << "no such answer";
      }
    }
  }
}

TEST(LifecycleTest, ACaExpiresWithItsCertificate) {
  const absl::Time end = absl::FromUnixSeconds(1772366400);
  const absl::Time long_ago = absl::UnixEpoch();
  for (const Status set : {kCreating, kPending, kDeleted, kFailed}) {
    EXPECT_EQ(EffectiveStatus(set, long_ago, end, end + absl::Hours(1)), set);
  }
  for (const Status set : {kActive, kDisabled}) {
    EXPECT_EQ(EffectiveStatus(set, long_ago, end, end), set);
    EXPECT_EQ(EffectiveStatus(set, long_ago, end, end + absl::Seconds(1)),
              kExpired);
  }
}

TEST(LifecycleTest, ACaIsCreatingUntilItsTimeHasCome) {
  const absl::Time ready = absl::FromUnixSeconds(1772366400);
  const absl::Time before = ready - absl::Milliseconds(1);
  const absl::Time no_end = absl::InfiniteFuture();
  EXPECT_EQ(EffectiveStatus(kPending, ready, no_end, before), kCreating);
  EXPECT_EQ(EffectiveStatus(kPending, ready, no_end, ready), kPending);
  for (const Status set : {kActive, kDeleted, kDisabled, kFailed}) {
    EXPECT_EQ(EffectiveStatus(set, ready, no_end, before), set);
  }
}

}  // namespace
}  // namespace pki
