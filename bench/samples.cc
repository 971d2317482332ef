// CSRs, made once for each kind of key.
#include "bench/samples.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

constexpr int kEcSamples = 16;

Sample MakeSample(const PrivateKey& key, int number) {
  const std::string host = absl::StrCat("device-", number, ".example.com");
  const Bytes der = TestCsr(key, host, {TestSubjectAltName(host)});
  return {EncodePem("CERTIFICATE REQUEST", View(der)),
          Csr::Parse(View(der)).value()};
}

std::vector<Sample> MakeSamples(const KeyKind& kind) {
  std::vector<Sample> samples;
  const PrivateKey& key = KeyOf(kind);
  if (key.public_key().family() == KeyFamily::kRsa) {
    samples.push_back(MakeSample(key, 0));
    return samples;
  }
  for (int i = 0; i < kEcSamples; ++i) {
    samples.push_back(MakeSample(NewTestKey(kind.algorithm), i));
  }
  return samples;
}

}  // namespace

const std::vector<Sample>& SamplesOf(const KeyKind& kind) {
  static auto* const all = new std::map<v1::KeyAlgorithm, std::vector<Sample>>;
  std::vector<Sample>& samples = (*all)[kind.algorithm];
  if (samples.empty()) samples = MakeSamples(kind);
  return samples;
}

}  // namespace pki
