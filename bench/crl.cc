// The ways to make a CRL.
#include "bench/crl.h"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "bench/check.h"
#include "bench/crl_case.h"
#include "bench/scratch.h"
#include "pki/base/timestamp.h"
#include "pki/crypto/digest.h"
#include "pki/crypto/private_key.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/keystore/private_signing_key.h"
#include "pki/object/object_writer.h"
#include "pki/revoke/crl_schedule.h"
#include "pki/revoke/write_crl.h"
#include "pki/store/key_range.h"
#include "pki/store/memory_store.h"
#include "pki/store/record.h"
#include "pki/store/sqlite_store.h"
#include "pki/testing/program.h"
#include "pki/testing/seeded_entropy.h"
#include "pki/x509/crl.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

constexpr int kBatch = 10000;
constexpr size_t kPage = 1000;
constexpr char kPrefix[] = "revoked/ca/";
const absl::Time kNow = absl::FromUnixSeconds(kCrlNow);

absl::Time RevokedAt(uint64_t number) {
  return absl::FromUnixSeconds(CrlRevokedAt(number));
}

CrlFrame FrameOf(uint64_t entries_size) {
  const Bytes issuer =
      EncodeName({{oid::kCommonName, der::kUtf8String, "issuer"}});
  const Bytes number =
      EncodeExtension(oid::kCrlNumber, false, View(EncodeCrlNumber(1)));
  const ByteView extensions[] = {View(number)};
  CrlParts parts;
  parts.signature_algorithm =
      InfoOf(SignatureAlgorithm::kEcdsaSha256).identifier;
  parts.issuer = View(issuer);
  parts.this_update = kNow;
  parts.next_update = kNow + absl::Hours(24);
  parts.extensions = extensions;
  return CrlFrame(parts, entries_size);
}

// Shows `visit` the entries, a page at a time.
void VisitPages(uint64_t count,
                const std::function<void(const Bytes&)>& visit) {
  Bytes page;
  for (uint64_t i = 0; i < count; ++i) {
    AppendCrlEntry({View(CrlSerial(i, count)), RevokedAt(i), kCrlReason},
                   &page);
    if (i % kPage != kPage - 1 && i + 1 != count) continue;
    visit(page);
    page.clear();
  }
}

// Encodes into memory, and hashes that.
CrlCost Whole(uint64_t count) {
  constexpr size_t kEntrySize = 50;
  CrlCost cost;
  cost.megabytes_before = PeakMegabytes();
  const double start = CpuMilliseconds();
  Bytes entries;
  entries.reserve(count * kEntrySize);
  VisitPages(count, [&](const Bytes& page) { entries += page; });
  const CrlFrame frame = FrameOf(entries.size());
  Hasher hasher(Digest::kSha256);
  hasher.Update(frame.tbs_head());
  hasher.Update(View(entries));
  hasher.Update(frame.tbs_tail());
  benchmark::DoNotOptimize(hasher.Finish());
  cost.milliseconds = CpuMilliseconds() - start;
  cost.size =
      entries.size() + frame.tbs_head().size() + frame.tbs_tail().size();
  return cost;
}

// Keeps nothing but a page: once for the size, once for the bytes.
CrlCost Sink(uint64_t count) {
  CrlCost cost;
  cost.megabytes_before = PeakMegabytes();
  const double start = CpuMilliseconds();
  uint64_t size = 0;
  VisitPages(count, [&](const Bytes& page) { size += page.size(); });
  const CrlFrame frame = FrameOf(size);
  Hasher hasher(Digest::kSha256);
  hasher.Update(frame.tbs_head());
  VisitPages(count, [&](const Bytes& page) { hasher.Update(View(page)); });
  hasher.Update(frame.tbs_tail());
  benchmark::DoNotOptimize(hasher.Finish());
  cost.milliseconds = CpuMilliseconds() - start;
  cost.size = size + frame.tbs_head().size() + frame.tbs_tail().size();
  return cost;
}

void Fill(Store& store, uint64_t count) {
  WriteBatch batch;
  for (uint64_t i = 0; i < count; ++i) {
    v1::RevocationRecord record;
    record.set_format(kRecordFormat);
    record.set_reason(v1::REVOCATION_REASON_KEY_COMPROMISE);
    *record.mutable_revoked_at() = ToTimestamp(RevokedAt(i));
    *record.mutable_not_after() = ToTimestamp(kNow + absl::Hours(1));
    batch.puts.emplace_back(
        absl::StrCat(kPrefix, Hex(View(CrlSerial(i, count)))),
        record.SerializeAsString());
    if (batch.puts.size() == kBatch || i + 1 == count) {
      Check(store.Commit(std::exchange(batch, {})));
    }
  }
}

// From a store that holds the revocations, into an object there.
CrlCost Write(Store& store) {
  CrlCost cost;
  const KeyRange all = KeysUnder(kPrefix);
  double start = CpuMilliseconds();
  for (KeyRange range = all;;) {
    const std::vector<Entry> page = store.Scan(range, kPage).value();
    if (page.size() < kPage) break;
    range.begin = KeyAfter(page.back().key);
  }
  cost.read_milliseconds = CpuMilliseconds() - start;
  // The store has what it needs for reading.
  cost.megabytes_before = PeakMegabytes();

  const PrivateSigningKey key(
      PrivateKey::Generate(v1::KEY_ALGORITHM_EC_PRIME256V1).value());
  const Bytes issuer =
      EncodeName({{oid::kCommonName, der::kUtf8String, "issuer"}});
  const Bytes authority =
      EncodeExtension(oid::kAuthorityKeyIdentifier, false,
                      View(EncodeAuthorityKeyIdentifier(View("key"))));
  CrlOrder order;
  order.revocations = all;
  order.issuer = View(issuer);
  order.authority_key_identifier = View(authority);
  order.key = &key;
  start = CpuMilliseconds();
  v1::CrlRecord crl = NextCrl(std::nullopt, kNow, 1);
  SeededEntropy entropy("bench");
  const auto object = ObjectWriter::New(&store, entropy, kNow).value();
  Check(WriteCrl(store, order, *object, &crl));
  Check(object->Publish({"bucket", "crl"}, "", "application/pkix-crl", {}));
  cost.milliseconds = CpuMilliseconds() - start;
  cost.size = crl.size();
  return cost;
}

struct Way {
  const char* name;
  CrlCost (*run)(uint64_t count);
};

constexpr Way kWays[] = {
    {"whole", Whole},
    {"sink", Sink},
    {"memory",
     [](uint64_t count) {
       MemoryStore store;
       Fill(store, count);
       return Write(store);
     }},
    {"sqlite",
     [](uint64_t count) {
       const ScratchDirectory scratch;
       const auto store =
           SqliteStore::Open(scratch.PathOf("store.db"), {}).value();
       Fill(*store, count);
       return Write(*store);
     }},
};

// Programs beside this one.
constexpr const char* kPeers[] = {"crl_boringssl", "crl_openssl"};

void BM_Crl(benchmark::State& state, const std::vector<std::string>& command) {
  ProgramResult made;
  for (auto _ : state) made = RunProgram(command);
  Check(made.exit_status == 0, made.output.c_str());
  const std::vector<std::string> numbers = absl::StrSplit(made.output, ' ');
  size_t next = 0;
  for (const char* counter : {kCrlTime, kReadTime, kCrlSize, kCrlMemory}) {
    double number = 0;
    Check(next < numbers.size() && absl::SimpleAtod(numbers[next], &number),
          "reading what a process measured");
    state.counters[counter] = number;
    ++next;
  }
}

void RegisterCase(const char* prefix, const char* way, int count,
                  std::vector<std::string> command) {
  command.push_back(absl::StrCat(count));
  benchmark::RegisterBenchmark(
      absl::StrCat(prefix, "/", way, "/entries:", count).c_str(), BM_Crl,
      std::move(command))
      ->Iterations(1);
}

void Register(const char* prefix, int count) {
  for (const Way& way : kWays) {
    RegisterCase(prefix, way.name, count,
                 {"/proc/self/exe", kMakeCrl, way.name});
  }
  const auto folder =
      std::filesystem::read_symlink("/proc/self/exe").parent_path();
  for (const char* peer : kPeers) {
    RegisterCase(prefix, peer, count, {(folder / peer).string()});
  }
}

}  // namespace

void RegisterCrl() { Register(kCrl, 1000000); }

void RegisterLargeCrl() { Register(kLargeCrl, 10000000); }

int MakeCrl(absl::Span<char* const> arguments) {
  uint64_t count = 0;
  Check(arguments.size() == 2 && absl::SimpleAtoi(arguments[1], &count),
        "arguments: WAY COUNT");
  for (const Way& way : kWays) {
    if (arguments[0] != std::string(way.name)) continue;
    PrintCrlCost(way.run(count));
    return 0;
  }
  Check(false, "there is no such way to make a CRL");
  return 1;
}

}  // namespace pki
