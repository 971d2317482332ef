// Reads every request of testdata/csr, its key and its signature, and compares
// with what is expected.
#include "pki/testing/csr_corpus.h"

#include <gtest/gtest.h>

#include "pki/base/status.h"
#include "pki/crypto/public_key.h"
#include "pki/testing/parse_with_boringssl.h"
#include "pki/testing/status_matchers.h"
#include "pki/x509/csr.h"

namespace pki {
namespace {

class CsrCorpusTest : public testing::TestWithParam<CsrCase> {};

// The checks of a CSR that need nothing but itself.
absl::Status Check(const Csr& csr) {
  PKI_ASSIGN_OR_RETURN(
      const PublicKey key,
      PublicKey::FromSpki(csr.spki(), "Csr.subjectPublicKeyInfo"));
  if (!key.Verify(csr.signature_algorithm(), csr.info(), csr.signature())) {
    return Refuse(v1::REASON_CSR_SIGNATURE, "Csr.signature", "It is wrong.");
  }
  return absl::OkStatus();
}

TEST_P(CsrCorpusTest, IsReadAsExpected) {
  const auto csr = Csr::Parse(View(GetParam().contents));
  const absl::Status status = csr.ok() ? Check(*csr) : csr.status();
  switch (GetParam().stage) {
    case CsrStage::kRequest:
      break;  // whatever the parser says of it: nobody asks
    case CsrStage::kCsr:
      EXPECT_THAT(status, IsRefusal(GetParam().reason, GetParam().field));
      break;
    case CsrStage::kIssue:
    case CsrStage::kNone:
      EXPECT_THAT(status, IsOk());
      break;
  }
  EXPECT_TRUE(!csr.ok() || BoringSslReadsCsr(csr->der()));
}

INSTANTIATE_TEST_SUITE_P(Files, CsrCorpusTest, testing::ValuesIn(CsrCorpus()),
                         [](const testing::TestParamInfo<CsrCase>& parameter) {
                           std::string name = parameter.param.file;
                           name[name.rfind('.')] = '_';
                           return name;
                         });

}  // namespace
}  // namespace pki
