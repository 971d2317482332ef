// The CSRs that are measured with.
#ifndef BENCH_SAMPLES_H_
#define BENCH_SAMPLES_H_

#include <string>
#include <vector>

#include "bench/engines.h"
#include "pki/base/bytes.h"
#include "pki/x509/csr.h"

namespace pki {

struct Sample {
  std::string pem;  // as most clients send it
  Csr csr;
};

// CSRs with a commonName and a subjectAltName. EC keys are all
// different; RSA keys are one, because making them is slow.
const std::vector<Sample>& SamplesOf(const KeyKind& kind);

}  // namespace pki

#endif  // BENCH_SAMPLES_H_
