// Every request of testdata/csr, through IssueCertificate: the ones that are
// good get a certificate that others verify, the others their error, and
// nothing is stored.
#include "pki/testing/csr_corpus.h"

#include <gtest/gtest.h>

#include <string>

#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

class CsrCorpusIssueTest : public testing::TestWithParam<CsrCase> {};

TEST_P(CsrCorpusIssueTest, IsIssuedOrRefusedAsExpected) {
  EngineHarness harness;
  const auto root = harness.CreateRoot("Root");
  ASSERT_THAT(root, IsOk());
  const auto entries = [&] {
    return harness.store().Scan({"", "~"}, 100)->size();
  };
  const size_t before = entries();
  const auto issued =
      harness.Issue(harness.IssueRequest(*root, View(GetParam().contents)));
  if (GetParam().stage == CsrStage::kNone) {
    ASSERT_THAT(issued, IsOk());
    EXPECT_THAT(harness.Verify(*issued), IsOk());
  } else {
    EXPECT_THAT(issued, IsRefusal(GetParam().reason, GetParam().field));
    EXPECT_EQ(entries(), before);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, CsrCorpusIssueTest,
                         testing::ValuesIn(CsrCorpus()),
                         [](const testing::TestParamInfo<CsrCase>& parameter) {
                           std::string name = parameter.param.file;
                           name[name.rfind('.')] = '_';
                           return name;
                         });

}  // namespace
}  // namespace pki
