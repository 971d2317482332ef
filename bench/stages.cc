// Each stage is what the engine calls at that point, on a CSR with a P-256 key.
#include "bench/stages.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "bench/check.h"
#include "bench/engines.h"
#include "bench/samples.h"
#include "pki/crypto/private_key.h"
#include "pki/crypto/public_key.h"
#include "pki/crypto/random.h"
#include "pki/issue/issuer.h"
#include "pki/keystore/private_signing_key.h"
#include "pki/lint/lint.h"
#include "pki/policy/api_fields.h"
#include "pki/policy/resolve.h"
#include "pki/store/memory_store.h"
#include "pki/template/catalogue.h"
#include "pki/wire/json.h"
#include "pki/wire/validator.h"
#include "pki/x509/certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/signed.h"

namespace pki {
namespace {

using benchmark::DoNotOptimize;

// What the stages hand on to each other: a root CA and its certificate for the
// first sample of this content.
struct Scene {
  explicit Scene(Content content) : sample(SamplesOf(kP256, content).front()) {
    CppEngine engine(v1::SIGNATURE_CHECK_ALWAYS);
    const std::string ca_arn = MakeRoot(engine, kP256);
    request = RequestFor(sample, ca_arn, kP256);
    protobuf = request.SerializeAsString();
    json = WriteJson(request);
    certificate =
        Certificate::Parse(View(Issue(engine, request)), "Bench").value();
    const Bytes ca_certificate = CaCertificate(engine, ca_arn);
    IssuerSettings settings;
    settings.key = std::make_shared<PrivateSigningKey>(
        PrivateKey::Generate(kP256.algorithm).value());
    settings.certificate = View(ca_certificate);
    issuer = Issuer::New(settings).value();
    form = request.has_template_arn()
               ? catalogue.Find(request.template_arn()).value()
               : &catalogue.Default();
    ReadApi(request.api_passthrough());
  }

  void ReadApi(const v1::ApiPassthrough& api) {
    if (api.has_subject()) api_subject = SubjectToDer(api.subject()).value();
    api_der = ApiExtensionsToDer(api.extensions()).value();
    for (const Bytes& der : api_der) {
      api_extensions.push_back(*ParseExtension(View(der)));
    }
  }

  std::optional<ByteView> ApiSubject() const {
    if (!api_subject.has_value()) return std::nullopt;
    return View(*api_subject);
  }

  // The caller's side of the resolver's input.
  Offers offers() const {
    Offers offers;
    offers[v1::SOURCE_API] = {ApiSubject(), api_extensions};
    offers[v1::SOURCE_CSR] = {sample.csr.subject(), sample.csr.extensions()};
    return offers;
  }

  Issuance issuance() const {
    Issuance issuance;
    issuance.form = form;
    issuance.csr = &sample.csr;
    issuance.api_subject = ApiSubject();
    issuance.api_extensions = api_extensions;
    issuance.not_before = certificate->tbs().not_before;
    issuance.not_after = certificate->tbs().not_after;
    issuance.serial = certificate->tbs().serial;
    return issuance;
  }

  const Catalogue catalogue = Catalogue::Load(BuiltInCatalogue()).value();
  const Validator validator =
      Validator::Create({v1::IssueCertificateRequest::descriptor()}).value();
  const Sample& sample;
  const PublicKey csr_key =
      PublicKey::FromSpki(sample.csr.spki(), "Csr").value();
  v1::IssueCertificateRequest request;
  Bytes protobuf;
  std::string json;
  std::optional<Certificate> certificate;
  std::shared_ptr<const Issuer> issuer;
  const PreparedTemplate* form;
  std::optional<Bytes> api_subject;
  std::vector<Bytes> api_der;
  ExtensionList api_extensions;
};

const Scene& PlainScene() {
  static const auto* const scene = new Scene(Content::kPlain);
  return *scene;
}

const Scene& FullScene() {
  static const auto* const scene = new Scene(Content::kFull);
  return *scene;
}

template <typename Function, typename... Arguments>
void RegisterFunction(absl::string_view name, Function function,
                      const Arguments&... arguments) {
  benchmark::RegisterBenchmark(absl::StrCat("Stage/", name).c_str(), function,
                               arguments...)
      ->Unit(benchmark::kMicrosecond);
}

// Runs `stage` on a scene, once in each round.
template <typename Stage>
void RunStage(benchmark::State& state, const Scene& scene, Stage stage) {
  for (auto _ : state) stage(scene);
}

template <typename Stage>
void RegisterStage(absl::string_view name, Stage stage) {
  RegisterFunction(name, [stage](benchmark::State& state) {
    RunStage(state, PlainScene(), stage);
  });
}

// The same, once more with the scene in which everything is asked for.
template <typename Stage>
void RegisterStages(absl::string_view name, Stage stage) {
  RegisterStage(name, stage);
  RegisterFunction(absl::StrCat(name, "/full"),
                   [stage](benchmark::State& state) {
                     RunStage(state, FullScene(), stage);
                   });
}

void EncodeTbs(const Scene& scene) {
  const TbsCertificate& tbs = scene.certificate->tbs();
  absl::InlinedVector<ByteView, 12> extensions;
  for (const Extension& extension : tbs.extensions) {
    extensions.push_back(extension.der);
  }
  DoNotOptimize(EncodeTbsCertificate({tbs.serial, tbs.signature_algorithm,
                                      tbs.issuer, tbs.not_before, tbs.not_after,
                                      tbs.subject, tbs.spki, extensions}));
}

// A store that grows, as an engine's does.
void BM_Commit(benchmark::State& state) {
  const Bytes record(PlainScene().certificate->der().size() + 64, 'x');
  MemoryStore store;
  Check(store.Commit({{}, {{"ca/1", "x"}}, {}}));
  uint64_t number = 0;
  for (auto _ : state) {
    std::string key = absl::StrCat("cert/1/", absl::Hex(++number));
    WriteBatch batch;
    batch.preconditions.push_back({"ca/1", 1});
    batch.preconditions.push_back({key, std::nullopt});
    batch.puts.emplace_back(std::move(key), record);
    Check(store.Commit(std::move(batch)));
  }
}

void BM_Sign(benchmark::State& state, const KeyKind& kind) {
  const PrivateKey& key = KeyOf(kind);
  const ByteView message = PlainScene().certificate->tbs_der();
  for (auto _ : state) DoNotOptimize(key.Sign(kind.signature, message));
}

void BM_Verify(benchmark::State& state, const KeyKind& kind) {
  const PrivateKey& key = KeyOf(kind);
  const ByteView message = PlainScene().certificate->tbs_der();
  const Bytes signature = key.Sign(kind.signature, message).value();
  for (auto _ : state) {
    DoNotOptimize(
        key.public_key().Verify(kind.signature, message, View(signature)));
  }
}

}  // namespace

void RegisterStages() {
  RegisterStages("decode-protobuf", [](const Scene& scene) {
    v1::IssueCertificateRequest request;
    DoNotOptimize(request.ParseFromString(scene.protobuf));
  });
  RegisterStages("decode-json", [](const Scene& scene) {
    v1::IssueCertificateRequest request;
    Check(ReadJson(scene.json, &request));
  });
  RegisterStages("validate", [](const Scene& scene) {
    Check(scene.validator.Check(scene.request));
  });
  RegisterStage("random-serial", [](const Scene&) {
    uint8_t serial[16];
    Check(CryptoEntropy().Fill(serial, sizeof(serial)));
    DoNotOptimize(serial);
  });
  RegisterStages("parse-csr-pem", [](const Scene& scene) {
    DoNotOptimize(Csr::Parse(View(scene.sample.pem)));
  });
  RegisterStage("parse-csr-der", [](const Scene& scene) {
    DoNotOptimize(Csr::Parse(scene.sample.csr.der()));
  });
  RegisterStage("read-key", [](const Scene& scene) {
    DoNotOptimize(PublicKey::FromSpki(scene.sample.csr.spki(), "Csr"));
  });
  RegisterStage("check-possession", [](const Scene& scene) {
    const Csr& csr = scene.sample.csr;
    DoNotOptimize(scene.csr_key.Verify(csr.signature_algorithm(), csr.info(),
                                       csr.signature()));
  });
  RegisterFunction("api-fields/full", [](benchmark::State& state) {
    const v1::ApiPassthrough& api = FullScene().request.api_passthrough();
    for (auto _ : state) {
      DoNotOptimize(SubjectToDer(api.subject()));
      DoNotOptimize(ApiExtensionsToDer(api.extensions()));
    }
  });
  RegisterStages("resolve", [](const Scene& scene) {
    DoNotOptimize(Resolve(*scene.form, scene.offers()));
  });
  RegisterStages("encode-tbs", EncodeTbs);
  RegisterStages("lint", [](const Scene& scene) {
    Check(LintTbs(scene.certificate->tbs_der()));
  });
  RegisterStages("prepare",
                 [](const Scene& scene) {  // the three above, and the SKI
                   DoNotOptimize(scene.issuer->Prepare(scene.issuance()));
                 });
  for (const KeyKind& kind : kKeyKinds) {
    RegisterFunction(absl::StrCat("sign/", kind.name), BM_Sign, kind);
    RegisterFunction(absl::StrCat("verify/", kind.name), BM_Verify, kind);
  }
  RegisterStage("encode-certificate", [](const Scene& scene) {
    const Certificate& certificate = *scene.certificate;
    DoNotOptimize(EncodeSigned(certificate.tbs_der(),
                               certificate.tbs().signature_algorithm,
                               certificate.signature()));
  });
  RegisterFunction("commit", BM_Commit);
}

}  // namespace pki
