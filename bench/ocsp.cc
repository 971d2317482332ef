// A CA, one of its certificates, and the two ways to ask for it.
#include "bench/ocsp.h"

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/bare.h"
#include "bench/check.h"
#include "bench/engines.h"
#include "bench/samples.h"
#include "bench/turns.h"
#include "pki/der/reader.h"
#include "pki/x509/certificate.h"
#include "proto/engine_operations.pb.h"

namespace pki {
namespace {

// A request for one certificate of a new CA that answers OCSP.
Bytes PrepareRequest(AnyEngine& engine, const KeyKind& kind) {
  const std::string arn = MakeRoot(engine, kind);
  v1::UpdateCertificateAuthorityRequest update;
  update.set_certificate_authority_arn(arn);
  update.mutable_revocation_configuration()
      ->mutable_ocsp_configuration()
      ->set_enabled(true);
  v1::UpdateCertificateAuthorityResponse updated;
  engine.Call("UpdateCertificateAuthority", update, &updated);
  Issue(engine, RequestFor(SamplesOf(kP256).front(), arn, kind));
  v1::PresignOcspResponsesRequest presign;
  presign.set_certificate_authority_arn(arn);
  v1::PresignOcspResponsesResponse presigned;
  engine.Call("PresignOcspResponses", presign, &presigned);
  Check(!presigned.responses().empty(), "presigning");
  return presigned.responses(0).request();
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
  const Bytes data = ResponseDataOf(respond());
  const BareKey key(KeyOf(kind));
  const Digest digest = InfoOf(kind.signature).digest;
  const std::vector<double> times = TimeInTurns(
      state, {[&](size_t) {
                const Bytes signature = key.Sign(digest, View(data));
                if (check == v1::SIGNATURE_CHECK_ALWAYS) {
                  key.Verify(digest, View(data), View(signature));
                }
              },
              [&](size_t) { benchmark::DoNotOptimize(respond()); }});
  constexpr double kMicro = 1e6;
  state.counters[kResponsesPerSecond] = 1 / times[1];
  state.counters[kResponseRatio] = times[0] / times[1];
  state.counters[kResponseOverhead] = (times[1] - times[0]) * kMicro;
}

}  // namespace

void RegisterOcsp() {
  for (const KeyKind& kind : kKeyKinds) {
    for (const auto check :
         {v1::SIGNATURE_CHECK_ALWAYS, v1::SIGNATURE_CHECK_TRUST_SIGNER}) {
      for (const bool by_abi : {false, true}) {
        benchmark::RegisterBenchmark(
            absl::StrCat("Ocsp/CA:", kind.name, by_abi ? "/abi" : "/engine",
                         check == v1::SIGNATURE_CHECK_ALWAYS ? "/ALWAYS"
                                                             : "/TRUST_SIGNER")
                .c_str(),
            BM_Ocsp, kind, check, by_abi)
            ->UseManualTime()
            ->Unit(benchmark::kMicrosecond);
      }
    }
  }
}

}  // namespace pki
