// The filling of stores, and the process that measures one.
#include "bench/scale.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "bench/check.h"
#include "bench/engines.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "pki/crypto/digest.h"
#include "pki/store/sqlite_store.h"
#include "pki/testing/program.h"

namespace pki {
namespace {

constexpr int kBatch = 10000;
constexpr int kRounds = 500;
constexpr int kPage = 100;
constexpr size_t kSerialSize = 16;

std::shared_ptr<SqliteStore> OpenStore(const std::string& path) {
  return SqliteStore::Open(path, {}).value();
}

// Serials that lie as random ones do: 16 bytes, positive.
Bytes SerialOf(int number) {
  const auto digest = Sha256(View(absl::StrCat(number)));
  Bytes serial = Copy(ByteView(digest).first(kSerialSize));
  serial[0] = static_cast<char>(serial[0] & 0x7f);
  return serial;
}

absl::string_view SerialIn(absl::string_view certificate_arn) {
  return certificate_arn.substr(certificate_arn.rfind('/') + 1);
}

std::string CaIn(absl::string_view certificate_arn) {
  return std::string(
      certificate_arn.substr(0, certificate_arn.rfind("/certificate/")));
}

// What the store has of one certificate.
std::vector<Entry> EntriesOf(Store& store, absl::string_view serial) {
  constexpr size_t kAll = 1000;
  std::vector<Entry> entries = store.Scan({"", "~"}, kAll).value();
  const auto is_other = [serial](const Entry& entry) {
    return !absl::StrContains(entry.key, serial);
  };
  entries.erase(std::remove_if(entries.begin(), entries.end(), is_other),
                entries.end());
  return entries;
}

// Issues one certificate and puts copies of it into the store until it has
// `count` of them. The ARN of the one.
std::string Fill(const std::string& path, int count) {
  const auto store = OpenStore(path);
  CppEngine engine(v1::SIGNATURE_CHECK_ALWAYS, store);
  const std::string ca_arn = MakeRoot(engine, kP256);
  v1::IssueCertificateResponse issued;
  engine.Call("IssueCertificate",
              RequestFor(SamplesOf(kP256).front(), ca_arn, kP256), &issued);
  const std::string serial(SerialIn(issued.certificate_arn()));
  const std::string octets = absl::HexStringToBytes(serial);
  const std::vector<Entry> entries = EntriesOf(*store, serial);
  WriteBatch batch;
  for (int i = 1; i < count; ++i) {
    const Bytes copy = SerialOf(i);
    const std::vector<std::pair<std::string, std::string>> changes = {
        {serial, absl::BytesToHexString(copy)}, {octets, copy}};
    for (const Entry& entry : entries) {
      batch.puts.emplace_back(absl::StrReplaceAll(entry.key, changes),
                              absl::StrReplaceAll(entry.value, changes));
    }
    if (i % kBatch == 0 || i == count - 1) {
      Check(store->Commit(std::exchange(batch, {})));
    }
  }
  return issued.certificate_arn();
}

// Microseconds.
template <typename Function>
double Time(Function function) {
  const auto start = std::chrono::steady_clock::now();
  function();
  const std::chrono::duration<double, std::micro> time =
      std::chrono::steady_clock::now() - start;
  return time.count();
}

// The median time of function(0), function(1), ...
template <typename Function>
double MedianTime(Function function) {
  std::vector<double> times;
  for (int i = 0; i < kRounds; ++i) {
    times.push_back(Time([&] { function(i); }));
  }
  std::nth_element(times.begin(), times.begin() + kRounds / 2, times.end());
  return times[kRounds / 2];
}

double ResidentKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    double kilobytes = 0;
    if (std::sscanf(line.c_str(), "VmRSS: %lf", &kilobytes) == 1) {
      return kilobytes;
    }
  }
  Check(false, "reading the resident memory");
  return 0;
}

void BM_Scale(benchmark::State& state, int count) {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("store.db");
  const std::string arn = Fill(path, count);
  ProgramResult used;
  for (auto _ : state) {
    used = RunProgram(
        {"/proc/self/exe", kUseStore, path, arn, absl::StrCat(count)});
  }
  Check(used.exit_status == 0, used.output.c_str());
  const std::vector<std::string> numbers = absl::StrSplit(used.output, ' ');
  size_t next = 0;
  for (const char* counter :
       {kOpenTime, kGetTime, kIssueTime, kPageTime, kResident}) {
    double number = 0;
    Check(next < numbers.size() && absl::SimpleAtod(numbers[next], &number),
          "reading what a process measured");
    state.counters[counter] = number;
    ++next;
  }
  constexpr double kMega = 1e6;
  state.counters[kFileSize] =
      static_cast<double>(std::filesystem::file_size(path)) / kMega;
}

}  // namespace

void RegisterScale() {
  for (const int count : {1000, 100000, 1000000}) {
    benchmark::RegisterBenchmark(
        absl::StrCat(kScale, "/certificates:", count).c_str(), BM_Scale, count)
        ->Iterations(1);
  }
}

int UseStore(absl::Span<char* const> arguments) {
  int count = 0;
  Check(arguments.size() == 3 && absl::SimpleAtoi(arguments[2], &count),
        "arguments: FILE CERTIFICATE_ARN COUNT");
  const std::string certificate_arn = arguments[1];
  const std::string ca_arn = CaIn(certificate_arn);
  const std::string serial(SerialIn(certificate_arn));
  const auto request = RequestFor(SamplesOf(kP256).front(), ca_arn, kP256);

  std::shared_ptr<SqliteStore> store;
  std::unique_ptr<CppEngine> engine;
  const double open = Time([&] {
    store = OpenStore(arguments[0]);
    engine = std::make_unique<CppEngine>(v1::SIGNATURE_CHECK_ALWAYS, store);
  });
  // Far from each other.
  const auto serial_in_round = [count](int round) {
    constexpr int64_t kStep = 7919;
    return absl::BytesToHexString(
        SerialOf(static_cast<int>(1 + round * kStep % (count - 1))));
  };
  const double get = MedianTime([&](int round) {
    v1::GetCertificateRequest get_request;
    get_request.set_certificate_authority_arn(ca_arn);
    get_request.set_certificate_arn(absl::StrReplaceAll(
        certificate_arn, {{serial, serial_in_round(round)}}));
    v1::GetCertificateResponse response;
    engine->Call("GetCertificate", get_request, &response);
  });
  const double page = MedianTime([&](int round) {
    const std::string prefix =
        absl::StrCat("cert/", ca_arn.substr(ca_arn.rfind('/') + 1), "/");
    const KeyRange range{prefix + serial_in_round(round), prefix + "~"};
    Check(!store->Scan(range, kPage).value().empty(), "scanning a page");
  });
  const double issue = MedianTime([&](int) {
    v1::IssueCertificateResponse response;
    engine->Call("IssueCertificate", request, &response);
  });
  constexpr double kKilo = 1000;
  std::printf("%f %f %f %f %f", open / kKilo, get, issue, page,
              ResidentKilobytes() / kKilo);
  return 0;
}

}  // namespace pki
