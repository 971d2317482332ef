// Each state with each use, beside the table of the User Guide.
#include "pki/ca/lifecycle.h"

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

TEST(LifecycleTest, EachStateAllowsItsUses) {
  constexpr struct {
    CaUse use;
    v1::Reason reason;
  } kUses[] = {
      {CaUse::kIssue, v1::REASON_STATE_ISSUE},
      {CaUse::kIssueOwn, v1::REASON_STATE_ISSUE},
      {CaUse::kGetCsr, v1::REASON_STATE_CSR},
      {CaUse::kGetOwn, v1::REASON_STATE_CERTIFICATE},
      {CaUse::kGetCertificate, v1::REASON_STATE_GET_CERTIFICATE},
      {CaUse::kImport, v1::REASON_STATE_IMPORT},
  };
  // A letter for each use, in their order; a dot where it is refused.
  constexpr struct {
    Status status;
    absl::string_view allowed;
  } kStates[] = {
      {kCreating, "......"}, {kPending, ".or.gi"},  {kActive, "iorcgi"},
      {kDeleted, "......"},  {kDisabled, "..rcg."}, {kExpired, ".orcgi"},
      {kFailed, "......"},
  };
  // No state is left out, but the one that says that there is none.
  EXPECT_EQ(std::size(kStates) + 1,
            static_cast<size_t>(
                v1::CertificateAuthorityStatus_descriptor()->value_count()));
  for (const auto& [status, allowed] : kStates) {
    for (size_t i = 0; i < std::size(kUses); ++i) {
      const absl::Status result = CheckAllowed(status, kUses[i].use, "arn");
      SCOPED_TRACE(v1::CertificateAuthorityStatus_Name(status));
      if (allowed[i] != '.') {
        EXPECT_THAT(result, IsOk()) << "use " << i;
      } else {
        EXPECT_THAT(result, IsRefusal(kUses[i].reason,
                                      "Request.CertificateAuthorityArn"))
            << "use " << i;
      }
    }
  }
}

TEST(LifecycleTest, ACaExpiresWithItsCertificate) {
  const absl::Time end = absl::FromUnixSeconds(1772366400);
  for (const Status set : {kCreating, kPending, kDeleted, kFailed}) {
    EXPECT_EQ(EffectiveStatus(set, end, end + absl::Hours(1)), set);
  }
  for (const Status set : {kActive, kDisabled}) {
    EXPECT_EQ(EffectiveStatus(set, end, end), set);
    EXPECT_EQ(EffectiveStatus(set, end, end + absl::Seconds(1)), kExpired);
  }
}

TEST(LifecycleTest, AnImportActivatesWhatWasNotDisabled) {
  EXPECT_EQ(StatusAfterImport(kPending), kActive);
  EXPECT_EQ(StatusAfterImport(kActive), kActive);
  EXPECT_EQ(StatusAfterImport(kDisabled), kDisabled);
}

}  // namespace
}  // namespace pki
