// An audit report takes the same memory whatever the CA has issued: counted in
// this program's own operator new, over a store that has as many certificates
// as it is asked for.
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/engine/engine.h"
#include "pki/store/store.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "proto/store.pb.h"

namespace {

std::atomic<int64_t> live_bytes{0};
std::atomic<int64_t> most_bytes{0};

}  // namespace

void* operator new(size_t size) {
  void* const bytes = std::malloc(size);
  if (bytes == nullptr) throw std::bad_alloc();
  const int64_t live = live_bytes +=
      static_cast<int64_t>(malloc_usable_size(bytes));
  int64_t most = most_bytes;
  while (live > most && !most_bytes.compare_exchange_weak(most, live)) {
  }
  return bytes;
}

void operator delete(void* bytes) noexcept {
  live_bytes -= static_cast<int64_t>(malloc_usable_size(bytes));
  std::free(bytes);
}

void operator delete(void* bytes, size_t /*size*/) noexcept {
  operator delete(bytes);
}

namespace pki {
namespace {

// A CA's audit log of `count` certificates, made up as it is read, in front of
// a store that keeps everything but what is in the parts of objects.
class LongLog : public Store {
 public:
  LongLog(std::shared_ptr<Store> store, const std::string& ca_id, size_t count,
          Bytes certificate)
      : store_(std::move(store)),
        log_(absl::StrCat("audit/", ca_id, "/")),
        certificates_(absl::StrCat("cert/", ca_id, "/")),
        count_(count),
        certificate_(std::move(certificate)) {}

  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override {
    if (!absl::StartsWith(key, certificates_)) return store_->Get(key);
    return Entry{std::string(key), certificate_, 1};
  }

  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override {
    if (!absl::StartsWith(range.begin, log_)) return store_->Scan(range, limit);
    v1::AuditRecord record;
    record.set_format(1);
    record.set_event(v1::AUDIT_EVENT_CERTIFICATE);
    record.set_account("111122223333");
    // Each has its number for a time; whoever goes on does so behind one.
    size_t next = 0;
    if (absl::SimpleAtoi(range.begin.substr(log_.size(), 15), &next)) ++next;
    std::vector<Entry> entries;
    for (; next < count_ && entries.size() < limit; ++next) {
      entries.push_back({absl::StrCat(log_, absl::Dec(next, absl::kZeroPad15),
                                      "/", std::string(17, '0'),
                                      absl::Dec(next, absl::kZeroPad15)),
                         record.SerializeAsString(), 1});
    }
    return entries;
  }

  absl::Status Commit(WriteBatch batch) override {
    for (auto& [key, value] : batch.puts) {
      if (!absl::StartsWith(key, "part/")) continue;
      part_bytes += value.size();
      value.clear();
      value.shrink_to_fit();
    }
    return store_->Commit(std::move(batch));
  }

  size_t part_bytes = 0;

 private:
  const std::shared_ptr<Store> store_;
  const std::string log_;
  const std::string certificates_;
  const size_t count_;
  const Bytes certificate_;
};

class AuditReportMemoryTest : public testing::Test {
 protected:
  AuditReportMemoryTest() : root_(harness_.CreateRoot("Root").value()) {
    for (const auto& [key, value] : harness_.Stored()) {
      if (absl::StartsWith(key, "cert/")) certificate_ = value;
    }
  }

  // How much memory the report of so many certificates takes on top of what
  // there is; and how long it is.
  std::pair<int64_t, size_t> Measure(size_t count) {
    Ports ports = harness_.ports();
    const auto log = std::make_shared<LongLog>(
        ports.store, root_.substr(root_.rfind('/') + 1), count, certificate_);
    ports.store = log;
    const auto engine = Engine::New({}, ports).value();
    v1::CreateCertificateAuthorityAuditReportRequest request;
    request.set_certificate_authority_arn(root_);
    request.set_s3_bucket_name("bucket");
    request.set_audit_report_response_format(
        v1::AUDIT_REPORT_RESPONSE_FORMAT_JSON);
    v1::CreateCertificateAuthorityAuditReportResponse response;
    const int64_t before = live_bytes;
    most_bytes = before;
    EXPECT_THAT(engine->Call("CreateCertificateAuthorityAuditReport", request,
                             &response),
                IsOk());
    return {most_bytes - before, log->part_bytes};
  }

  EngineHarness harness_;
  const std::string root_;
  Bytes certificate_;
};

TEST_F(AuditReportMemoryTest, DoesNotGrowWithWhatWasIssued) {
  constexpr int64_t kSlack = 65536;
  constexpr int64_t kMebibyte = 1 << 20;
  const auto [some, some_size] = Measure(10000);
  const auto [many, many_size] = Measure(100000);
  EXPECT_GT(some_size, 3 * kMebibyte);
  EXPECT_GT(many_size, 9 * some_size);
  EXPECT_LT(many, some + kSlack);
  EXPECT_LT(many, 6 * kMebibyte);
  RecordProperty("bytes", std::to_string(many));
}

}  // namespace
}  // namespace pki
