// CSRs for tests.
#include "pki/testing/test_csr.h"

#include "absl/status/statusor.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/der/writer.h"
#include "pki/x509/csr.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"
#include "pki/x509/signed.h"

namespace pki {

PrivateKey NewTestKey(v1::KeyAlgorithm algorithm) {
  return PrivateKey::Generate(algorithm).value();
}

SignatureAlgorithm Sha256AlgorithmOf(const PrivateKey& key) {
  return key.public_key().family() == KeyFamily::kRsa
             ? SignatureAlgorithm::kRsaSha256
             : SignatureAlgorithm::kEcdsaSha256;
}

Bytes TestName(absl::string_view common_name) {
  if (common_name.empty()) return EncodeName({});
  return EncodeName({{oid::kCommonName, der::kUtf8String, common_name}});
}

Bytes TestCsrOf(const PrivateKey& key, ByteView subject,
                absl::Span<const Bytes> extensions) {
  const Bytes info = EncodeCsrInfo({subject, View(key.spki()), extensions});
  const SignatureAlgorithm algorithm = Sha256AlgorithmOf(key);
  return EncodeSigned(View(info), InfoOf(algorithm).identifier,
                      View(key.Sign(algorithm, View(info)).value()));
}

Bytes TestCsr(const PrivateKey& key, absl::string_view common_name,
              absl::Span<const Bytes> extensions) {
  return TestCsrOf(key, View(TestName(common_name)), extensions);
}

Bytes TestSubjectAltName(absl::string_view dns_name) {
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& names) {
    names.AddText(der::Context(2), dns_name);
  });
  return EncodeExtension(oid::kSubjectAltName, false, View(writer.Finish()));
}

}  // namespace pki
