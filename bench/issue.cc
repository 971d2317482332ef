// The ways to issue, and what is done of each certificate by hand.
#include "bench/issue.h"

#include <benchmark/benchmark.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/bare.h"
#include "bench/engines.h"
#include "bench/samples.h"
#include "bench/turns.h"
#include "pki/wire/json.h"
#include "pki/x509/certificate.h"

namespace pki {
namespace {

enum class Way { kEngine, kAbiProtobuf, kAbiJson };

constexpr char kOperation[] = "IssueCertificate";

constexpr const char* kWayNames[] = {"engine", "abi-protobuf", "abi-json"};

struct Case {
  const KeyKind* ca;
  const KeyKind* csr;
  Way way;
  v1::SignatureCheck check;
  Content content;

  std::string Name() const {
    return absl::StrCat(
        "Issue/CA:", ca->name, "/CSR:", csr->name, "/",
        kWayNames[static_cast<int>(way)],
        check == v1::SIGNATURE_CHECK_ALWAYS ? "/ALWAYS" : "/TRUST_SIGNER",
        content == Content::kFull ? "/full" : "");
  }
};

// An engine with one CA. They are kept, since making RSA keys is slow.
template <typename EngineType>
struct Authority {
  Authority(const KeyKind& kind, v1::SignatureCheck check)
      : engine(check), arn(MakeRoot(engine, kind)) {}

  static Authority& Of(const KeyKind& kind, v1::SignatureCheck check) {
    static auto* const all =
        new std::map<std::pair<v1::KeyAlgorithm, v1::SignatureCheck>,
                     std::unique_ptr<Authority>>;
    std::unique_ptr<Authority>& slot = (*all)[{kind.algorithm, check}];
    if (slot == nullptr) slot = std::make_unique<Authority>(kind, check);
    return *slot;
  }

  EngineType engine;
  const std::string arn;
};

// What is needed to do one certificate's cryptography again.
struct Work {
  Csr csr;
  BareKey csr_key;
  Certificate certificate;
};

// The three ways to spend the time of one certificate.
class Contest {
 public:
  explicit Contest(const Case& c)
      : digest_(InfoOf(c.ca->signature).digest),
        check_(c.check),
        ca_key_(KeyOf(*c.ca)) {
    if (c.way == Way::kEngine) {
      PrepareEngine(c);
    } else {
      PrepareAbi(c);
    }
  }

  void Limit(size_t i) const {
    const Work& work = At(i);
    Limit(work, work.csr_key);
  }
  void LimitWithKey(size_t i) const {
    const Work& work = At(i);
    Limit(work, BareKey(work.csr.spki()));
  }
  void Whole(size_t i) const { whole_(i % work_.size()); }

 private:
  const Work& At(size_t i) const { return work_[i % work_.size()]; }

  void Limit(const Work& work, const BareKey& csr_key) const {
    csr_key.Verify(InfoOf(work.csr.signature_algorithm()).digest,
                   work.csr.info(), work.csr.signature());
    const ByteView tbs = work.certificate.tbs_der();
    const Bytes signature = ca_key_.Sign(digest_, tbs);
    if (check_ == v1::SIGNATURE_CHECK_ALWAYS) {
      ca_key_.Verify(digest_, tbs, View(signature));
    }
  }

  // Issues for each sample once, so that the limit has the same bytes to sign.
  template <typename EngineType>
  std::vector<v1::IssueCertificateRequest> Prepare(Authority<EngineType>& ca,
                                                   const Case& c) {
    std::vector<v1::IssueCertificateRequest> requests;
    for (const Sample& sample : SamplesOf(*c.csr, c.content)) {
      requests.push_back(RequestFor(sample, ca.arn, *c.ca));
      const Bytes der = Issue(ca.engine, requests.back());
      work_.push_back({sample.csr, BareKey(sample.csr.spki()),
                       Certificate::Parse(View(der), "Bench").value()});
    }
    return requests;
  }

  void PrepareEngine(const Case& c) {
    auto& ca = Authority<CppEngine>::Of(*c.ca, c.check);
    whole_ = [&ca, requests = Prepare(ca, c)](size_t i) {
      v1::IssueCertificateResponse response;
      ca.engine.Call(kOperation, requests[i], &response);
    };
  }

  void PrepareAbi(const Case& c) {
    auto& ca = Authority<AbiEngine>::Of(*c.ca, c.check);
    const bool json = c.way == Way::kAbiJson;
    std::vector<Bytes> requests;
    for (const v1::IssueCertificateRequest& request : Prepare(ca, c)) {
      requests.push_back(json ? WriteJson(request)
                              : request.SerializeAsString());
    }
    const int32_t encoding = json ? PKI_ENCODING_JSON : PKI_ENCODING_PROTOBUF;
    whole_ = [&ca, encoding, requests](size_t i) {
      ca.engine.Call(kOperation, encoding, requests[i]);
    };
  }

  const Digest digest_;
  const v1::SignatureCheck check_;
  const BareKey ca_key_;
  std::vector<Work> work_;
  std::function<void(size_t)> whole_;
};

void BM_Issue(benchmark::State& state, const Case& c) {
  const Contest contest(c);
  const std::vector<double> times =
      TimeInTurns(state, {[&](size_t i) { contest.Limit(i); },
                          [&](size_t i) { contest.LimitWithKey(i); },
                          [&](size_t i) { contest.Whole(i); }});
  constexpr double kMicro = 1e6;
  const double limit = times[0];
  const double limit_with_key = times[1];
  const double whole = times[2];
  state.counters[kPerSecond] = 1 / whole;
  state.counters[kRatio] = limit / whole;
  state.counters[kRatioWithKey] = limit_with_key / whole;
  state.counters[kOverhead] = (whole - limit) * kMicro;
  state.counters[kOverheadWithKey] = (whole - limit_with_key) * kMicro;
}

void Register(const Case& c) {
  benchmark::RegisterBenchmark(c.Name().c_str(), BM_Issue, c)
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

void RegisterWays(const KeyKind& ca, Content content) {
  for (const auto check :
       {v1::SIGNATURE_CHECK_ALWAYS, v1::SIGNATURE_CHECK_TRUST_SIGNER}) {
    for (const Way way : {Way::kEngine, Way::kAbiProtobuf, Way::kAbiJson}) {
      Register({&ca, &kP256, way, check, content});
    }
  }
}

}  // namespace

void RegisterIssue() {
  for (const KeyKind& ca : kKeyKinds) {
    RegisterWays(ca, Content::kPlain);
    if (&ca != &kP256) {
      Register({&ca, &ca, Way::kAbiProtobuf, v1::SIGNATURE_CHECK_ALWAYS,
                Content::kPlain});
    }
  }
  RegisterWays(kP256, Content::kFull);
}

}  // namespace pki
