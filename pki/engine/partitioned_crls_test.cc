// Many certificates and the partitions of their CRL: each names the one that it
// is in, they spread evenly, and a revoked one is in no other.
//
// Usage: partitioned_crls_test [--certificates N] [--revoked N]
//
// `bazel run -c opt` it with --certificates 1000000, which takes minutes and a
// few gigabytes; it prints what it finds.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/ca/crl_partition.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/read_crl_with_boringssl.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/pem.h"
#include "proto/config.pb.h"
#include "proto/engine_operations.pb.h"

namespace pki {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::string_view kLabels[] = {kCertificateLabel};
constexpr int kBatch = 1000;

int certificate_count = 4000;
int revoked_count = 100;

v1::EngineConfiguration Configuration() {
  v1::EngineConfiguration configuration;
  configuration.set_signature_check(v1::SIGNATURE_CHECK_TRUST_SIGNER);
  configuration.set_crl_generation(v1::CRL_GENERATION_AT_MAINTENANCE);
  return configuration;
}

// How far the sizes are from all being the same: of those that fall by chance,
// one in ten thousand is beyond kMostChiSquare (63 degrees of freedom).
double ChiSquare(const std::vector<int>& sizes) {
  double sum = 0;
  for (const int size : sizes) sum += size;
  const double mean = sum / static_cast<double>(sizes.size());
  double chi_square = 0;
  for (const int size : sizes) {
    chi_square += (size - mean) * (size - mean) / mean;
  }
  return chi_square;
}
constexpr double kMostChiSquare = 113;

class PartitionedCrlsTest : public testing::Test {
 protected:
  PartitionedCrlsTest() : harness_(Configuration()) {
    auto request = EngineHarness::CreateRequest(
        v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root");
    auto& crl = *request.mutable_revocation_configuration()
                     ->mutable_crl_configuration();
    crl.set_enabled(true);
    crl.set_expiration_in_days(7);
    crl.set_s3_bucket_name("bucket");
    crl.set_crl_type(v1::CRL_TYPE_PARTITIONED);
    ca_ = harness_.Create(request).value();
    const auto own = harness_.IssueForCa(
        ca_, ca_, "RootCACertificate", HarnessTime() + absl::Hours(24 * 3650));
    EXPECT_THAT(own, IsOk());
    EXPECT_THAT(harness_.Import(ca_, *own), IsOk());
  }

  // Issues one batch; what was issued, in DER.
  std::vector<Bytes> IssueBatch(int count) {
    v1::IssueCertificatesRequest request;
    for (int i = 0; i < count; ++i) {
      *request.add_requests() = harness_.IssueRequest(ca_, View(csr_));
    }
    const auto issued = harness_.Call<v1::IssueCertificatesResponse>(request);
    EXPECT_THAT(issued, IsOk());
    std::vector<Bytes> certificates;
    for (const v1::IssueCertificatesResult& result : issued->results()) {
      certificates.push_back(DecodePem(result.certificate(), kLabels)->front());
      arns_.push_back(result.certificate_arn());
    }
    return certificates;
  }

  void Revoke(const std::string& arn) {
    v1::RevokeCertificateRequest request;
    request.set_certificate_authority_arn(ca_);
    request.set_certificate_serial(arn.substr(arn.rfind('/') + 1));
    request.set_revocation_reason(v1::REVOCATION_REASON_SUPERSEDED);
    ASSERT_THAT(harness_.Call<v1::RevokeCertificateResponse>(request), IsOk());
  }

  // The last CRL of each partition that a turn of maintenance has made.
  std::vector<CrlOfBoringSsl> Maintain() {
    const auto turn =
        harness_.Call<v1::RunMaintenanceResponse>(v1::RunMaintenanceRequest());
    EXPECT_THAT(turn, IsOk());
    EXPECT_THAT(turn->failures(), IsEmpty());
    std::vector<CrlOfBoringSsl> crls;
    for (const v1::CrlSummary& crl : turn->crls()) {
      v1::GetCertificateRevocationListRequest get;
      get.set_certificate_authority_arn(ca_);
      get.set_partition(crl.partition());
      const auto got =
          harness_.Call<v1::GetCertificateRevocationListResponse>(get);
      EXPECT_THAT(got, IsOk());
      crls.push_back(
          *ReadCrlWithBoringSsl(View(got->certificate_revocation_list())));
    }
    return crls;
  }

  EngineHarness harness_;
  std::string ca_;
  const Bytes csr_ =
      TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "device");
  std::vector<std::string> arns_;  // of all certificates
};

TEST_F(PartitionedCrlsTest, DivideCertificates) {
  std::map<std::string, size_t> partition_at;  // by URI
  for (const CrlOfBoringSsl& crl : Maintain()) {
    ASSERT_THAT(crl.partition, SizeIs(1));
    partition_at.emplace(crl.partition.front(), partition_at.size());
  }
  ASSERT_THAT(partition_at, SizeIs(kCrlPartitions));

  // Each names a partition.
  std::vector<size_t> partition_of;  // in the order of arns_
  std::vector<int> sizes(kCrlPartitions);
  while (static_cast<int>(arns_.size()) < certificate_count) {
    const int left = certificate_count - static_cast<int>(arns_.size());
    for (const Bytes& der : IssueBatch(std::min(kBatch, left))) {
      const std::vector<std::string> uris = CrlUrisWithBoringSsl(View(der));
      ASSERT_THAT(uris, SizeIs(1));
      ASSERT_EQ(partition_at.count(uris.front()), 1u);
      partition_of.push_back(partition_at[uris.front()]);
      ++sizes[partition_of.back()];
    }
  }

  // They spread evenly. They would not if one partition had another's too.
  const double chi_square = ChiSquare(sizes);
  EXPECT_LT(chi_square, kMostChiSquare);
  std::vector<int> uneven = sizes;
  uneven[0] += std::exchange(uneven[1], 0);
  EXPECT_GT(ChiSquare(uneven), kMostChiSquare);

  // Each revoked one is in the partition that it names, and in no other.
  const size_t step = arns_.size() / static_cast<size_t>(revoked_count);
  std::map<std::string, size_t> revoked;  // partitions by serial
  for (size_t i = 0; i < static_cast<size_t>(revoked_count); ++i) {
    const std::string& arn = arns_[i * step];
    const std::string serial = arn.substr(arn.rfind('/') + 1);
    revoked[serial.substr(serial.find_first_not_of('0'))] =
        partition_of[i * step];
    Revoke(arn);
  }
  const size_t all = revoked.size();
  for (const CrlOfBoringSsl& crl : Maintain()) {
    ASSERT_THAT(crl.partition, SizeIs(1));
    for (const CrlOfBoringSsl::Entry& entry : crl.entries) {
      const auto found = revoked.find(entry.serial);
      ASSERT_NE(found, revoked.end()) << entry.serial;
      EXPECT_EQ(found->second, partition_at[crl.partition.front()]);
      // Another partition that has it finds it no more.
      revoked.erase(found);
    }
  }
  EXPECT_THAT(revoked, IsEmpty());
  EXPECT_THAT(Maintain(), IsEmpty());
  std::printf(
      "%zu certificates: %d to %d a partition, chi-square %.1f of 63 degrees; "
      "%zu revoked, in one partition each\n",
      arns_.size(), *std::min_element(sizes.begin(), sizes.end()),
      *std::max_element(sizes.begin(), sizes.end()), chi_square, all);
}

}  // namespace
}  // namespace pki

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    const bool read =
        i + 1 < argc &&
        ((name == "--certificates" &&
          absl::SimpleAtoi(argv[i + 1], &pki::certificate_count)) ||
         (name == "--revoked" &&
          absl::SimpleAtoi(argv[i + 1], &pki::revoked_count)));
    if (!read) {
      std::fprintf(stderr, "Usage: %s [--certificates N] [--revoked N]\n",
                   argv[0]);
      return 2;
    }
  }
  return RUN_ALL_TESTS();
}
