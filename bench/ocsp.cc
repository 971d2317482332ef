// A CA, one of its certificates and the two ways to ask for it, or many of them
// on several threads.
#include "bench/ocsp.h"

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/bare.h"
#include "bench/check.h"
#include "bench/engines.h"
#include "bench/samples.h"
#include "bench/turns.h"
#include "capi/thread_executor.h"
#include "pki/der/reader.h"
#include "pki/store/memory_store.h"
#include "proto/engine_operations.pb.h"

namespace pki {
namespace {

constexpr v1::SignatureCheck kChecks[] = {v1::SIGNATURE_CHECK_ALWAYS,
                                          v1::SIGNATURE_CHECK_TRUST_SIGNER};

// A new CA that answers OCSP, and has issued so many certificates. Its ARN.
std::string PrepareCa(AnyEngine& engine, const KeyKind& kind, size_t count) {
  std::string arn = MakeRoot(engine, kind);
  v1::UpdateCertificateAuthorityRequest update;
  update.set_certificate_authority_arn(arn);
  update.mutable_revocation_configuration()
      ->mutable_ocsp_configuration()
      ->set_enabled(true);
  v1::UpdateCertificateAuthorityResponse updated;
  engine.Call("UpdateCertificateAuthority", update, &updated);
  const v1::IssueCertificateRequest issue =
      RequestFor(SamplesOf(kP256).front(), arn, kind);
  for (size_t i = 0; i < count; ++i) Issue(engine, issue);
  return arn;
}

// A response for each certificate of the CA.
std::vector<v1::PresignedOcspResponse> Presign(AnyEngine& engine,
                                               const std::string& arn) {
  std::vector<v1::PresignedOcspResponse> responses;
  v1::PresignOcspResponsesRequest request;
  request.set_certificate_authority_arn(arn);
  v1::PresignOcspResponsesResponse page;
  do {
    page.Clear();
    engine.Call("PresignOcspResponses", request, &page);
    for (auto& each : *page.mutable_responses()) {
      responses.push_back(std::move(each));
    }
    request.set_next_token(page.next_token());
  } while (page.has_next_token());
  return responses;
}

// What was signed in an OCSPResponse.
Bytes ResponseDataOf(const Bytes& response) {
  constexpr der::Tag kEnumerated = der::kEnumerated;
  der::Reader outer(View(response));
  der::Reader fields;
  ByteView status;
  der::Reader bytes;
  der::Reader typed;
  ByteView type;
  der::Reader octets;
  der::Reader basic;
  ByteView data;
  Check(outer.Read(der::kSequence, &fields) &&
            fields.Read(kEnumerated, &status) &&
            fields.Read(der::ContextConstructed(0), &bytes) &&
            bytes.Read(der::kSequence, &typed) && typed.ReadOid(&type) &&
            typed.Read(der::kOctetString, &octets) &&
            octets.Read(der::kSequence, &basic) &&
            basic.ReadElement(der::kSequence, &data),
        "reading an OCSP response");
  return Copy(data);
}

// The bare limit: to sign, and to verify what was signed.
Task BareTask(const KeyKind& kind, v1::SignatureCheck check,
              const Bytes& data) {
  const auto key = std::make_shared<BareKey>(KeyOf(kind));
  const Digest digest = InfoOf(kind.signature).digest;
  return [=](size_t) {
    const Bytes signature = key->Sign(digest, View(data));
    if (check == v1::SIGNATURE_CHECK_ALWAYS) {
      key->Verify(digest, View(data), View(signature));
    }
  };
}

// A request for a certificate of a new CA.
Bytes PrepareRequest(AnyEngine& engine, const KeyKind& kind) {
  return Presign(engine, PrepareCa(engine, kind, 1)).front().request();
}

void BM_Ocsp(benchmark::State& state, const KeyKind& kind,
             v1::SignatureCheck check, bool by_abi) {
  std::function<Bytes()> respond;
  if (by_abi) {
    auto engine = std::make_shared<AbiEngine>(check);
    const Bytes request = PrepareRequest(*engine, kind);
    respond = [engine, request] { return engine->RespondOcsp(request); };
  } else {
    auto engine = std::make_shared<CppEngine>(check);
    v1::RespondOcspRequest request;
    request.set_request(PrepareRequest(*engine, kind));
    respond = [engine, request] {
      v1::RespondOcspResponse response;
      engine->Call("RespondOcsp", request, &response);
      return response.response();
    };
  }
  const std::vector<double> times = TimeInTurns(
      state, {BareTask(kind, check, ResponseDataOf(respond())),
              [&](size_t) { benchmark::DoNotOptimize(respond()); }});
  constexpr double kMicro = 1e6;
  state.counters[kResponsesPerSecond] = 1 / times[1];
  state.counters[kResponseRatio] = times[0] / times[1];
  state.counters[kResponseOverhead] = (times[1] - times[0]) * kMicro;
}

// Three pages, beside the CA's own certificate.
constexpr size_t kPresigned = 299;
constexpr int kPresignTurns = 24;

// An engine with so many threads, and the bare limit on as many.
class PresignSide {
 public:
  PresignSide(const KeyKind& kind, v1::SignatureCheck check, size_t threads)
      : threads_(std::make_shared<ThreadExecutor>(threads)),
        engine_(check, std::make_shared<MemoryStore>(), threads_),
        arn_(PrepareCa(engine_, kind, kPresigned)),
        responses_(Presign(engine_, arn_)),
        bare_(BareTask(kind, check,
                       ResponseDataOf(responses_.front().response()))) {}

  void Bare() { threads_->ForEach(responses_.size(), bare_); }
  void Whole() {
    Check(Presign(engine_, arn_).size() == responses_.size(), "presigning");
  }
  double count() const { return static_cast<double>(responses_.size()); }

 private:
  const std::shared_ptr<ThreadExecutor> threads_;
  CppEngine engine_;
  const std::string arn_;
  const std::vector<v1::PresignedOcspResponse> responses_;
  const Task bare_;
};

void BM_Presign(benchmark::State& state, const KeyKind& kind,
                v1::SignatureCheck check, size_t threads) {
  PresignSide one(kind, check, 1);
  PresignSide all(kind, check, threads);
  const std::vector<double> times =
      TimeInTurns(state,
                  {[&](size_t) { one.Bare(); }, [&](size_t) { all.Bare(); },
                   [&](size_t) { one.Whole(); }, [&](size_t) { all.Whole(); }},
                  RealTime);
  state.counters[kPresignedPerSecond] = all.count() / times[3];
  state.counters[kPresignedRatio] = times[1] / times[3];
  state.counters[kPresignedScaling] = times[2] / times[3];
  state.counters[kBareScaling] = times[0] / times[1];
}

const char* NameOf(v1::SignatureCheck check) {
  return check == v1::SIGNATURE_CHECK_ALWAYS ? "/ALWAYS" : "/TRUST_SIGNER";
}

}  // namespace

void RegisterOcsp() {
  for (const KeyKind& kind : kKeyKinds) {
    for (const auto check : kChecks) {
      for (const bool by_abi : {false, true}) {
        benchmark::RegisterBenchmark(
            absl::StrCat("Ocsp/CA:", kind.name, by_abi ? "/abi" : "/engine",
                         NameOf(check))
                .c_str(),
            BM_Ocsp, kind, check, by_abi)
            ->UseManualTime()
            ->Unit(benchmark::kMicrosecond);
      }
    }
  }
}

void RegisterPresign() {
  for (const size_t kind : {0, 2}) {
    for (const auto check : kChecks) {
      for (const size_t threads : {1, 2}) {
        benchmark::RegisterBenchmark(
            absl::StrCat("Presign/CA:", kKeyKinds[kind].name,
                         "/threads:", threads, NameOf(check))
                .c_str(),
            BM_Presign, kKeyKinds[kind], check, threads)
            ->UseManualTime()
            ->Iterations(kPresignTurns);
      }
    }
  }
}

}  // namespace pki
