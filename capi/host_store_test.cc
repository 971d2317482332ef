// A host's store that keeps the rules, and hosts that break them.
#include "capi/host_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "capi/map_store.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::SizeIs;

pki_bytes Bytes(const char* text) {
  return {reinterpret_cast<const uint8_t*>(text), std::strlen(text)};
}

// A store that does nothing, and succeeds.
pki_store IdleStore() {
  pki_store store = {};
  store.size = sizeof(store);
  store.get = [](void*, pki_bytes, pki_entry_sink, void*) { return 0; };
  store.scan = [](void*, pki_bytes, pki_bytes, size_t, pki_entry_sink, void*) {
    return 0;
  };
  store.commit = [](void*, const pki_batch*) { return 0; };
  return store;
}

std::shared_ptr<Store> Opened(const pki_store& store) {
  auto opened = HostStoreOf(&store, "host.store");
  EXPECT_THAT(opened, IsOk());
  return *std::move(opened);
}

TEST(HostStoreTest, KeepsWhatIsCommitted) {
  MapStore map;
  const auto store = Opened(*map.store());
  WriteBatch batch;
  batch.preconditions = {{"a", std::nullopt}};
  batch.puts = {{"a", "1"}, {"b", ""}};
  ASSERT_THAT(store->Commit(batch), IsOk());
  EXPECT_THAT(store->Commit(batch), IsRefusal(v1::REASON_STORE_PRECONDITION));

  const auto entry = store->Get("a");
  ASSERT_THAT(entry, IsOk());
  ASSERT_TRUE(entry->has_value());
  EXPECT_EQ((*entry)->value, "1");
  const auto absent = store->Get("c");
  ASSERT_THAT(absent, IsOk());
  EXPECT_FALSE(absent->has_value());

  batch.preconditions = {{"a", (*entry)->version}};
  batch.puts.clear();
  batch.deletes = {"a"};
  ASSERT_THAT(store->Commit(batch), IsOk());
  const auto entries = store->Scan({"", "z"}, 10);
  ASSERT_THAT(entries, IsOk());
  ASSERT_THAT(*entries, SizeIs(1));
  EXPECT_EQ(entries->front().key, "b");
  EXPECT_EQ(entries->front().value, "");
}

TEST(HostStoreTest, FailuresAreStorageFailures) {
  MapStore map;
  const auto store = Opened(*map.store());
  for (const int32_t result : {-1, 2, 17, INT32_MIN, INT32_MAX}) {
    map.FailAt(1, result);
    EXPECT_THAT(store->Get("a"), IsRefusal(v1::REASON_STORE_CALLBACK));
    map.FailAt(1, result);
    EXPECT_THAT(store->Scan({"a", "b"}, 1),
                IsRefusal(v1::REASON_STORE_CALLBACK));
    map.FailAt(1, result);
    EXPECT_THAT(store->Commit({}), IsRefusal(v1::REASON_STORE_CALLBACK));
  }
  // Only a commit has preconditions.
  map.FailAt(1, PKI_STORE_PRECONDITION_FAILED);
  EXPECT_THAT(store->Get("a"), IsRefusal(v1::REASON_STORE_CALLBACK));
}

// Answers to Get("b") that no store may give.
using GetFunction = int32_t (*)(void*, pki_bytes, pki_entry_sink, void*);

const GetFunction kBadGets[] = {
    // Another key: before, after, and one that begins with it.
    [](void*, pki_bytes, pki_entry_sink entry, void* sink) {
      return entry(sink, Bytes("a"), Bytes("1"), 1);
    },
    [](void*, pki_bytes, pki_entry_sink entry, void* sink) {
      return entry(sink, Bytes("c"), Bytes("1"), 1);
    },
    [](void*, pki_bytes, pki_entry_sink entry, void* sink) {
      return entry(sink, Bytes("bb"), Bytes("1"), 1);
    },
    // The empty key, at no pointer.
    [](void*, pki_bytes, pki_entry_sink entry, void* sink) {
      return entry(sink, {nullptr, 0}, Bytes("1"), 1);
    },
    // Version 0.
    [](void*, pki_bytes key, pki_entry_sink entry, void* sink) {
      return entry(sink, key, Bytes("1"), 0);
    },
    // Bytes that are nowhere.
    [](void*, pki_bytes key, pki_entry_sink entry, void* sink) {
      return entry(sink, key, {nullptr, 1}, 1);
    },
    [](void*, pki_bytes, pki_entry_sink entry, void* sink) {
      return entry(sink, {nullptr, 1}, Bytes("1"), 1);
    },
    // Twice, and deaf to the sink.
    [](void*, pki_bytes key, pki_entry_sink entry, void* sink) {
      EXPECT_EQ(entry(sink, key, Bytes("1"), 1), 0);
      EXPECT_NE(entry(sink, key, Bytes("1"), 1), 0);
      return 0;
    },
    [](void*, pki_bytes key, pki_entry_sink entry, void* sink) {
      EXPECT_NE(entry(sink, Bytes("a"), Bytes("1"), 1), 0);
      EXPECT_NE(entry(sink, key, Bytes("1"), 1), 0);
      return 0;
    },
};

TEST(HostStoreTest, BelievesNoBadGet) {
  for (const GetFunction& get : kBadGets) {
    SCOPED_TRACE(&get - kBadGets);
    pki_store bad = IdleStore();
    bad.get = get;
    EXPECT_THAT(Opened(bad)->Get("b"), IsRefusal(v1::REASON_STORE_ANSWER));
  }
}

// Answers to Scan({"b", "d"}, 2) that no store may give.
using ScanFunction = int32_t (*)(void*, pki_bytes, pki_bytes, size_t,
                                 pki_entry_sink, void*);

const ScanFunction kBadScans[] = {
    // Before the range, and its end.
    [](void*, pki_bytes, pki_bytes, size_t, pki_entry_sink entry, void* sink) {
      return entry(sink, Bytes("a"), Bytes("1"), 1);
    },
    [](void*, pki_bytes, pki_bytes end, size_t, pki_entry_sink entry,
       void* sink) { return entry(sink, end, Bytes("1"), 1); },
    // The wrong order, and the same key twice.
    [](void*, pki_bytes, pki_bytes, size_t, pki_entry_sink entry, void* sink) {
      entry(sink, Bytes("c"), Bytes("1"), 1);
      return entry(sink, Bytes("b"), Bytes("1"), 1);
    },
    [](void*, pki_bytes, pki_bytes, size_t, pki_entry_sink entry, void* sink) {
      entry(sink, Bytes("b"), Bytes("1"), 1);
      return entry(sink, Bytes("b"), Bytes("1"), 1);
    },
    // More than the limit, and a version of 0.
    [](void*, pki_bytes, pki_bytes, size_t, pki_entry_sink entry, void* sink) {
      entry(sink, Bytes("b"), Bytes("1"), 1);
      entry(sink, Bytes("ba"), Bytes("1"), 1);
      return entry(sink, Bytes("bb"), Bytes("1"), 1);
    },
    [](void*, pki_bytes begin, pki_bytes, size_t, pki_entry_sink entry,
       void* sink) { return entry(sink, begin, Bytes("1"), 0); },
};

TEST(HostStoreTest, BelievesNoBadScan) {
  for (const ScanFunction& scan : kBadScans) {
    SCOPED_TRACE(&scan - kBadScans);
    pki_store bad = IdleStore();
    bad.scan = scan;
    EXPECT_THAT(Opened(bad)->Scan({"b", "d"}, 2),
                IsRefusal(v1::REASON_STORE_ANSWER));
  }
}

TEST(HostStoreTest, FailureAfterAnEntryIsAFailure) {
  pki_store store = IdleStore();
  store.get = [](void*, pki_bytes key, pki_entry_sink entry, void* sink) {
    entry(sink, key, Bytes("1"), 1);
    return 5;
  };
  EXPECT_THAT(Opened(store)->Get("b"), IsRefusal(v1::REASON_STORE_CALLBACK));
}

TEST(HostStoreTest, EveryFunctionIsRequired) {
  pki_store store = IdleStore();
  store.get = nullptr;
  EXPECT_THAT(HostStoreOf(&store, "host.store"),
              IsRefusal(v1::REASON_ARGUMENT_NULL, "host.store.get"));
  store = IdleStore();
  store.scan = nullptr;
  EXPECT_THAT(HostStoreOf(&store, "host.store"),
              IsRefusal(v1::REASON_ARGUMENT_NULL, "host.store.scan"));
  // One that ends before its last function.
  store = IdleStore();
  store.size = offsetof(pki_store, commit);
  EXPECT_THAT(HostStoreOf(&store, "host.store"),
              IsRefusal(v1::REASON_ARGUMENT_NULL, "host.store.commit"));
  store.size = 0;
  EXPECT_THAT(HostStoreOf(&store, "host.store"),
              IsRefusal(v1::REASON_STRUCT_SIZE, "host.store.size"));
}

}  // namespace
}  // namespace pki
