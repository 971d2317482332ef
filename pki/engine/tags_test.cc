// Tags: put, replaced, removed, listed, and their limits.
#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TagsTest : public testing::Test {
 protected:
  TagsTest() : root_(harness_.CreateRoot("Root").value()) {}

  // Each "key=value", or "key" for one without a value.
  template <typename Request, typename Response>
  absl::Status Change(const std::vector<std::string>& tags) {
    Request request;
    request.set_certificate_authority_arn(root_);
    for (const std::string& text : tags) {
      v1::Tag& tag = *request.add_tags();
      const size_t sign = text.find('=');
      tag.set_key(text.substr(0, sign));
      if (sign != std::string::npos) tag.set_value(text.substr(sign + 1));
    }
    return harness_.Call<Response>(request).status();
  }
  absl::Status Tag(const std::vector<std::string>& tags) {
    return Change<v1::TagCertificateAuthorityRequest,
                  v1::TagCertificateAuthorityResponse>(tags);
  }
  absl::Status Untag(const std::vector<std::string>& tags) {
    return Change<v1::UntagCertificateAuthorityRequest,
                  v1::UntagCertificateAuthorityResponse>(tags);
  }
  absl::StatusOr<v1::ListTagsResponse> Page(int size,
                                            const std::string& token = "") {
    v1::ListTagsRequest request;
    request.set_certificate_authority_arn(root_);
    request.set_max_results(size);
    if (!token.empty()) request.set_next_token(token);
    return harness_.Call<v1::ListTagsResponse>(request);
  }
  std::vector<std::string> Tags() {
    std::vector<std::string> tags;
    const auto page = Page(100);
    for (const v1::Tag& tag : page->tags()) {
      tags.push_back(tag.has_value() ? absl::StrCat(tag.key(), "=", tag.value())
                                     : tag.key());
    }
    return tags;
  }

  EngineHarness harness_;
  const std::string root_;
};

TEST_F(TagsTest, ArePutReplacedAndRemoved) {
  EXPECT_THAT(Tags(), IsEmpty());
  ASSERT_THAT(Tag({"b=1", "a", "c="}), IsOk());
  EXPECT_THAT(Tags(), ElementsAre("a", "b=1", "c="));
  ASSERT_THAT(Tag({"b=2"}), IsOk());
  EXPECT_THAT(Tags(), ElementsAre("a", "b=2", "c="));
  // Another value leaves the tag where it is; none takes it, whatever it has.
  ASSERT_THAT(Untag({"b=1", "c", "absent"}), IsOk());
  EXPECT_THAT(Tags(), ElementsAre("a", "b=2"));
  ASSERT_THAT(Untag({"b=2"}), IsOk());
  EXPECT_THAT(Tags(), ElementsAre("a"));
}

TEST_F(TagsTest, AreAtMostFifty) {
  std::vector<std::string> tags;
  for (int i = 0; i < 50; ++i) tags.push_back(absl::StrCat("k", i));
  ASSERT_THAT(Tag(tags), IsOk());
  EXPECT_THAT(Tag({"k0=new"}), IsOk());
  EXPECT_THAT(Tag({"k50"}), IsRefusal(v1::REASON_TAG_COUNT, "Request.Tags"));
  EXPECT_THAT(Tags(), SizeIs(50));
}

TEST_F(TagsTest, HaveOneValueAndNoReservedKey) {
  EXPECT_THAT(Tag({"a", "b", "a=1"}),
              IsRefusal(v1::REASON_TAG_DUPLICATE, "Request.Tags[2].Key"));
  EXPECT_THAT(Tag({"a", "aws:x"}),
              IsRefusal(v1::REASON_TAG_RESERVED, "Request.Tags[1].Key"));
  EXPECT_THAT(Tags(), IsEmpty());
}

TEST_F(TagsTest, ComeInPages) {
  ASSERT_THAT(Tag({"a", "b", "d", "e"}), IsOk());
  const auto first = Page(2);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->tags(1).key(), "b");
  // What was added meanwhile shows at its place, and nothing shows twice.
  ASSERT_THAT(Tag({"aa", "c"}), IsOk());
  const auto second = Page(2, first->next_token());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->tags(0).key(), "c");
  EXPECT_EQ(second->tags(1).key(), "d");
  const auto third = Page(2, second->next_token());
  ASSERT_THAT(third, IsOk());
  ASSERT_EQ(third->tags_size(), 1);
  EXPECT_EQ(third->tags(0).key(), "e");
  EXPECT_FALSE(third->has_next_token());
}

TEST_F(TagsTest, ATokenIsOfItsListing) {
  ASSERT_THAT(Tag({"a", "b"}), IsOk());
  std::string token = Page(1)->next_token();
  const std::string other = harness_.CreateRoot("Other").value();
  v1::ListTagsRequest request;
  request.set_certificate_authority_arn(other);
  request.set_next_token(token);
  EXPECT_THAT(harness_.Call<v1::ListTagsResponse>(request),
              IsRefusal(v1::REASON_NEXT_TOKEN, "Request.NextToken"));
  token.back() = token.back() == 'A' ? 'B' : 'A';
  token.front() = token.front() == 'A' ? 'B' : 'A';
  EXPECT_THAT(Page(1, token),
              IsRefusal(v1::REASON_NEXT_TOKEN, "Request.NextToken"));
  EXPECT_THAT(Page(1, "no token"),
              IsRefusal(v1::REASON_NEXT_TOKEN, "Request.NextToken"));
}

TEST_F(TagsTest, ADeletedCaHasNone) {
  harness_.ChangeCa(root_, [](v1::CertificateAuthorityRecord& record) {
    record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_DELETED);
    record.mutable_restorable_until()->set_seconds(
        absl::ToUnixSeconds(HarnessTime()) + 1);
  });
  EXPECT_THAT(Tag({"a"}), IsRefusal(v1::REASON_STATE_MANAGE,
                                    "Request.CertificateAuthorityArn"));
  EXPECT_THAT(Page(1), IsRefusal(v1::REASON_STATE_MANAGE,
                                 "Request.CertificateAuthorityArn"));
}

}  // namespace
}  // namespace pki
