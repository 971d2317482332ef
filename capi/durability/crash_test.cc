// kill -9 at random instants, and whether the store then has every answer that
// was given. Also `./dev crash`.
//
// Usage: crash_test [--rounds N] [--seed N]
//
// A round: a child process opens an engine on a store, and several threads of
// it run the workload; each answer is a line on its standard output. It is
// killed at a random instant, now and then while it opens or makes the store,
// and now and then once more while the next one recovers. Then the store is
// checked. Rounds carry on the store of those before, but for a fresh one every
// few.
//
// Of every four stores one is about CRLs: two processes at a time do nothing
// but issue, revoke, and make CRLs, complete ones, partitions, and such that
// move. In half of the rounds each has a clock that goes back and forth; in the
// others nothing is due but for what was revoked.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "capi/durability/abi_client.h"
#include "capi/durability/answer.h"
#include "capi/durability/checker.h"
#include "capi/durability/child_process.h"
#include "capi/durability/jumping_clock.h"
#include "capi/durability/workload.h"
#include "pki/base/status.h"

namespace pki {
namespace {

constexpr int kThreads = 4;
constexpr int kRoundsPerStore = 10;
constexpr int kCrlStores = 4;  // of how many one is about CRLs
// Of how many rounds one is cut short, and one has a second kill.
constexpr uint64_t kEarlyKills = 4;
constexpr uint64_t kSecondKills = 3;
// A process lives until it has written a number of lines, so that it gets as
// far on a busy machine, and for some microseconds more.
constexpr size_t kMaxLines = 60;
constexpr uint64_t kMaxMicros = 10000;

// The first line of the child, and how its last words begin. The other lines
// are answers; the first of them says which key it has opened the store with.
constexpr char kOpening[] = "opening";
constexpr char kFailed[] = "failed ";

// What a child does.
constexpr char kAnything[] = "anything";
constexpr char kCrls[] = "crls";
constexpr char kCrlsAtAnyTime[] = "crls at any time";

// child STORE_FILE KEY_NUMBER SEED WORK CA...
int RunChild(const std::vector<std::string>& arguments) {
  LineWriter out(STDOUT_FILENO);
  const std::string& store_file = arguments[1];
  int key_number = std::atoi(arguments[2].c_str());
  const uint64_t seed = std::strtoull(arguments[3].c_str(), nullptr, 10);
  const bool at_any_time = arguments[4] == kCrlsAtAnyTime;
  const bool is_of_crls = at_any_time || arguments[4] == kCrls;
  const auto fail = [&](const absl::Status& status) {
    out.Write(absl::StrCat(kFailed, status.ToString()));
    return EXIT_FAILURE;
  };
  out.Write(kOpening);
  v1::EngineConfiguration configuration = DurableConfiguration(store_file);
  if (is_of_crls && seed % 2 == 0) {
    configuration.set_crl_generation(v1::CRL_GENERATION_AT_MAINTENANCE);
  }
  JumpingClock clock;
  auto client = OpenAfterCrash(configuration, &key_number, clock.host());
  if (!client.ok()) return fail(client.status());
  World world(store_file, key_number, at_any_time ? &clock : nullptr);
  const auto sink = [&](const Answer& answer) { out.Write(ToLine(answer)); };
  sink({"RewrapKeys", absl::StrCat(key_number), true, "", ""});
  Worker first(**client, world, seed, sink);
  for (size_t i = 5; i < arguments.size(); ++i) {
    const absl::Status status = first.Adopt(arguments[i]);
    if (!status.ok()) return fail(status);
  }
  std::vector<std::thread> threads;
  for (int i = 1; i <= kThreads; ++i) {
    threads.emplace_back([&, i] {
      Worker worker(**client, world, seed + i, sink);
      while (true) {
        const absl::Status status =
            is_of_crls ? worker.RunAnyForCrls() : worker.RunAny();
        if (!status.ok()) std::_Exit(fail(status));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return EXIT_SUCCESS;
}

struct Options {
  int rounds = 100;
  uint64_t seed = std::random_device()();
};

class CrashTest {
 public:
  CrashTest(const Options& options, std::string scratch)
      : scratch_(std::move(scratch)),
        options_(options),
        random_(options.seed) {}

  // False when something was wrong.
  bool Run();

 private:
  // Removes the store, and begins another one.
  void Renew(int round);
  // Makes the CAs of a store that is about CRLs. One has a complete one, the
  // other also partitions.
  void MakeAuthorities();
  // What the next children do.
  std::string NextWork();
  // Starts children and kills them; early: maybe before they have opened the
  // store.
  void RunAndKill(bool early);
  void Kill(ChildProcess& child, bool early);
  // Reads what the child has said, line by line.
  void Hear(const std::vector<std::string>& lines);

  std::string StoreFile() const { return folder_ + "/store.db"; }

  const std::string scratch_;
  const Options options_;
  std::mt19937_64 random_;

  // Of the current store.
  std::string folder_;
  bool is_of_crls_ = false;
  std::vector<std::string> authorities_;
  Answers answers_;

  Problems problems_;
  int kills_ = 0;
  int early_kills_ = 0;
  uint64_t answer_count_ = 0;
};

void CrashTest::Renew(int round) {
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
  folder_ = absl::StrCat(scratch_, "/", round);
  std::filesystem::create_directory(folder_);
  authorities_.clear();
  answers_ = Answers();
  is_of_crls_ = round / kRoundsPerStore % kCrlStores == kCrlStores - 1;
  if (is_of_crls_) MakeAuthorities();
}

void CrashTest::MakeAuthorities() {
  const auto client = AbiClient::Open(DurableConfiguration(StoreFile()));
  if (!client.ok()) {
    problems_.push_back(client.status().ToString());
    return;
  }
  World world(StoreFile());
  Worker worker(**client, world, random_(), [this](const Answer& answer) {
    answers_.Add(answer, &problems_);
  });
  for (const v1::CrlType type :
       {v1::CRL_TYPE_COMPLETE, v1::CRL_TYPE_PARTITIONED}) {
    const auto ca = worker.CreateRoot();
    const absl::Status moved =
        ca.ok() ? worker.MoveCrls(*ca, type) : ca.status();
    if (!moved.ok()) problems_.push_back(moved.ToString());
    if (ca.ok()) authorities_.push_back(*ca);
  }
}

std::string CrashTest::NextWork() {
  if (!is_of_crls_) return kAnything;
  return random_() % 2 == 0 ? kCrls : kCrlsAtAnyTime;
}

void CrashTest::RunAndKill(bool early) {
  std::vector<std::string> arguments = {StoreFile(),
                                        absl::StrCat(answers_.key_number()),
                                        absl::StrCat(random_()), NextWork()};
  arguments.insert(arguments.end(), authorities_.begin(), authorities_.end());
  ChildProcess child(arguments);
  std::optional<ChildProcess> other;
  if (is_of_crls_) {
    arguments[2] = absl::StrCat(random_());
    other.emplace(arguments);
  }
  Kill(child, early);
  if (other.has_value()) Kill(*other, early);
}

void CrashTest::Kill(ChildProcess& child, bool early) {
  const size_t lines = early ? 1 : 2 + random_() % kMaxLines;
  Hear(child.KillAfter(lines,
                       std::chrono::microseconds(random_() % kMaxMicros)));
  const int status = child.Wait();
  if (status != -SIGKILL) {
    problems_.push_back(
        absl::StrCat("the child ended by itself, with ", status));
  }
  ++kills_;
}

void CrashTest::Hear(const std::vector<std::string>& lines) {
  if (lines.size() == 1) ++early_kills_;
  for (const std::string& line : lines) {
    if (line == kOpening) continue;
    if (const auto answer = FromLine(line)) {
      answers_.Add(*answer, &problems_);
      ++answer_count_;
    } else {
      problems_.push_back(line);
    }
  }
}

bool CrashTest::Run() {
  std::printf("crash: %d rounds, seed %llu\n", options_.rounds,
              static_cast<unsigned long long>(options_.seed));
  for (int round = 0; round < options_.rounds; ++round) {
    if (round % kRoundsPerStore == 0) Renew(round);
    // A new store is also killed while it is made.
    const bool early =
        round % kRoundsPerStore == 0 || random_() % kEarlyKills == 0;
    RunAndKill(early);
    if (random_() % kSecondKills == 0) RunAndKill(true);
    authorities_ = CheckFile(StoreFile(), answers_, &problems_);
    if (!problems_.empty()) {
      std::printf("crash: round %d, store %s:\n", round, StoreFile().c_str());
      for (const std::string& problem : problems_) {
        std::printf("  %s\n", problem.c_str());
      }
      return false;
    }
  }
  std::filesystem::remove_all(scratch_);
  std::printf(
      "crash: all is as it was answered: %d kills, %d of them before the store "
      "was open; %llu answers\n",
      kills_, early_kills_, static_cast<unsigned long long>(answer_count_));
  return true;
}

// A new folder.
std::string NewScratchFolder() {
  const char* const given = std::getenv("TEST_TMPDIR");
  const std::filesystem::path parent =
      given != nullptr ? given : std::filesystem::temp_directory_path();
  std::string folder = (parent / "pki-crash-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) std::abort();
  return folder;
}

// None when they cannot be understood.
std::optional<Options> ReadOptions(const std::vector<std::string>& arguments) {
  Options options;
  for (size_t i = 1; i < arguments.size(); i += 2) {
    const std::string value = i + 1 < arguments.size() ? arguments[i + 1] : "";
    const bool read =
        arguments[i] == "--rounds" ? absl::SimpleAtoi(value, &options.rounds)
        : arguments[i] == "--seed" ? absl::SimpleAtoi(value, &options.seed)
                                   : false;
    if (!read) return std::nullopt;
  }
  return options;
}

int Main(const std::vector<std::string>& arguments) {
  if (arguments[0] == kChildName) return RunChild(arguments);
  const std::optional<Options> options = ReadOptions(arguments);
  if (!options.has_value()) {
    std::fprintf(stderr, "Usage: crash_test [--rounds N] [--seed N]\n");
    return 2;
  }
  return CrashTest(*options, NewScratchFolder()).Run() ? EXIT_SUCCESS
                                                       : EXIT_FAILURE;
}

}  // namespace
}  // namespace pki

int main(int argc, char** argv) {
  return pki::Main(std::vector<std::string>(argv, argv + argc));
}
