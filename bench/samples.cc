// CSRs, made once for each kind of key.
#include "bench/samples.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/engine/template_matrix.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

constexpr int kEcSamples = 16;
constexpr char kFullTemplate[] =
    "arn:aws:acm-pca:::template/BlankEndEntityCertificate_APICSRPassthrough/V1";

Bytes MakeCsr(const PrivateKey& key, Content content, int number) {
  if (content == Content::kFull) {
    return TestCsrOf(key, View(FullCsrSubject()),
                     FullCsrExtensions(v1::CERTIFICATE_KIND_END_ENTITY));
  }
  const std::string host = absl::StrCat("device-", number, ".example.com");
  return TestCsr(key, host, {TestSubjectAltName(host)});
}

Sample MakeSample(const PrivateKey& key, Content content, int number) {
  const Bytes der = MakeCsr(key, content, number);
  return {content, EncodePem("CERTIFICATE REQUEST", View(der)),
          Csr::Parse(View(der)).value()};
}

std::vector<Sample> MakeSamples(const KeyKind& kind, Content content) {
  std::vector<Sample> samples;
  const PrivateKey& key = KeyOf(kind);
  if (key.public_key().family() == KeyFamily::kRsa) {
    samples.push_back(MakeSample(key, content, 0));
    return samples;
  }
  for (int i = 0; i < kEcSamples; ++i) {
    samples.push_back(MakeSample(NewTestKey(kind.algorithm), content, i));
  }
  return samples;
}

}  // namespace

const std::vector<Sample>& SamplesOf(const KeyKind& kind, Content content) {
  static auto* const all =
      new std::map<std::pair<v1::KeyAlgorithm, Content>, std::vector<Sample>>;
  std::vector<Sample>& samples = (*all)[{kind.algorithm, content}];
  if (samples.empty()) samples = MakeSamples(kind, content);
  return samples;
}

v1::IssueCertificateRequest RequestFor(const Sample& sample,
                                       const std::string& ca_arn,
                                       const KeyKind& kind) {
  auto request = IssueRequest(ca_arn, kind, sample.pem);
  if (sample.content == Content::kFull) {
    request.set_template_arn(kFullTemplate);
    *request.mutable_api_passthrough() =
        FullApiPassthrough(v1::CERTIFICATE_KIND_END_ENTITY);
  }
  return request;
}

}  // namespace pki
