// The CSRs that are measured with.
#ifndef BENCH_SAMPLES_H_
#define BENCH_SAMPLES_H_

#include <string>
#include <vector>

#include "bench/engines.h"
#include "pki/base/bytes.h"
#include "pki/x509/csr.h"

namespace pki {

// What a CSR and the request with it ask for.
enum class Content {
  kPlain,  // a commonName and a subjectAltName, both in the CSR
  kFull,   // all that an end entity's certificate may have, in both
};

struct Sample {
  Content content;
  std::string pem;  // as most clients send it
  Csr csr;
};

// EC keys are all different; RSA keys are one, because making them is slow.
const std::vector<Sample>& SamplesOf(const KeyKind& kind,
                                     Content content = Content::kPlain);

// A request with this CSR to a CA of this kind.
v1::IssueCertificateRequest RequestFor(const Sample& sample,
                                       const std::string& ca_arn,
                                       const KeyKind& kind);

}  // namespace pki

#endif  // BENCH_SAMPLES_H_
