// A store over callbacks: what they answer is checked before it is believed.
#include "capi/host_store.h"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "capi/host_struct.h"
#include "pki/base/status.h"

namespace pki {
namespace {

absl::Status BadAnswer(absl::string_view what) {
  return Refuse(v1::REASON_STORE_ANSWER, "",
                absl::StrCat("The host's store answers with ", what, "."));
}

absl::Status BadResult(absl::string_view function, int32_t result) {
  return CallbackFailed(
      v1::REASON_STORE_CALLBACK,
      absl::StrCat("The function ", function, " of the host's store"), result);
}

// Collects what a callback hands over, as long as it is what was asked for.
class EntrySink {
 public:
  // Of a scan.
  EntrySink(const KeyRange& range, size_t limit)
      : range_(range), limit_(limit) {}

  // The pki_entry_sink; its first argument is an EntrySink. No exception leaves
  // it, because there is C between it and who could catch it.
  static int32_t Take(void* sink, pki_bytes key, pki_bytes value,
                      uint64_t version) noexcept {
    auto& self = *static_cast<EntrySink*>(sink);
    try {
      if (self.status_.ok()) self.status_ = self.Add(key, value, version);
    } catch (...) {
      self.thrown_ = std::current_exception();
    }
    return self.status_.ok() && self.thrown_ == nullptr ? 0 : -1;
  }

  // What came of it, `result` being the callback's.
  absl::StatusOr<std::vector<Entry>> Finish(absl::string_view function,
                                            int32_t result) {
    if (thrown_ != nullptr) std::rethrow_exception(thrown_);
    if (!status_.ok()) return status_;
    if (result != 0) return BadResult(function, result);
    return std::move(entries_);
  }

 private:
  absl::Status Add(pki_bytes key, pki_bytes value, uint64_t version) {
    if (!IsReadable(key) || !IsReadable(value)) {
      return BadAnswer("bytes at a null pointer");
    }
    const absl::string_view name = FromC(key);
    if (entries_.size() == limit_) {
      return BadAnswer(absl::StrCat("more than ", limit_, " entries"));
    }
    if (name < range_.begin || name >= range_.end) {
      return BadAnswer(
          absl::StrCat("the key ", Quote(name), ", which was not asked for"));
    }
    if (!entries_.empty() && name <= entries_.back().key) {
      return BadAnswer(
          absl::StrCat("the key ", Quote(name), " in the wrong order"));
    }
    if (version == 0) {
      return BadAnswer(absl::StrCat("version 0 of the key ", Quote(name)));
    }
    entries_.push_back({std::string(name), std::string(FromC(value)), version});
    return absl::OkStatus();
  }

  const KeyRange& range_;
  const size_t limit_;
  std::vector<Entry> entries_;
  absl::Status status_;
  std::exception_ptr thrown_;
};

class HostStore : public Store {
 public:
  explicit HostStore(const pki_store& store) : store_(store) {}

  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override {
    // The keys that are not before this one and before its successor.
    const KeyRange itself = {std::string(key), absl::StrCat(key, kZero)};
    EntrySink sink(itself, 1);
    PKI_ASSIGN_OR_RETURN(
        auto entries, sink.Finish("get", store_.get(store_.context, ToC(key),
                                                    EntrySink::Take, &sink)));
    if (entries.empty()) return std::nullopt;
    return std::move(entries.front());
  }

  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override {
    EntrySink sink(range, limit);
    return sink.Finish(
        "scan", store_.scan(store_.context, ToC(range.begin), ToC(range.end),
                            limit, EntrySink::Take, &sink));
  }

  absl::Status Commit(WriteBatch batch) override {
    std::vector<pki_precondition> preconditions;
    for (const Precondition& precondition : batch.preconditions) {
      preconditions.push_back(
          {ToC(precondition.key), precondition.version.value_or(0)});
    }
    std::vector<pki_put> puts;
    for (const auto& [key, value] : batch.puts) {
      puts.push_back({ToC(key), ToC(value)});
    }
    std::vector<pki_bytes> deletes;
    for (const std::string& key : batch.deletes) deletes.push_back(ToC(key));
    const pki_batch all = {preconditions.data(), preconditions.size(),
                           puts.data(),          puts.size(),
                           deletes.data(),       deletes.size()};
    const int32_t result = store_.commit(store_.context, &all);
    if (result == 0) return absl::OkStatus();
    if (result == PKI_STORE_PRECONDITION_FAILED) return PreconditionFailed();
    return BadResult("commit", result);
  }

 private:
  static constexpr absl::string_view kZero{"\0", 1};

  const pki_store store_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<Store>> HostStoreOf(const pki_store* store,
                                                   absl::string_view field) {
  PKI_RETURN_IF_ERROR(CheckSize(*store, field));
  const pki_store complete = Complete(*store);
  PKI_RETURN_IF_ERROR(CheckMembers({{"get", complete.get != nullptr},
                                    {"scan", complete.scan != nullptr},
                                    {"commit", complete.commit != nullptr}},
                                   field));
  return std::make_shared<HostStore>(complete);
}

}  // namespace pki
