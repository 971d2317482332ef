// The steps from an engine to a certificate, by its operations.
#include "bench/engines.h"

#include <map>
#include <utility>

#include "absl/time/clock.h"
#include "bench/check.h"
#include "pki/base/secret.h"
#include "pki/crypto/aead.h"
#include "pki/crypto/random.h"
#include "pki/keystore/software_key_store.h"
#include "pki/testing/fixed_clock.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

using google::protobuf::Message;

constexpr absl::string_view kLabels[] = {"CERTIFICATE"};

v1::EngineConfiguration ConfigurationWith(v1::SignatureCheck check) {
  v1::EngineConfiguration configuration;
  configuration.set_signature_check(check);
  return configuration;
}

// Under a key that opens a store on disk again.
std::shared_ptr<KeyStore> NewKeyStore(std::shared_ptr<Store> store) {
  const Bytes key(kAeadKeySize, 'k');
  return std::make_shared<SoftwareKeyStore>(
      Keyring::Open(std::move(store), KekSource::Key(Secret(View(key))).value())
          .value());
}

template <typename Response, typename Request>
Response Call(AnyEngine& engine, const Request& request) {
  const std::string type = Request::descriptor()->name();
  Response response;
  engine.Call(type.substr(0, type.size() - sizeof("Request") + 1).c_str(),
              request, &response);
  return response;
}

void CheckCall(int32_t code, pki_error* error) {
  Check(code == PKI_OK, pki_error_message(error));
  pki_error_free(error);
}

// The certificate just issued, in PEM.
std::string IssuePem(AnyEngine& engine,
                     const v1::IssueCertificateRequest& request) {
  const auto issued = Call<v1::IssueCertificateResponse>(engine, request);
  v1::GetCertificateRequest get;
  get.set_certificate_authority_arn(request.certificate_authority_arn());
  get.set_certificate_arn(issued.certificate_arn());
  return Call<v1::GetCertificateResponse>(engine, get).certificate();
}

Bytes ToDer(absl::string_view pem) {
  return DecodePem(pem, kLabels).value().front();
}

}  // namespace

const PrivateKey& KeyOf(const KeyKind& kind) {
  static auto* const keys = new std::map<v1::KeyAlgorithm, PrivateKey>;
  auto found = keys->find(kind.algorithm);
  if (found == keys->end()) {
    PrivateKey key = PrivateKey::Generate(kind.algorithm).value();
    found = keys->emplace(kind.algorithm, std::move(key)).first;
  }
  return found->second;
}

CppEngine::CppEngine(v1::SignatureCheck check, std::shared_ptr<Store> store,
                     std::shared_ptr<Executor> executor) {
  Ports ports;
  ports.clock = std::make_shared<FixedClock>(absl::Now());
  ports.entropy = std::make_shared<CryptoEntropy>();
  ports.store = std::move(store);
  ports.key_store = NewKeyStore(ports.store);
  ports.executor = std::move(executor);
  engine_ = Engine::New(ConfigurationWith(check), std::move(ports)).value();
}

void CppEngine::Call(const char* operation, const Message& request,
                     Message* response) {
  Check(engine_->Call(operation, request, response));
}

AbiEngine::AbiEngine(v1::SignatureCheck check) {
  const Bytes configuration = ConfigurationWith(check).SerializeAsString();
  pki_error* error = nullptr;
  CheckCall(pki_engine_open(PKI_ENCODING_PROTOBUF, configuration.data(),
                            configuration.size(), nullptr, &engine_, &error),
            error);
}

AbiEngine::~AbiEngine() { pki_engine_close(engine_); }

void AbiEngine::Call(const char* operation, const Message& request,
                     Message* response) {
  const Bytes bytes = request.SerializeAsString();
  pki_buffer* buffer = nullptr;
  pki_error* error = nullptr;
  CheckCall(pki_engine_call(engine_, operation, PKI_ENCODING_PROTOBUF,
                            bytes.data(), bytes.size(), &buffer, &error),
            error);
  Check(response->ParseFromArray(pki_buffer_data(buffer),
                                 static_cast<int>(pki_buffer_size(buffer))),
        "reading a response");
  pki_buffer_free(buffer);
}

void AbiEngine::Call(const char* operation, int32_t encoding,
                     const Bytes& request) {
  pki_buffer* buffer = nullptr;
  pki_error* error = nullptr;
  CheckCall(pki_engine_call(engine_, operation, encoding, request.data(),
                            request.size(), &buffer, &error),
            error);
  pki_buffer_free(buffer);
}

Bytes AbiEngine::RespondOcsp(const Bytes& request) {
  pki_buffer* buffer = nullptr;
  pki_error* error = nullptr;
  CheckCall(pki_engine_respond_ocsp(engine_, request.data(), request.size(),
                                    &buffer, &error),
            error);
  Bytes response =
      Copy(ByteView(pki_buffer_data(buffer), pki_buffer_size(buffer)));
  pki_buffer_free(buffer);
  return response;
}

std::string MakeRoot(AnyEngine& engine, const KeyKind& kind) {
  v1::CreateCertificateAuthorityRequest create;
  create.set_certificate_authority_type(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT);
  auto& configuration = *create.mutable_certificate_authority_configuration();
  configuration.set_key_algorithm(kind.algorithm);
  configuration.set_signing_algorithm(kind.signing);
  v1::ASN1Subject& subject = *configuration.mutable_subject();
  subject.set_country("US");
  subject.set_organization("Example Corp");
  subject.set_common_name("Example Root CA");
  std::string arn = Call<v1::CreateCertificateAuthorityResponse>(engine, create)
                        .certificate_authority_arn();

  v1::GetCertificateAuthorityCsrRequest get;
  get.set_certificate_authority_arn(arn);
  const auto csr = Call<v1::GetCertificateAuthorityCsrResponse>(engine, get);
  v1::IssueCertificateRequest issue = IssueRequest(arn, kind, csr.csr());
  issue.set_template_arn("arn:aws:acm-pca:::template/RootCACertificate/V1");
  issue.mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_YEARS);
  issue.mutable_validity()->set_value(10);
  v1::ImportCertificateAuthorityCertificateRequest import;
  import.set_certificate_authority_arn(arn);
  import.set_certificate(IssuePem(engine, issue));
  Call<v1::ImportCertificateAuthorityCertificateResponse>(engine, import);
  return arn;
}

Bytes CaCertificate(AnyEngine& engine, const std::string& ca_arn) {
  v1::GetCertificateAuthorityCertificateRequest get;
  get.set_certificate_authority_arn(ca_arn);
  return ToDer(Call<v1::GetCertificateAuthorityCertificateResponse>(engine, get)
                   .certificate());
}

v1::IssueCertificateRequest IssueRequest(const std::string& ca_arn,
                                         const KeyKind& kind,
                                         absl::string_view csr) {
  v1::IssueCertificateRequest request;
  request.set_certificate_authority_arn(ca_arn);
  request.set_csr(std::string(csr));
  request.set_signing_algorithm(kind.signing);
  request.mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_DAYS);
  request.mutable_validity()->set_value(365);
  return request;
}

Bytes Issue(AnyEngine& engine, const v1::IssueCertificateRequest& request) {
  return ToDer(IssuePem(engine, request));
}

}  // namespace pki
