// The filling of stores, and the process that measures one.
#include "bench/scale.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "bench/check.h"
#include "bench/engines.h"
#include "bench/scratch.h"
#include "pki/crypto/digest.h"
#include "pki/store/memory_store.h"
#include "pki/store/sqlite_store.h"
#include "pki/testing/program.h"
#include "pki/testing/test_csr.h"

namespace pki {
namespace {

// Large, because each touches nearly all pages of the order of keys.
constexpr int kBatch = 100000;
constexpr int kRounds = 500;
constexpr int kPage = 100;
constexpr int kCertificatesPerCa = 100;
constexpr int kTags = 10;
constexpr size_t kSerialSize = 16;
constexpr char kInMemory[] = "memory";
constexpr double kKilo = 1000;

using Changes = std::vector<std::pair<std::string, std::string>>;

std::shared_ptr<SqliteStore> OpenStore(const std::string& path) {
  return SqliteStore::Open(path, {}).value();
}

// Bytes that lie as random ones do.
Bytes RandomOf(absl::string_view kind, int number) {
  const auto digest = Sha256(View(absl::StrCat(kind, number)));
  return Copy(ByteView(digest).first(kSerialSize));
}

// Serials that are an INTEGER in DER as they are: they begin so.
constexpr int kSerialBegin = 0x40;
constexpr int kSerialRest = 0x3f;

Bytes SerialOf(int number) {
  Bytes serial = RandomOf("serial", number);
  serial[0] = static_cast<char>((serial[0] & kSerialRest) | kSerialBegin);
  return serial;
}

// In the form of a UUID.
std::string CaIdOf(int number) {
  const std::string digits = absl::BytesToHexString(RandomOf("ca", number));
  const absl::string_view view = digits;
  return absl::StrJoin(
      {view.substr(0, 8), view.substr(8, 4), view.substr(12, 4),
       view.substr(16, 4), view.substr(20)},
      "-");
}

// As long as each other.
std::string NameOf(int number) {
  return absl::StrCat("device-", absl::Dec(number, absl::kZeroPad8),
                      ".example.com");
}

absl::string_view LastPart(absl::string_view arn) {
  return arn.substr(arn.rfind('/') + 1);
}

std::string CaIn(absl::string_view certificate_arn) {
  return std::string(
      certificate_arn.substr(0, certificate_arn.rfind("/certificate/")));
}

v1::IssueCertificateRequest RequestFor(const std::string& ca_arn) {
  const std::string name = NameOf(0);
  return IssueRequest(ca_arn, kP256,
                      TestCsr(KeyOf(kP256), name, {TestSubjectAltName(name)}));
}

// The entries with this in their keys.
std::vector<Entry> EntriesOf(Store& store, absl::string_view part) {
  std::vector<Entry> entries =
      store.Scan({"", "~"}, std::numeric_limits<size_t>::max()).value();
  const auto is_other = [part](const Entry& entry) {
    return !absl::StrContains(entry.key, part);
  };
  entries.erase(std::remove_if(entries.begin(), entries.end(), is_other),
                entries.end());
  return entries;
}

// Puts copies of the entries into the store, with the changes for 1, 2, ...,
// without `count` itself.
void PutCopies(Store& store, const std::vector<Entry>& entries, int count,
               const std::function<Changes(int)>& changes_of) {
  WriteBatch batch;
  for (int i = 1; i < count; ++i) {
    const Changes changes = changes_of(i);
    for (const Entry& entry : entries) {
      batch.puts.emplace_back(absl::StrReplaceAll(entry.key, changes),
                              absl::StrReplaceAll(entry.value, changes));
    }
    if (i % kBatch == 0 || i == count - 1) {
      Check(store.Commit(std::exchange(batch, {})));
    }
  }
}

// Makes one CA and issues one certificate, and puts copies of them into the
// store until it has `count` certificates. The ARN of the one.
std::string Fill(const std::shared_ptr<Store>& store, int count) {
  CppEngine engine(v1::SIGNATURE_CHECK_ALWAYS, store);
  const std::string ca_arn = MakeRoot(engine, kP256);
  v1::TagCertificateAuthorityRequest tag;
  tag.set_certificate_authority_arn(ca_arn);
  for (int i = 0; i < kTags; ++i) {
    v1::Tag& each = *tag.add_tags();
    each.set_key(absl::StrCat("key", i));
    each.set_value("value");
  }
  v1::TagCertificateAuthorityResponse tagged;
  engine.Call("TagCertificateAuthority", tag, &tagged);
  const std::string ca_id(LastPart(ca_arn));
  PutCopies(*store, EntriesOf(*store, ca_id), count / kCertificatesPerCa,
            [&](int i) {
              return Changes{{ca_id, CaIdOf(i)}};
            });

  v1::IssueCertificateResponse issued;
  std::string serial;
  std::string octets;
  do {
    engine.Call("IssueCertificate", RequestFor(ca_arn), &issued);
    serial = std::string(LastPart(issued.certificate_arn()));
    octets = absl::HexStringToBytes(serial);
  } while ((octets[0] & ~kSerialRest) != kSerialBegin);
  PutCopies(*store, EntriesOf(*store, serial), count, [&](int i) {
    const Bytes copy = SerialOf(i);
    return Changes{{serial, absl::BytesToHexString(copy)},
                   {octets, copy},
                   {NameOf(0), NameOf(i)}};
  });
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

// The calls that are measured.
class Calls {
 public:
  Calls(AnyEngine& engine, const std::string& certificate_arn, int count)
      : engine_(engine),
        certificate_arn_(certificate_arn),
        ca_arn_(CaIn(certificate_arn)),
        count_(count) {}

  double Get() {
    const std::string serial(LastPart(certificate_arn_));
    v1::GetCertificateRequest request = OfCa<v1::GetCertificateRequest>();
    return MedianTime([&](int round) {
      const std::string other =
          absl::BytesToHexString(SerialOf(Some(round, count_)));
      request.set_certificate_arn(
          absl::StrReplaceAll(certificate_arn_, {{serial, other}}));
      Call<v1::GetCertificateResponse>("GetCertificate", request);
    });
  }
  double Issue() {
    const v1::IssueCertificateRequest request = RequestFor(ca_arn_);
    return MedianTime([&](int) {
      Call<v1::IssueCertificateResponse>("IssueCertificate", request);
    });
  }
  double Describe() {
    v1::DescribeCertificateAuthorityRequest request;
    return MedianTime([&](int round) {
      request.set_certificate_authority_arn(SomeCa(round));
      Call<v1::DescribeCertificateAuthorityResponse>(
          "DescribeCertificateAuthority", request);
    });
  }
  double Tags() {
    v1::ListTagsRequest request;
    return MedianTime([&](int round) {
      request.set_certificate_authority_arn(SomeCa(round));
      Check(
          Call<v1::ListTagsResponse>("ListTags", request).tags_size() == kTags,
          "listing tags");
    });
  }
  // One page after the other.
  double Cas() {
    v1::ListCertificateAuthoritiesRequest request;
    request.set_max_results(kPage);
    return Pages<v1::ListCertificateAuthoritiesResponse>(
        "ListCertificateAuthorities", request);
  }
  double All() {
    return Pages<v1::ListCertificatesResponse>("ListCertificates",
                                               ListRequest());
  }
  double ByExpiry() {
    v1::ListCertificatesRequest request = ListRequest();
    request.mutable_expires_from()->set_seconds(1);
    return Pages<v1::ListCertificatesResponse>("ListCertificates", request);
  }
  double ByName() {
    v1::ListCertificatesRequest request = ListRequest();
    return MedianTime([&](int round) {
      request.set_subject_alternative_name(NameOf(Some(round, count_)));
      const auto found =
          Call<v1::ListCertificatesResponse>("ListCertificates", request);
      Check(found.certificates_size() == 1, "finding a certificate");
    });
  }

 private:
  // Far from each other, and not the first.
  static int Some(int round, int count) {
    constexpr int64_t kStep = 7919;
    return static_cast<int>(1 + round * kStep % (count - 1));
  }
  std::string SomeCa(int round) const {
    const std::string id(LastPart(ca_arn_));
    return absl::StrReplaceAll(
        ca_arn_, {{id, CaIdOf(Some(round, count_ / kCertificatesPerCa))}});
  }
  template <typename Request>
  Request OfCa() const {
    Request request;
    request.set_certificate_authority_arn(ca_arn_);
    return request;
  }
  v1::ListCertificatesRequest ListRequest() const {
    auto request = OfCa<v1::ListCertificatesRequest>();
    request.set_max_results(kPage);
    return request;
  }
  template <typename Response, typename Request>
  Response Call(const char* operation, const Request& request) {
    Response response;
    engine_.Call(operation, request, &response);
    return response;
  }
  template <typename Response, typename Request>
  double Pages(const char* operation, Request request) {
    return MedianTime([&](int) {
      const Response page = Call<Response>(operation, request);
      request.set_next_token(page.next_token());
      if (!page.has_next_token()) request.clear_next_token();
    });
  }

  AnyEngine& engine_;
  const std::string certificate_arn_;
  const std::string ca_arn_;
  const int count_;
};

void BM_Scale(benchmark::State& state, bool on_disk, int count) {
  const ScratchDirectory scratch;
  std::string store = kInMemory;
  std::string arn;
  if (on_disk) {
    store = scratch.PathOf("store.db");
    arn = Fill(OpenStore(store), count);
  }
  ProgramResult used;
  for (auto _ : state) {
    used = RunProgram(
        {"/proc/self/exe", kUseStore, store, absl::StrCat(count), arn});
  }
  Check(used.exit_status == 0, used.output.c_str());
  const std::vector<std::string> numbers = absl::StrSplit(used.output, ' ');
  size_t next = 0;
  for (const ScaleFigure& figure : kScaleFigures) {
    double number = 0;
    Check(next < numbers.size() && absl::SimpleAtod(numbers[next], &number),
          "reading what a process measured");
    state.counters[figure.counter] = number;
    ++next;
  }
}

}  // namespace

void RegisterScale() {
  for (const bool on_disk : {true, false}) {
    for (const int count : {1000, 100000, 1000000}) {
      benchmark::RegisterBenchmark(
          absl::StrCat(kScale, on_disk ? "/disk" : "/memory",
                       "/certificates:", count)
              .c_str(),
          BM_Scale, on_disk, count)
          ->Iterations(1);
    }
  }
}

int UseStore(absl::Span<char* const> arguments) {
  int count = 0;
  Check(arguments.size() == 3 && absl::SimpleAtoi(arguments[1], &count),
        "arguments: FILE|memory COUNT CERTIFICATE_ARN");
  const std::string path = arguments[0];
  const bool on_disk = path != kInMemory;
  std::string certificate_arn = arguments[2];
  std::shared_ptr<Store> store;
  double bytes = 0;
  if (!on_disk) {
    store = std::make_shared<MemoryStore>();
    const double before = ResidentKilobytes();
    certificate_arn = Fill(store, count);
    // The first scan puts the keys in order, which takes memory too.
    Check(store->Scan({"", "~"}, 1).status());
    bytes = (ResidentKilobytes() - before) * 1024;
  }
  std::unique_ptr<CppEngine> engine;
  const double open = Time([&] {
    if (on_disk) store = OpenStore(path);
    engine = std::make_unique<CppEngine>(v1::SIGNATURE_CHECK_ALWAYS, store);
  });
  if (on_disk) bytes = static_cast<double>(std::filesystem::file_size(path));
  Calls calls(*engine, certificate_arn, count);
  // In the order of kScaleFigures, but that what writes comes last.
  const double get = calls.Get();
  const double describe = calls.Describe();
  const double tags = calls.Tags();
  const double cas = calls.Cas();
  const double all = calls.All();
  const double expiry = calls.ByExpiry();
  const double name = calls.ByName();
  const double issue = calls.Issue();
  std::puts(absl::StrJoin({open, get, issue, describe, tags, cas, all, expiry,
                           name, ResidentKilobytes() / kKilo, bytes / count},
                          " ")
                .c_str());
  return 0;
}

}  // namespace pki
