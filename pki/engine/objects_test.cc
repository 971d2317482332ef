// GetObject and ListObjects.
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "pki/engine/engine.h"
#include "pki/object/object_writer.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/interrupted_store.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using testing::ElementsAre;

constexpr size_t kPart = ObjectWriter::kPartSize;

// The harness's own account, and another.
const Caller kOwner{"000000000000", "", ""};
const Caller kGuest{"777788889999", "", ""};

class ObjectsTest : public testing::Test {
 protected:
  void Put(const std::string& bucket, const std::string& key,
           absl::string_view content, absl::string_view account = "") {
    const auto writer =
        ObjectWriter::New(&harness_.store(), harness_.entropy(), HarnessTime());
    ASSERT_THAT(writer, IsOk());
    ASSERT_THAT((*writer)->Append(content), IsOk());
    ASSERT_THAT((*writer)->Publish({bucket, key}, account, "text/plain", {}),
                IsOk());
  }

  static v1::GetObjectRequest GetRequest(const std::string& bucket,
                                         const std::string& key) {
    v1::GetObjectRequest request;
    request.set_bucket(bucket);
    request.set_key(key);
    return request;
  }
  absl::StatusOr<v1::GetObjectResponse> Get(
      const v1::GetObjectRequest& request) {
    return harness_.Call<v1::GetObjectResponse>(request);
  }

  // "bucket:key", and "..." when there is more.
  absl::StatusOr<std::vector<std::string>> List(
      const v1::ListObjectsRequest& request, std::string* token = nullptr) {
    return ListAs(kOwner, request, token);
  }
  absl::StatusOr<std::vector<std::string>> ListAs(
      const Caller& caller, const v1::ListObjectsRequest& request,
      std::string* token = nullptr) {
    const auto listed =
        harness_.CallAs<v1::ListObjectsResponse>(caller, request);
    if (!listed.ok()) return listed.status();
    std::vector<std::string> names;
    for (const v1::ObjectSummary& object : listed->objects()) {
      names.push_back(absl::StrCat(object.bucket(), ":", object.key()));
    }
    if (listed->has_next_token()) {
      names.emplace_back("...");
      if (token != nullptr) *token = listed->next_token();
    }
    return names;
  }

  EngineHarness harness_;
};

TEST_F(ObjectsTest, AreReadInParts) {
  constexpr size_t kDefault = 1 << 20;
  const std::string content =
      std::string(kPart, 'a') + std::string(kDefault, 'b');
  Put("bucket", "key", content);
  v1::GetObjectRequest request = GetRequest("bucket", "key");
  const auto first = Get(request);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->body() == content.substr(0, kDefault), true);
  EXPECT_EQ(first->size(), content.size());
  EXPECT_EQ(first->content_type(), "text/plain");
  EXPECT_EQ(first->last_modified().seconds(),
            absl::ToUnixSeconds(HarnessTime()));
  request.set_content_id(first->content_id());
  request.set_offset(kPart - 1);
  request.set_max_bytes(2);
  EXPECT_EQ(Get(request)->body(), "ab");
  request.set_offset(content.size());
  EXPECT_EQ(Get(request)->body(), "");
  EXPECT_EQ(Get(request)->size(), content.size());
}

TEST_F(ObjectsTest, KeepToTheLimitsOfTheirRequests) {
  Put("bucket", "key", "content");
  v1::GetObjectRequest request = GetRequest("bucket", "key");
  request.set_offset(-1);
  EXPECT_THAT(Get(request),
              IsRefusal(v1::REASON_FIELD_RANGE, "Request.Offset"));
  request.set_offset(0);
  request.set_max_bytes(4194305);
  EXPECT_THAT(Get(request),
              IsRefusal(v1::REASON_FIELD_RANGE, "Request.MaxBytes"));
  request.set_max_bytes(4194304);
  EXPECT_THAT(Get(request), IsOk());
}

TEST_F(ObjectsTest, ThatAreNotThereAreNotFound) {
  Put("bucket", "key", "content");
  EXPECT_THAT(Get(GetRequest("bucket", "other")),
              IsRefusal(v1::REASON_OBJECT_NOT_FOUND, "Request.Key"));
  EXPECT_THAT(Get(GetRequest("other", "key")),
              IsRefusal(v1::REASON_OBJECT_NOT_FOUND, "Request.Key"));
}

TEST_F(ObjectsTest, ReplacedAreNotGoneOnWith) {
  Put("bucket", "key", "old");
  v1::GetObjectRequest request = GetRequest("bucket", "key");
  request.set_content_id(Get(request)->content_id());
  EXPECT_THAT(Get(request), IsOk());
  Put("bucket", "key", "new");
  EXPECT_THAT(Get(request),
              IsRefusal(v1::REASON_OBJECT_CHANGED, "Request.ContentId"));
}

// Whoever asks for no certain content gets the new one.
TEST_F(ObjectsTest, ReplacedBetweenRecordAndPartAreReadAnew) {
  Put("bucket", "key", "old");
  Ports ports = harness_.ports();
  const auto interrupted = std::make_shared<InterruptedStore>(ports.store);
  ports.store = interrupted;
  const auto engine = Engine::New({}, ports);
  ASSERT_THAT(engine, IsOk());
  interrupted->InterruptAt(2, [this] { Put("bucket", "key", "new"); });
  v1::GetObjectResponse response;
  ASSERT_THAT(
      (*engine)->Call("GetObject", GetRequest("bucket", "key"), &response),
      IsOk());
  EXPECT_EQ(response.body(), "new");
}

TEST_F(ObjectsTest, AreListedByBucketAndPrefix) {
  for (const char* key : {"b", "a/2", "a/1", "ab"}) Put("one", key, "x");
  Put("two", "a/3", "x");
  v1::ListObjectsRequest request;
  EXPECT_THAT(*List(request),
              ElementsAre("one:a/1", "one:a/2", "one:ab", "one:b", "two:a/3"));
  request.set_bucket("one");
  EXPECT_THAT(*List(request),
              ElementsAre("one:a/1", "one:a/2", "one:ab", "one:b"));
  request.set_prefix("a/");
  EXPECT_THAT(*List(request), ElementsAre("one:a/1", "one:a/2"));
  request.clear_bucket();
  EXPECT_THAT(List(request),
              IsRefusal(v1::REASON_OBJECT_PREFIX, "Request.Prefix"));
}

TEST_F(ObjectsTest, AreListedInPages) {
  for (const char* key : {"a", "c", "d"}) Put("bucket", key, "x");
  v1::ListObjectsRequest request;
  request.set_max_results(2);
  std::string token;
  EXPECT_THAT(*List(request, &token),
              ElementsAre("bucket:a", "bucket:c", "..."));
  Put("bucket", "b", "x");
  request.set_next_token(token);
  EXPECT_THAT(*List(request), ElementsAre("bucket:d"));
  // It is the token of this listing.
  request.set_bucket("bucket");
  EXPECT_THAT(List(request),
              IsRefusal(v1::REASON_NEXT_TOKEN, "Request.NextToken"));
}

TEST_F(ObjectsTest, AreForTheirAccountAndTheHost) {
  Put("bucket", "a", "nobody's");
  Put("bucket", "b", "guest's", kGuest.account);
  Put("bucket", "c", "another's", "555566667777");
  const auto get = [this](const Caller& caller, const std::string& key) {
    return harness_.CallAs<v1::GetObjectResponse>(caller,
                                                  GetRequest("bucket", key));
  };
  EXPECT_EQ(get(kGuest, "b")->body(), "guest's");
  for (const char* key : {"a", "c"}) {
    EXPECT_THAT(get(kOwner, key), IsOk());
    // As if there was none.
    const absl::Status hidden = get(kGuest, key).status();
    EXPECT_THAT(hidden, IsRefusal(v1::REASON_OBJECT_NOT_FOUND, "Request.Key"));
    EXPECT_EQ(DetailOf(hidden).message(),
              absl::StrReplaceAll(DetailOf(get(kGuest, "d").status()).message(),
                                  {{"'d'", Quote(key)}}));
    // Nor whether it was replaced.
    v1::GetObjectRequest request = GetRequest("bucket", key);
    request.set_content_id("old");
    EXPECT_THAT(harness_.CallAs<v1::GetObjectResponse>(kGuest, request),
                IsRefusal(v1::REASON_OBJECT_NOT_FOUND, "Request.Key"));
  }
  EXPECT_THAT(get(kOwner, "b"), IsOk());
  v1::ListObjectsRequest list;
  EXPECT_THAT(*ListAs(kOwner, list),
              ElementsAre("bucket:a", "bucket:b", "bucket:c"));
  EXPECT_THAT(*ListAs(kGuest, list), ElementsAre("bucket:b"));
  // Others' objects take no place on a page.
  list.set_max_results(1);
  std::string token;
  EXPECT_THAT(*ListAs(kGuest, list, &token), ElementsAre("bucket:b", "..."));
  list.set_next_token(token);
  EXPECT_THAT(*ListAs(kGuest, list), ElementsAre());
  // Services have no objects.
  EXPECT_THAT(get({kGuest.account, "acm.amazonaws.com", ""}, "b"),
              IsRefusal(v1::REASON_ACCESS_DENIED));
}

}  // namespace
}  // namespace pki
