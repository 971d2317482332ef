// Two engines that differ in their store, and turns of blocks.
#include "bench/durable.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/check.h"
#include "bench/engines.h"
#include "bench/quartile.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "pki/store/memory_store.h"
#include "pki/store/sqlite_store.h"
#include "pki/testing/threads.h"

namespace pki {
namespace {

constexpr int kTurns = 12;

// A block: so many callers at once, each with so many calls.
struct Case {
  int callers;
  int calls;
  int batch;       // certificates in a call; 1 for IssueCertificate
  size_t threads;  // for one call

  int certificates() const { return callers * calls * batch; }
  std::string Name() const {
    return batch == 1
               ? absl::StrCat("Durable/callers:", callers)
               : absl::StrCat("Durable/batch:", batch, "/threads:", threads);
  }
};
constexpr Case kCases[] = {{1, 128, 1, 1},
                           {8, 32, 1, 1},
                           {64, 8, 1, 1},
                           {1, 1, 1000, 1},
                           {1, 1, 1000, 8}};

// An engine with one CA, and what is asked of it.
class Side {
 public:
  Side(const Case& c, std::shared_ptr<Store> store)
      : case_(c),
        engine_(v1::SIGNATURE_CHECK_ALWAYS, std::move(store),
                std::make_shared<Threads>(c.threads)) {
    const std::string ca_arn = MakeRoot(engine_, kP256);
    const std::vector<Sample>& samples = SamplesOf(kP256);
    for (int i = 0; i < case_.batch; ++i) {
      *batch_.add_requests() =
          RequestFor(samples[i % samples.size()], ca_arn, kP256);
    }
  }

  // Seconds for one certificate, the mean of a block.
  double TimeBlock() {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> callers;
    for (int i = 0; i < case_.callers; ++i) {
      callers.emplace_back([this] {
        for (int call = 0; call < case_.calls; ++call) Call();
      });
    }
    for (std::thread& caller : callers) caller.join();
    const std::chrono::duration<double> time =
        std::chrono::steady_clock::now() - start;
    return time.count() / case_.certificates();
  }

 private:
  void Call() {
    if (case_.batch == 1) {
      v1::IssueCertificateResponse response;
      engine_.Call("IssueCertificate", batch_.requests(0), &response);
      return;
    }
    v1::IssueCertificatesResponse response;
    engine_.Call("IssueCertificates", batch_, &response);
    for (const auto& result : response.results()) {
      Check(!result.has_refusal(), "issuing a certificate of a batch");
    }
  }

  const Case case_;
  CppEngine engine_;
  v1::IssueCertificatesRequest batch_;
};

void BM_Durable(benchmark::State& state, const Case& c) {
  const ScratchDirectory scratch;
  const std::shared_ptr<SqliteStore> store =
      SqliteStore::Open(scratch.PathOf("store.db"), {}).value();
  Side disk(c, store);
  Side memory(c, std::make_shared<MemoryStore>());
  const uint64_t syncs = store->syncs();
  std::vector<double> disk_times;
  std::vector<double> memory_times;
  for (auto _ : state) {
    memory_times.push_back(memory.TimeBlock());
    disk_times.push_back(disk.TimeBlock());
    state.SetIterationTime(disk_times.back());
  }
  const double disk_time = LowerQuartile(disk_times);
  const double memory_time = LowerQuartile(memory_times);
  state.counters[kDiskPerSecond] = 1 / disk_time;
  state.counters[kMemoryPerSecond] = 1 / memory_time;
  state.counters[kDiskToMemory] = memory_time / disk_time;
  state.counters[kSyncs] = 1000.0 *
                           static_cast<double>(store->syncs() - syncs) /
                           (kTurns * c.certificates());
}

}  // namespace

void RegisterDurable() {
  for (const Case& c : kCases) {
    benchmark::RegisterBenchmark(c.Name().c_str(), BM_Durable, c)
        ->UseManualTime()
        ->Iterations(kTurns);
  }
}

}  // namespace pki
