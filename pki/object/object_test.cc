// Objects written and read: whole, in pieces, replaced meanwhile, and under a
// store that fails.
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/object/object_key.h"
#include "pki/object/object_reader.h"
#include "pki/object/object_writer.h"
#include "pki/store/memory_store.h"
#include "pki/testing/failing_ports.h"
#include "pki/testing/interrupted_store.h"
#include "pki/testing/seeded_entropy.h"
#include "pki/testing/status_matchers.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr size_t kPart = ObjectWriter::kPartSize;
constexpr absl::string_view kAccount = "111122223333";
constexpr absl::string_view kType = "text/plain";
const absl::Time kNow = absl::FromUnixSeconds(1772366400);

// No two parts are the same.
Bytes Content(size_t size, absl::string_view seed = "") {
  Bytes bytes;
  while (bytes.size() < size) absl::StrAppend(&bytes, seed, bytes.size(), ",");
  bytes.resize(size);
  return bytes;
}

class ObjectTest : public ::testing::Test {
 protected:
  std::unique_ptr<ObjectWriter> NewWriter(absl::Time now = kNow) {
    return ObjectWriter::New(&store_, entropy_, now).value();
  }

  absl::Status Put(const ObjectName& name, absl::string_view content) {
    auto writer = NewWriter();
    absl::Status status = writer->Append(content);
    if (!status.ok()) return status;
    return writer->Publish(name, kAccount, kType, {});
  }

  absl::StatusOr<Bytes> Get(const ObjectName& name) {
    const auto reader = ObjectReader::Open(&store_, name);
    if (!reader.ok()) return reader.status();
    return reader->Read(0, SIZE_MAX);
  }

  std::vector<std::string> Keys(absl::string_view kind) {
    std::vector<std::string> keys;
    const auto entries = inner_->Scan({"", "\x7f"}, SIZE_MAX);
    for (const Entry& entry : *entries) {
      if (absl::StartsWith(entry.key, kind)) keys.push_back(entry.key);
    }
    return keys;
  }

  const ObjectName name_{"bucket", "a/b.txt"};
  std::shared_ptr<MemoryStore> inner_ = std::make_shared<MemoryStore>();
  FailingStore store_{inner_};
  SeededEntropy entropy_{"objects"};
};

TEST_F(ObjectTest, IsReadAsItWasWritten) {
  for (const size_t size : {size_t{0}, size_t{1}, kPart - 1, kPart, kPart + 1,
                            3 * kPart, 3 * kPart + 7}) {
    const Bytes content = Content(size);
    ASSERT_THAT(Put(name_, content), IsOk());
    const auto got = Get(name_);
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(*got == content, true) << size;
    EXPECT_THAT(Keys("part/"), SizeIs((size + kPart - 1) / kPart));
  }
}

TEST_F(ObjectTest, TellsWhatItIs) {
  ASSERT_THAT(Put(name_, Content(kPart + 1)), IsOk());
  const auto reader = ObjectReader::Open(&store_, name_);
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ(reader->record().size(), kPart + 1);
  EXPECT_EQ(reader->record().content_type(), kType);
  EXPECT_EQ(reader->record().created_at().seconds(), absl::ToUnixSeconds(kNow));
  EXPECT_EQ(reader->name().bucket, name_.bucket);
  EXPECT_EQ(reader->name().key, name_.key);
}

TEST_F(ObjectTest, IsReadInPiecesOfAnySize) {
  const Bytes content = Content(2 * kPart + 100);
  ASSERT_THAT(Put(name_, content), IsOk());
  const auto reader = ObjectReader::Open(&store_, name_);
  ASSERT_THAT(reader, IsOk());
  for (const uint64_t offset :
       {uint64_t{0}, uint64_t{5}, uint64_t{kPart - 1}, uint64_t{kPart},
        uint64_t{2 * kPart + 99}, uint64_t{2 * kPart + 100}, UINT64_MAX}) {
    for (const size_t size :
         {size_t{1}, size_t{100}, kPart, kPart + 2, SIZE_MAX}) {
      const auto piece = reader->Read(offset, size);
      ASSERT_THAT(piece, IsOk());
      const Bytes expected =
          offset < content.size() ? content.substr(offset, size) : "";
      EXPECT_EQ(*piece == expected, true) << offset << " " << size;
    }
  }
}

TEST_F(ObjectTest, TakesWhatItIsGivenInPiecesOfAnySize) {
  const Bytes content = Content(2 * kPart + 100);
  auto writer = NewWriter();
  size_t piece = 1;
  for (size_t offset = 0; offset < content.size();
       offset += piece, piece *= 3) {
    ASSERT_THAT(
        writer->Append(absl::string_view(content).substr(offset, piece)),
        IsOk());
  }
  EXPECT_EQ(writer->size(), content.size());
  ASSERT_THAT(writer->Publish(name_, kAccount, kType, {}), IsOk());
  EXPECT_EQ(*Get(name_) == content, true);
}

TEST_F(ObjectTest, BeginsWithWhatWasKnownLast) {
  for (const size_t size : {size_t{0}, kPart, 2 * kPart + 100}) {
    const Bytes content = Content(size);
    auto writer = NewWriter();
    ASSERT_THAT(writer->Append(content), IsOk());
    Bytes back;
    ASSERT_THAT(writer->ReadBack([&](absl::string_view piece) {
      back.append(piece.data(), piece.size());
    }),
                IsOk());
    EXPECT_EQ(back == content, true) << size;
    writer->Prepend("head");
    ASSERT_THAT(writer->Append("tail"), IsOk());
    ASSERT_THAT(writer->Publish(name_, kAccount, kType, {}), IsOk());
    const auto reader = ObjectReader::Open(&store_, name_);
    ASSERT_THAT(reader, IsOk());
    const Bytes whole = "head" + content + "tail";
    EXPECT_EQ(reader->record().size(), whole.size());
    for (const uint64_t offset : {0, 1, 3, 4, 5}) {
      for (const size_t length : {size_t{1}, size_t{4}, kPart + 1, SIZE_MAX}) {
        EXPECT_EQ(reader->Read(offset, length).value() ==
                      whole.substr(offset, length),
                  true)
            << offset << " " << length;
      }
    }
  }
}

TEST_F(ObjectTest, IsNotThereBeforeItIsPublished) {
  auto writer = NewWriter();
  ASSERT_THAT(writer->Append(Content(2 * kPart + 1)), IsOk());
  EXPECT_THAT(Get(name_),
              IsRefusal(v1::REASON_OBJECT_NOT_FOUND, "Request.Key"));
  EXPECT_THAT(Keys("part/"), SizeIs(2));
  writer.reset();
  EXPECT_THAT(Keys(""), IsEmpty());
}

TEST_F(ObjectTest, OfOnePartTakesOneCommit) {
  auto writer = NewWriter();
  ASSERT_THAT(writer->Append(Content(kPart - 1)), IsOk());
  EXPECT_THAT(Keys(""), IsEmpty());
}

TEST_F(ObjectTest, IsNotFoundUnderANameThatNoStoreCanHave) {
  EXPECT_THAT(Get({"bucket", std::string(1024, 'k')}),
              IsRefusal(v1::REASON_OBJECT_NOT_FOUND, "Request.Key"));
}

TEST_F(ObjectTest, ReplacedIsNeverMixed) {
  ASSERT_THAT(Put(name_, Content(3 * kPart, "old")), IsOk());
  const auto reader = ObjectReader::Open(&store_, name_);
  ASSERT_THAT(reader, IsOk());
  ASSERT_THAT(reader->Read(0, kPart), IsOk());
  EXPECT_TRUE(*reader->IsCurrent());

  const Bytes content = Content(2 * kPart, "new");
  ASSERT_THAT(Put(name_, content), IsOk());
  EXPECT_FALSE(*reader->IsCurrent());
  EXPECT_THAT(reader->Read(kPart, kPart),
              IsRefusal(v1::REASON_OBJECT_CHANGED, "Request.Key"));
  EXPECT_EQ(*Get(name_) == content, true);
  // What was replaced is gone.
  EXPECT_THAT(Keys("part/"), SizeIs(2));
}

TEST_F(ObjectTest, ThatLacksAPartIsDamaged) {
  ASSERT_THAT(Put(name_, Content(2 * kPart)), IsOk());
  const auto reader = ObjectReader::Open(&store_, name_);
  ASSERT_THAT(reader, IsOk());
  WriteBatch shorten;
  shorten.puts.emplace_back(Keys("part/").back(), "short");
  ASSERT_THAT(store_.Commit(shorten), IsOk());
  EXPECT_THAT(Get(name_), IsRefusal(v1::REASON_RECORD_DAMAGED));
  WriteBatch cut;
  cut.deletes.push_back(Keys("part/").back());
  ASSERT_THAT(store_.Commit(cut), IsOk());
  EXPECT_THAT(Get(name_), IsRefusal(v1::REASON_RECORD_DAMAGED));
  EXPECT_THAT(reader->Read(0, kPart), IsOk());
}

TEST_F(ObjectTest, WithoutASizeOfPartsIsDamaged) {
  v1::ObjectRecord record;
  record.set_format(1);
  record.set_size(1);
  WriteBatch batch;
  batch.puts.emplace_back(ObjectKey(name_), record.SerializeAsString());
  ASSERT_THAT(store_.Commit(batch), IsOk());
  EXPECT_THAT(Get(name_), IsRefusal(v1::REASON_RECORD_DAMAGED));
}

TEST_F(ObjectTest, IsPublishedTogetherWithABatch) {
  auto writer = NewWriter();
  ASSERT_THAT(writer->Append(Content(kPart + 1)), IsOk());
  WriteBatch batch;
  batch.preconditions.push_back({"other", 1});
  batch.puts.emplace_back("other", "value");
  EXPECT_THAT(writer->Publish(name_, kAccount, kType, batch),
              IsRefusal(v1::REASON_STORE_PRECONDITION));
  EXPECT_THAT(Get(name_), IsRefusal(v1::REASON_OBJECT_NOT_FOUND));
  EXPECT_THAT(Keys("other"), IsEmpty());
  // Once more, with what the caller decided then.
  batch.preconditions.clear();
  EXPECT_THAT(writer->Publish(name_, kAccount, kType, batch), IsOk());
  EXPECT_THAT(Keys("other"), SizeIs(1));
  writer.reset();
  EXPECT_EQ(Get(name_)->size(), kPart + 1);
}

TEST_F(ObjectTest, IsOneContentUnderSeveralNames) {
  const ObjectName names[] = {name_, {"other bucket", "other key"}};
  for (const absl::string_view fill : {"first", "second"}) {
    const Bytes content = Content(kPart + 1, fill);
    const auto writer = NewWriter();
    ASSERT_THAT(writer->Append(content), IsOk());
    ASSERT_THAT(writer->PublishAs(names, kAccount, kType, {}), IsOk());
    for (const ObjectName& name : names) {
      EXPECT_EQ(*Get(name) == content, true) << name.key;
    }
    EXPECT_THAT(Keys("part/"), SizeIs(2));
  }
  // All at once, or none.
  const auto late = NewWriter();
  ASSERT_THAT(late->Append("late"), IsOk());
  store_.LoseRaces(1);
  EXPECT_THAT(late->PublishAs(names, kAccount, kType, {}),
              IsRefusal(v1::REASON_STORE_PRECONDITION));
  for (const ObjectName& name : names) {
    EXPECT_EQ(Get(name)->size(), kPart + 1) << name.key;
  }
}

TEST_F(ObjectTest, OfTwoWritersTheSlowerLosesItsParts) {
  auto slow = NewWriter();
  ASSERT_THAT(slow->Append(Content(kPart + 1, "slow")), IsOk());
  store_.LoseRaces(1);
  EXPECT_THAT(slow->Publish(name_, kAccount, kType, {}),
              IsRefusal(v1::REASON_STORE_PRECONDITION));
  ASSERT_THAT(Put(name_, "fast"), IsOk());
  slow.reset();
  EXPECT_EQ(*Get(name_), "fast");
  EXPECT_THAT(Keys("part/"), SizeIs(1));
}

TEST_F(ObjectTest, WhosePublicationWasNotAnsweredKeepsItsParts) {
  const Bytes content = Content(kPart + 1);
  auto writer = NewWriter();
  ASSERT_THAT(writer->Append(content), IsOk());
  store_.LoseAnswers(1);
  EXPECT_THAT(writer->Publish(name_, kAccount, kType, {}),
              IsRefusal(v1::REASON_STORE_FAILED));
  writer.reset();
  EXPECT_EQ(*Get(name_) == content, true);
}

TEST_F(ObjectTest, PublishedAgainAfterALostAnswerIsThere) {
  const Bytes content = Content(kPart - 1);
  auto writer = NewWriter();
  ASSERT_THAT(writer->Append(content), IsOk());
  store_.LoseAnswers(1);
  EXPECT_THAT(writer->Publish(name_, kAccount, kType, {}),
              IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_THAT(writer->Publish(name_, kAccount, kType, {}), IsOk());
  writer.reset();
  EXPECT_EQ(*Get(name_) == content, true);
}

// Fails each call of the store in turn: nothing is left, or all is there.
TEST_F(ObjectTest, SurvivesAStoreThatFails) {
  const Bytes content = Content(2 * kPart + 1);
  for (int nth = 1;; ++nth) {
    ASSERT_LT(nth, 100);
    store_.FailAt(nth);
    const absl::Status status = Put(name_, content);
    store_.FailAt(0);
    if (status.ok()) break;
    EXPECT_THAT(status, IsRefusal(v1::REASON_STORE_FAILED));
    EXPECT_THAT(Keys(""), IsEmpty()) << nth;
  }
  EXPECT_EQ(*Get(name_) == content, true);
}

TEST_F(ObjectTest, IsDeletedWithItsParts) {
  ASSERT_THAT(Put(name_, Content(9 * kPart)), IsOk());
  const std::string content_id =
      ObjectReader::Open(&store_, name_)->record().content_id();
  EXPECT_THAT(DeleteObject(store_, name_, "another"), IsOk());
  EXPECT_THAT(Get(name_), IsOk());
  EXPECT_THAT(DeleteObject(store_, {"bucket", "other"}, content_id), IsOk());
  store_.LoseRaces(1);
  EXPECT_THAT(DeleteObject(store_, name_, content_id), IsOk());
  EXPECT_THAT(Get(name_), IsOk());
  EXPECT_THAT(DeleteObject(store_, name_, content_id), IsOk());
  EXPECT_THAT(Keys(""), IsEmpty());
}

// The clock jumped while it wrote.
TEST_F(ObjectTest, IsNotPublishedWithoutItsParts) {
  auto writer = NewWriter();
  ASSERT_THAT(writer->Append(Content(2 * kPart)), IsOk());
  ASSERT_THAT(DeleteUnreachable(store_, kNow + absl::Hours(25)), IsOk());
  EXPECT_THAT(writer->Append(Content(kPart)),
              IsRefusal(v1::REASON_STORE_PRECONDITION));
  EXPECT_THAT(writer->Publish(name_, kAccount, kType, {}),
              IsRefusal(v1::REASON_STORE_PRECONDITION));
  EXPECT_THAT(Get(name_), IsRefusal(v1::REASON_OBJECT_NOT_FOUND));
  writer.reset();
  EXPECT_THAT(Keys(""), IsEmpty());
}

// At whatever call of DeleteUnreachable(): it finds the draft, looks at it, and
// discards it.
TEST_F(ObjectTest, PublishedMeanwhileKeepsItsParts) {
  const Bytes content = Content(2 * kPart);
  for (int nth = 1; nth <= 3; ++nth) {
    SCOPED_TRACE(nth);
    auto writer = NewWriter();
    ASSERT_THAT(writer->Append(content), IsOk());
    InterruptedStore store(inner_);
    absl::Status published = absl::UnknownError("not yet");
    store.InterruptAt(
        nth, [&] { published = writer->Publish(name_, kAccount, kType, {}); });
    EXPECT_THAT(DeleteUnreachable(store, kNow + absl::Hours(25)), IsOk());
    EXPECT_THAT(published, IsOk());
    EXPECT_EQ(*Get(name_) == content, true);
    ASSERT_THAT(DeleteObject(store_, name_, writer->content_id()), IsOk());
  }
}

TEST_F(ObjectTest, WhatNobodyCanReachIsDeleted) {
  ASSERT_THAT(Put(name_, Content(2 * kPart)), IsOk());
  ASSERT_THAT(Put({"other", "key"}, Content(1)), IsOk());
  const std::vector<std::string> reachable = Keys("part/");
  // Two that end without a word, an hour apart.
  const auto leave = [this](absl::Time now) {
    auto writer = NewWriter(now);
    ASSERT_THAT(writer->Append(Content(5 * kPart)), IsOk());
    store_.FailAt(1);
    writer.reset();
  };
  leave(kNow);
  leave(kNow + absl::Hours(1));
  ASSERT_THAT(Keys("part/"), SizeIs(13));
  ASSERT_THAT(DeleteUnreachable(store_, kNow), IsOk());
  EXPECT_THAT(Keys("part/"), SizeIs(13));
  ASSERT_THAT(DeleteUnreachable(store_, kNow + absl::Hours(1)), IsOk());
  EXPECT_THAT(Keys("part/"), SizeIs(8));
  ASSERT_THAT(DeleteUnreachable(store_, kNow + absl::Hours(2)), IsOk());
  EXPECT_EQ(Keys("part/"), reachable);
}

TEST_F(ObjectTest, WhatWasReplacedIsDeletedLaterWhenItCannotBeAtOnce) {
  ASSERT_THAT(Put(name_, Content(2 * kPart, "old")), IsOk());
  const Bytes content = Content(kPart, "new");
  // Its part, its draft, what it replaces, itself; then what it has replaced.
  store_.FailAt(5);
  ASSERT_THAT(Put(name_, content), IsOk());
  EXPECT_THAT(Keys("part/"), SizeIs(3));
  ASSERT_THAT(DeleteUnreachable(store_, kNow), IsOk());
  EXPECT_THAT(Keys("part/"), SizeIs(1));
  EXPECT_THAT(Keys("discard/"), IsEmpty());
  EXPECT_EQ(*Get(name_) == content, true);
}

TEST_F(ObjectTest, WhatIsThereIsNotReadToFindWhatIsNot) {
  for (const char* key : {"a", "b", "c"}) {
    ASSERT_THAT(Put({"bucket", key}, Content(kPart)), IsOk());
  }
  InterruptedStore store(inner_);
  // Drafts and discards, which there are none of.
  store.InterruptAt(3, [] {});
  ASSERT_THAT(DeleteUnreachable(store, kNow + absl::Hours(25)), IsOk());
  EXPECT_FALSE(store.was_interrupted());
}

}  // namespace
}  // namespace pki
