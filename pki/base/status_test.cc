// Tests of refusals, and of the tables in proto/error.proto that they rest on.
#include "pki/base/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pki {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

absl::Status SomeRefusal(absl::string_view field) {
  return Refuse(v1::REASON_ARN_MALFORMED, field, "the text");
}

TEST(StatusTest, RefusalCarriesCodeReasonFieldAndMessage) {
  const absl::Status status = SomeRefusal("Csr.subject");
  EXPECT_FALSE(status.ok());
  const v1::ErrorDetail detail = DetailOf(status);
  EXPECT_EQ(detail.code(), v1::INVALID_ARN_EXCEPTION);
  EXPECT_EQ(detail.reason(), v1::REASON_ARN_MALFORMED);
  EXPECT_EQ(detail.field(), "Csr.subject");
  EXPECT_EQ(detail.message(), "the text");
  EXPECT_EQ(ReasonOf(status), v1::REASON_ARN_MALFORMED);
}

TEST(StatusTest, OkHasNoDetail) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), v1::REASON_UNSPECIFIED);
  EXPECT_TRUE(Under("Request", absl::OkStatus()).ok());
}

TEST(StatusTest, StatusWithoutPayloadIsADefect) {
  const v1::ErrorDetail detail = DetailOf(absl::NotFoundError("gone"));
  EXPECT_EQ(detail.code(), v1::INTERNAL_FAILURE);
  EXPECT_EQ(detail.reason(), v1::REASON_INTERNAL);
  EXPECT_EQ(detail.message(), "gone");
}

TEST(StatusTest, UnderPutsTheRootBeforeThePath) {
  const auto field = [](absl::string_view inner) {
    return DetailOf(Under("Request", SomeRefusal(inner))).field();
  };
  EXPECT_EQ(field("Csr"), "Request.Csr");
  EXPECT_EQ(field("[2].Key"), "Request[2].Key");
  EXPECT_EQ(field(""), "Request");
  EXPECT_EQ(ReasonOf(Under("Request", SomeRefusal("Csr"))),
            v1::REASON_ARN_MALFORMED);
}

TEST(StatusTest, QuoteEscapesAndCuts) {
  EXPECT_EQ(Quote("plain"), "'plain'");
  EXPECT_EQ(Quote(std::string("\0\n\x80", 3)), "'\\x00\\n\\x80'");
  EXPECT_EQ(Quote(std::string(128, 'x')), "'" + std::string(128, 'x') + "'");
  EXPECT_EQ(Quote(std::string(129, 'x')), "'" + std::string(128, 'x') + "...'");
}

absl::StatusOr<std::unique_ptr<int>> Half(int value) {
  if (value % 2 != 0) return SomeRefusal("value");
  return std::make_unique<int>(value / 2);
}

absl::StatusOr<int> Quarter(int value) {
  PKI_ASSIGN_OR_RETURN(const std::unique_ptr<int> half, Half(value));
  PKI_ASSIGN_OR_RETURN(const std::unique_ptr<int> quarter, Half(*half));
  PKI_RETURN_IF_ERROR(Half(*quarter).status());
  return *quarter;
}

TEST(StatusTest, MacrosPassValuesAndErrors) {
  EXPECT_EQ(*Quarter(8), 2);
  for (const int value : {1, 2, 4}) {
    EXPECT_EQ(ReasonOf(Quarter(value).status()), v1::REASON_ARN_MALFORMED);
  }
}

TEST(StatusTest, EveryReasonHasItsRow) {
  const auto* reasons = v1::Reason_descriptor();
  std::set<std::string> texts;
  for (int i = 1; i < reasons->value_count(); ++i) {
    SCOPED_TRACE(reasons->value(i)->name());
    const v1::Rule& rule =
        RuleOf(static_cast<v1::Reason>(reasons->value(i)->number()));
    EXPECT_NE(rule.code(), v1::ERROR_CODE_UNSPECIFIED);
    EXPECT_TRUE(texts.insert(rule.text()).second) << "a rule told twice";
    EXPECT_THAT(rule.text(), Not(IsEmpty()));
    EXPECT_THAT(rule.source(), Not(IsEmpty()));
  }
}

TEST(StatusTest, EveryCodeHasItsNameAndHttpStatus) {
  const auto* codes = v1::ErrorCode_descriptor();
  std::set<std::string> names;
  for (int i = 1; i < codes->value_count(); ++i) {
    SCOPED_TRACE(codes->value(i)->name());
    const int number = codes->value(i)->number();
    const v1::CodeInfo& info = InfoOf(static_cast<v1::ErrorCode>(number));
    EXPECT_THAT(info.name(), Not(IsEmpty()));
    EXPECT_TRUE(names.insert(info.name()).second);
    EXPECT_EQ(info.http_status(), number < v1::STORAGE_FAILURE ? 400 : 500);
  }
}

TEST(StatusTest, ANumberWithoutARowIsHarmless) {
  EXPECT_EQ(RuleOf(static_cast<v1::Reason>(999999)).code(),
            v1::ERROR_CODE_UNSPECIFIED);
  EXPECT_THAT(InfoOf(static_cast<v1::ErrorCode>(999999)).name(), IsEmpty());
}

TEST(StatusTest, StatusTextNamesEverything) {
  const std::string text = SomeRefusal("Csr.subject").ToString();
  EXPECT_THAT(text, HasSubstr("InvalidArnException"));
  EXPECT_THAT(text, HasSubstr("REASON_ARN_MALFORMED"));
  EXPECT_THAT(text, HasSubstr("Csr.subject"));
}

}  // namespace
}  // namespace pki
