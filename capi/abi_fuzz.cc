// Fuzzes the C ABI. The first byte chooses operation and encoding, the rest is
// the request. Time and randomness are fixed, and a CA is there already, so
// that a request that names it can come through.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "capi/pki_engine.h"

namespace {

constexpr const char* kOperations[] = {
    "CreateCertificateAuthority",
    "DescribeCertificateAuthority",
    "GetCertificate",
    "GetCertificateAuthorityCertificate",
    "GetCertificateAuthorityCsr",
    "ImportCertificateAuthorityCertificate",
    "IssueCertificate",
};

constexpr char kRootCa[] =
    R"({"CertificateAuthorityType":"ROOT","CertificateAuthorityConfiguration":)"
    R"({"KeyAlgorithm":"EC_prime256v1","SigningAlgorithm":"SHA256WITHECDSA",)"
    R"("Subject":{"CommonName":"Fuzzed Root"}}})";

// After so many inputs the engine is a new one, for what it stored.
constexpr int kInputsPerEngine = 1000;

int32_t Clock(void*, int64_t* milliseconds) {
  *milliseconds = 1750000000000;
  return 0;
}

// Each answer differs from those before it.
int32_t CountingEntropy(void* context, uint8_t* out, size_t size) {
  auto* const count = static_cast<uint32_t*>(context);
  ++*count;
  for (size_t i = 0; i < size; ++i) {
    out[i] = static_cast<uint8_t>(*count >> (i % 4 * 8));
  }
  return 0;
}

pki_engine* NewEngine() {
  static uint32_t count;
  count = 0;
  pki_host host = {};
  host.size = sizeof(host);
  host.context = &count;
  host.clock = Clock;
  host.entropy = CountingEntropy;
  pki_engine* engine = nullptr;
  pki_buffer* response = nullptr;
  if (pki_engine_open(PKI_ENCODING_JSON, nullptr, 0, &host, &engine, nullptr) !=
          PKI_OK ||
      pki_engine_call(engine, kOperations[0], PKI_ENCODING_JSON, kRootCa,
                      std::strlen(kRootCa), &response, nullptr) != PKI_OK) {
    std::abort();
  }
  pki_buffer_free(response);
  return engine;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static pki_engine* engine = nullptr;
  static int inputs = 0;
  if (size == 0) return 0;
  if (inputs++ % kInputsPerEngine == 0) {
    pki_engine_close(engine);
    engine = NewEngine();
  }
  const int32_t encoding =
      data[0] % 2 == 0 ? PKI_ENCODING_JSON : PKI_ENCODING_PROTOBUF;
  const char* const operation =
      kOperations[data[0] / 2 % (sizeof(kOperations) / sizeof(*kOperations))];
  pki_buffer* response = nullptr;
  pki_error* error = nullptr;
  const int32_t code = pki_engine_call(engine, operation, encoding, data + 1,
                                       size - 1, &response, &error);
  // No request, whatever it holds, may find a defect or look like misuse.
  if (code == PKI_INTERNAL_FAILURE || code == PKI_USAGE_ERROR) std::abort();
  if ((code == PKI_OK) != (error == nullptr)) std::abort();
  pki_buffer_free(response);
  pki_error_free(error);
  return 0;
}
