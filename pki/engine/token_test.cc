// Tokens: found within their window, apart from each other, and never recorded
// by two.
#include "pki/engine/token.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "pki/store/memory_store.h"
#include "pki/testing/failing_ports.h"
#include "pki/testing/interrupted_store.h"
#include "pki/testing/status_matchers.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

// 2026-03-01 12:00:00 UTC.
const absl::Time kNow = absl::FromUnixSeconds(1772366400);
constexpr absl::Duration kWindow = absl::Minutes(5);

v1::IssueCertificateRequest Request(const std::string& token,
                                    const std::string& csr = "csr") {
  v1::IssueCertificateRequest request;
  request.set_idempotency_token(token);
  request.set_csr(csr);
  return request;
}

class TokenTest : public testing::Test {
 protected:
  absl::Status Record(Token& token, absl::string_view arn, absl::Time at) {
    WriteBatch batch;
    token.Record(arn, at, &batch);
    return store_.Commit(std::move(batch));
  }
  std::optional<std::string> Find(Token token, absl::Time at) {
    const auto found = token.Find(store_, at, kWindow);
    EXPECT_THAT(found, IsOk());
    return found.value_or(std::nullopt);
  }

  FailingStore store_{std::make_shared<MemoryStore>()};
};

TEST_F(TokenTest, IsFoundWithinItsWindow) {
  Token token("scope", Request("token"));
  EXPECT_EQ(Find(token, kNow), std::nullopt);
  ASSERT_THAT(Record(token, "arn", kNow), IsOk());
  EXPECT_EQ(Find(token, kNow), "arn");
  EXPECT_EQ(Find(token, kNow + kWindow - absl::Milliseconds(1)), "arn");
  EXPECT_EQ(Find(token, kNow + kWindow), std::nullopt);
  // A clock that went back.
  EXPECT_EQ(Find(token, kNow - absl::Hours(1)), "arn");
}

TEST_F(TokenTest, IsRecordedAgainAfterItsWindow) {
  Token token("scope", Request("token"));
  ASSERT_THAT(Record(token, "first", kNow), IsOk());
  const absl::Time later = kNow + kWindow;
  ASSERT_EQ(*token.Find(store_, later, kWindow), std::nullopt);
  ASSERT_THAT(Record(token, "second", later), IsOk());
  EXPECT_EQ(Find(token, later), "second");
}

TEST_F(TokenTest, BelongsToItsScopeAndRequest) {
  Token token("scope", Request("token"));
  ASSERT_THAT(Record(token, "arn", kNow), IsOk());
  EXPECT_EQ(Find(Token("scope", Request("token")), kNow), "arn");
  EXPECT_EQ(Find(Token("other", Request("token")), kNow), std::nullopt);
  EXPECT_EQ(Find(Token("scope", Request("other")), kNow), std::nullopt);
  EXPECT_EQ(Find(Token("scope", Request("token", "other")), kNow),
            std::nullopt);
}

TEST_F(TokenTest, OfTwoOneLosesTheRace) {
  for (const absl::Time now : {kNow, kNow + kWindow}) {
    Token faster("scope", Request("token"));
    Token slower = faster;
    ASSERT_EQ(*faster.Find(store_, now, kWindow), std::nullopt);
    ASSERT_EQ(*slower.Find(store_, now, kWindow), std::nullopt);
    ASSERT_THAT(Record(faster, "faster", now), IsOk());
    EXPECT_THAT(Record(slower, "slower", now),
                IsRefusal(v1::REASON_STORE_PRECONDITION));
    EXPECT_EQ(*slower.Find(store_, now, kWindow), "faster");
  }
}

TEST_F(TokenTest, IsDeletedWhenItIsOld) {
  Token old("scope", Request("old"));
  Token kept("scope", Request("kept"));
  ASSERT_THAT(Record(old, "old", kNow - absl::Milliseconds(1)), IsOk());
  ASSERT_THAT(Record(kept, "kept", kNow), IsOk());
  ASSERT_THAT(DeleteTokens(store_, kNow), IsOk());
  EXPECT_EQ(Find(old, kNow), std::nullopt);
  EXPECT_EQ(Find(kept, kNow), "kept");
}

TEST_F(TokenTest, StaysWhenItIsRecordedMeanwhile) {
  Token token("scope", Request("token"));
  ASSERT_THAT(Record(token, "old", kNow - kWindow), IsOk());
  const auto interrupted = std::make_shared<InterruptedStore>(
      std::shared_ptr<Store>(&store_, [](Store* /*not owned*/) {}));
  interrupted->before_commit = [&] {
    ASSERT_EQ(*token.Find(store_, kNow, kWindow), std::nullopt);
    ASSERT_THAT(Record(token, "new", kNow), IsOk());
  };
  EXPECT_THAT(DeleteTokens(*interrupted, kNow), IsOk());
  EXPECT_EQ(Find(token, kNow), "new");
}

TEST_F(TokenTest, ADamagedOneDoesNotKeepTheOthers) {
  WriteBatch batch;
  batch.puts.emplace_back("token/a", "\xFF");
  ASSERT_THAT(store_.Commit(std::move(batch)), IsOk());
  Token token("scope", Request("token"));
  ASSERT_THAT(Record(token, "arn", kNow - kWindow), IsOk());
  EXPECT_THAT(DeleteTokens(store_, kNow),
              IsRefusal(v1::REASON_RECORD_DAMAGED, ""));
  EXPECT_FALSE(store_.Get(token.key())->has_value());
}

TEST_F(TokenTest, SaysWhenTheStoreFails) {
  store_.FailAt(1);
  EXPECT_THAT(Token("scope", Request("token")).Find(store_, kNow, kWindow),
              IsRefusal(v1::REASON_STORE_FAILED, ""));
  Token token("scope", Request("token"));
  ASSERT_THAT(Record(token, "arn", kNow - kWindow), IsOk());
  for (const int call : {1, 2}) {
    store_.FailAt(call);
    EXPECT_THAT(DeleteTokens(store_, kNow),
                IsRefusal(v1::REASON_STORE_FAILED, ""));
  }
}

}  // namespace
}  // namespace pki
