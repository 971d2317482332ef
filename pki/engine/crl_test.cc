// CRLs through the operations: what is in them, when they are made, and what
// faults, crashes and clocks cannot do to them.
#include "pki/x509/crl.h"

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/base/timestamp.h"
#include "pki/ca/crl_partition.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/engine/arn.h"
#include "pki/engine/engine.h"
#include "pki/engine/records.h"
#include "pki/object/object_key.h"
#include "pki/object/object_reader.h"
#include "pki/object/object_sink.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/interrupted_store.h"
#include "pki/testing/read_crl_with_boringssl.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/pem.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAreArray;

constexpr char kArnField[] = "Request.CertificateAuthorityArn";
constexpr absl::string_view kLabels[] = {kCertificateLabel};
constexpr absl::Duration kDay = absl::Hours(24);
constexpr int kValidityDays = 7;

struct Issued {
  std::string serial;  // as in its ARN
  Bytes der;
};

// The URI of the CRL in a certificate.
std::string DistributionPointOf(const Bytes& certificate) {
  const auto parsed = Certificate::Parse(View(certificate), "");
  const Extension* extension = parsed->Find(oid::kCrlDistributionPoints);
  if (extension == nullptr) return "";
  // The one point is what an IDP is.
  der::Reader outer(extension->value);
  der::Reader points;
  EXPECT_TRUE(outer.Read(der::kSequence, &points));
  const auto uri = ParseIssuingDistributionPoint(points.rest());
  EXPECT_THAT(uri, Optional(SizeIs(1)));
  return std::string(uri->front());
}

class CrlTest : public testing::Test {
 protected:
  explicit CrlTest(const v1::EngineConfiguration& configuration = {})
      : harness_(configuration) {}

  static v1::CrlConfiguration Configuration(
      v1::CrlType type = v1::CRL_TYPE_COMPLETE) {
    v1::CrlConfiguration crl;
    crl.set_enabled(true);
    crl.set_expiration_in_days(kValidityDays);
    crl.set_s3_bucket_name("bucket");
    crl.set_crl_type(type);
    return crl;
  }

  std::string MakeRoot(const v1::CrlConfiguration& crl = Configuration(),
                       const char* name = "Root") {
    auto request =
        EngineHarness::CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, name);
    *request.mutable_revocation_configuration()->mutable_crl_configuration() =
        crl;
    std::string arn = harness_.Create(request).value();
    EXPECT_THAT(
        harness_.Import(arn, harness_
                                 .IssueForCa(arn, arn, "RootCACertificate",
                                             HarnessTime() + kDay * 3650)
                                 .value()),
        IsOk());
    return arn;
  }

  Issued Issue(const std::string& ca) {
    const auto issued =
        harness_.Issue(harness_.IssueRequest(ca, View(csr_))).value();
    Issued certificate;
    certificate.der = DecodePem(issued.certificate(), kLabels)->front();
    const auto parsed = Certificate::Parse(View(certificate.der), "");
    certificate.serial = *SerialDigits(parsed->tbs().serial);
    return certificate;
  }

  static v1::RevokeCertificateRequest RevokeRequest(
      const std::string& ca, const std::string& serial,
      v1::RevocationReason reason = v1::REVOCATION_REASON_KEY_COMPROMISE) {
    v1::RevokeCertificateRequest request;
    request.set_certificate_authority_arn(ca);
    request.set_certificate_serial(serial);
    request.set_revocation_reason(reason);
    return request;
  }
  absl::Status Revoke(
      const std::string& ca, const std::string& serial,
      v1::RevocationReason reason = v1::REVOCATION_REASON_KEY_COMPROMISE) {
    return harness_
        .Call<v1::RevokeCertificateResponse>(RevokeRequest(ca, serial, reason))
        .status();
  }

  absl::StatusOr<v1::GenerateCertificateRevocationListResponse> Generate(
      const std::string& ca) {
    v1::GenerateCertificateRevocationListRequest request;
    request.set_certificate_authority_arn(ca);
    return harness_.Call<v1::GenerateCertificateRevocationListResponse>(
        request);
  }
  absl::StatusOr<v1::GetCertificateRevocationListResponse> Get(
      const std::string& ca, const std::string& partition = "") {
    v1::GetCertificateRevocationListRequest request;
    request.set_certificate_authority_arn(ca);
    if (!partition.empty()) request.set_partition(partition);
    return harness_.Call<v1::GetCertificateRevocationListResponse>(request);
  }
  v1::RunMaintenanceResponse Maintain() {
    return harness_
        .Call<v1::RunMaintenanceResponse>(v1::RunMaintenanceRequest())
        .value();
  }
  absl::Status Configure(const std::string& ca,
                         const v1::CrlConfiguration& crl) {
    v1::UpdateCertificateAuthorityRequest request;
    request.set_certificate_authority_arn(ca);
    *request.mutable_revocation_configuration()->mutable_crl_configuration() =
        crl;
    return harness_.Call<v1::UpdateCertificateAuthorityResponse>(request)
        .status();
  }

  // The serials of the entries, as in ARNs, in their order.
  static std::vector<std::string> SerialsOf(
      const v1::GetCertificateRevocationListResponse& got) {
    const auto read =
        ReadCrlWithBoringSsl(View(got.certificate_revocation_list()));
    EXPECT_TRUE(read.has_value());
    std::vector<std::string> serials;
    for (const CrlOfBoringSsl::Entry& entry : read->entries) {
      serials.push_back(absl::StrCat(std::string(32 - entry.serial.size(), '0'),
                                     absl::AsciiStrToLower(entry.serial)));
    }
    return serials;
  }
  std::vector<std::string> Listed(const std::string& ca,
                                  const std::string& partition = "") {
    const auto got = Get(ca, partition);
    EXPECT_THAT(got, IsOk());
    return got.ok() ? SerialsOf(*got) : std::vector<std::string>();
  }
  // Those that the store says are revoked.
  std::vector<std::string> Recorded(const std::string& ca) {
    const std::string prefix = RevocationPrefix(IdOf(ca));
    std::vector<std::string> serials;
    for (const auto& [key, value] : harness_.Stored()) {
      if (absl::StartsWith(key, prefix)) {
        serials.push_back(key.substr(prefix.size()));
      }
    }
    return serials;
  }
  static std::string IdOf(const std::string& ca) {
    return ParseCaArn(ca, "")->id;
  }
  v1::CertificateAuthorityRecord RecordOf(const std::string& ca) {
    v1::CertificateAuthorityRecord record;
    record.ParseFromString(harness_.Stored()[CaKey(IdOf(ca))]);
    return record;
  }

  // The id of the partition that lists the certificate; empty without any.
  static std::string PartitionOf(const v1::CertificateAuthorityRecord& ca,
                                 const std::string& serial) {
    if (ca.crl_partitions().empty()) return "";
    const Bytes bytes = absl::HexStringToBytes(serial);
    return ca.crl_partitions(static_cast<int>(CrlPartitionOf(
        View(bytes), static_cast<size_t>(ca.crl_partitions_size()))));
  }

  // Another engine on the same store, with a store of its own in between.
  std::unique_ptr<Engine> Beside(std::shared_ptr<Store> store) {
    Ports ports = harness_.ports();
    ports.store = std::move(store);
    return Engine::New({}, ports).value();
  }

  EngineHarness harness_;
  const Bytes csr_ =
      TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "device");
};

TEST_F(CrlTest, IsMadeOnRequest) {
  const std::string ca = MakeRoot();
  const auto generated = Generate(ca);
  ASSERT_THAT(generated, IsOk());
  ASSERT_THAT(generated->crls(), SizeIs(1));
  const v1::CrlSummary& crl = generated->crls(0);
  EXPECT_EQ(crl.bucket(), "bucket");
  EXPECT_EQ(crl.key(), absl::StrCat("crl/", IdOf(ca), ".crl"));
  EXPECT_FALSE(crl.has_partition());
  EXPECT_EQ(crl.uri(),
            absl::StrCat("http://bucket.s3.us-east-1.amazonaws.com/crl/",
                         IdOf(ca), ".crl"));
  EXPECT_EQ(crl.number(), absl::ToUnixMillis(HarnessTime()));
  EXPECT_EQ(FromTimestamp(crl.this_update()), HarnessTime() - absl::Hours(1));
  EXPECT_EQ(FromTimestamp(crl.next_update()),
            HarnessTime() + kDay * kValidityDays);
  EXPECT_EQ(crl.entries(), 0);

  const auto got = Get(ca);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->crl().SerializeAsString(), crl.SerializeAsString());
  const Bytes& der = got->certificate_revocation_list();
  EXPECT_EQ(der.size(), static_cast<size_t>(crl.size()));
  const auto read = ReadCrlWithBoringSsl(View(der));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->der, der);
  EXPECT_EQ(read->number, absl::StrCat(absl::Hex(crl.number())));
  EXPECT_EQ(read->this_update, "260301110000Z");
  EXPECT_EQ(read->next_update, "260308120000Z");
  EXPECT_THAT(read->entries, IsEmpty());

  // The AKI is the issuer's SKI; a complete CRL has no IDP.
  const auto parsed = Crl::Parse(View(der));
  ASSERT_TRUE(parsed.has_value());
  const Bytes own = RecordOf(ca).certificates(0).certificate();
  const auto certificate = Certificate::Parse(View(own), "");
  const Extension* ski = certificate->Find(oid::kSubjectKeyIdentifier);
  ASSERT_THAT(parsed->extensions, SizeIs(2));
  EXPECT_EQ(parsed->extensions[0].value,
            View(EncodeAuthorityKeyIdentifier(
                *ParseSubjectKeyIdentifier(ski->value))));
  EXPECT_EQ(parsed->extensions[1].oid, oid::kCrlNumber);
  EXPECT_EQ(parsed->issuer, certificate->tbs().subject);

  // It lies where clients of the service look for it.
  v1::GetObjectRequest object;
  object.set_bucket(crl.bucket());
  object.set_key(crl.key());
  const auto found = harness_.Call<v1::GetObjectResponse>(object);
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->body(), der);
  EXPECT_EQ(found->content_type(), "application/pkix-crl");
}

TEST_F(CrlTest, EachOneHasAnAuditEntry) {
  const std::string ca = MakeRoot();
  ASSERT_THAT(Generate(ca), IsOk());
  harness_.clock().Advance(absl::Milliseconds(5));
  ASSERT_THAT(Generate(ca), IsOk());
  std::vector<std::string> events;
  for (const auto& [key, value] : harness_.Stored()) {
    v1::AuditRecord record;
    if (!absl::StartsWith(key, "audit/")) continue;
    ASSERT_TRUE(record.ParseFromString(value));
    if (record.event() == v1::AUDIT_EVENT_CRL) {
      events.push_back(key.substr(key.rfind('/') + 1));
    }
  }
  const int64_t first = absl::ToUnixMillis(HarnessTime());
  EXPECT_THAT(events, ElementsAre(absl::StrCat("crl-000-", first),
                                  absl::StrCat("crl-000-", first + 5)));
}

TEST_F(CrlTest, IsMadeWithARevocation) {
  const std::string ca = MakeRoot();
  const Issued first = Issue(ca);
  const Issued second = Issue(ca);
  Issue(ca);
  ASSERT_THAT(Revoke(ca, first.serial, v1::REVOCATION_REASON_SUPERSEDED),
              IsOk());
  EXPECT_THAT(Listed(ca), ElementsAre(first.serial));
  harness_.clock().Advance(absl::Hours(1));
  ASSERT_THAT(Revoke(ca, second.serial, v1::REVOCATION_REASON_UNSPECIFIED),
              IsOk());
  const auto got = Get(ca);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->crl().entries(), 2);
  const auto read =
      ReadCrlWithBoringSsl(View(got->certificate_revocation_list()));
  ASSERT_TRUE(read.has_value());
  ASSERT_THAT(read->entries, SizeIs(2));
  // In the order of their serials.
  const bool in_order = first.serial < second.serial;
  const CrlOfBoringSsl::Entry& superseded = read->entries[in_order ? 0 : 1];
  const CrlOfBoringSsl::Entry& unspecified = read->entries[in_order ? 1 : 0];
  EXPECT_EQ(superseded.reason, 4);
  EXPECT_EQ(superseded.revoked_at, "260301120000Z");
  EXPECT_EQ(unspecified.reason, -1);
  EXPECT_EQ(unspecified.revoked_at, "260301130000Z");
}

TEST_F(CrlTest, DropsAnEntryOneCrlAfterItsCertificateHasExpired) {
  const std::string ca = MakeRoot();
  const Issued certificate = Issue(ca);
  ASSERT_THAT(Revoke(ca, certificate.serial), IsOk());
  // By what CRLs say, which begin an hour early.
  harness_.clock().Advance(kDay * 30 + absl::Seconds(1));
  for (const absl::Duration step :
       {absl::ZeroDuration(), absl::Minutes(59), absl::Minutes(1)}) {
    SCOPED_TRACE(step);
    harness_.clock().Advance(step);
    ASSERT_THAT(Generate(ca), IsOk());
    EXPECT_THAT(Listed(ca), ElementsAre(certificate.serial));
  }
  ASSERT_THAT(Generate(ca), IsOk());
  EXPECT_THAT(Listed(ca), IsEmpty());
}

TEST_F(CrlTest, NumbersGrowWhenTheClockGoesBack) {
  const std::string ca = MakeRoot();
  int64_t last = 0;
  for (const absl::Duration step :
       {absl::ZeroDuration(), -kDay, kDay / 2, -kDay, kDay * 3}) {
    harness_.clock().Advance(step);
    const auto generated = Generate(ca);
    ASSERT_THAT(generated, IsOk());
    EXPECT_GT(generated->crls(0).number(), last);
    last = generated->crls(0).number();
  }
}

TEST_F(CrlTest, IsRenewedInTheMiddleOfItsTime) {
  const std::string ca = MakeRoot();
  v1::RunMaintenanceResponse turn = Maintain();
  ASSERT_THAT(turn.crls(), SizeIs(1));
  EXPECT_THAT(turn.failures(), IsEmpty());
  const absl::Time renewal =
      HarnessTime() + (kDay * kValidityDays - absl::Hours(1)) / 2;
  // Before that, something else may be due.
  EXPECT_EQ(FromTimestamp(turn.next_run_at()),
            HarnessTime() + absl::Minutes(15));
  harness_.clock().Set(renewal - absl::Milliseconds(1));
  turn = Maintain();
  EXPECT_THAT(turn.crls(), IsEmpty());
  EXPECT_EQ(FromTimestamp(turn.next_run_at()), renewal);
  harness_.clock().Set(renewal);
  EXPECT_THAT(Maintain().crls(), SizeIs(1));
  // A CRL of a time that has not come is of no use.
  harness_.clock().Set(HarnessTime());
  EXPECT_THAT(Maintain().crls(), SizeIs(1));
  EXPECT_THAT(Maintain().crls(), IsEmpty());
}

TEST_F(CrlTest, MaintenanceHasNothingToDoWithoutCrls) {
  ASSERT_THAT(harness_.CreateRoot("Root"), IsOk());
  const v1::RunMaintenanceResponse turn = Maintain();
  EXPECT_THAT(turn.crls(), IsEmpty());
  EXPECT_EQ(FromTimestamp(turn.next_run_at()),
            HarnessTime() + absl::Minutes(15));
}

TEST_F(CrlTest, MaintenanceSaysWhatFailedAndGoesOn) {
  const std::string first = MakeRoot(Configuration(), "First");
  const std::string second = MakeRoot(Configuration(), "Second");
  harness_.keys().FailAt(1);
  const v1::RunMaintenanceResponse turn = Maintain();
  EXPECT_THAT(turn.crls(), SizeIs(1));
  ASSERT_THAT(turn.failures(), SizeIs(1));
  EXPECT_EQ(turn.failures(0).refusal().reason(), "REASON_CRYPTO_FAILED");
  EXPECT_TRUE(turn.failures(0).certificate_authority_arn() == first ||
              turn.failures(0).certificate_authority_arn() == second);
  EXPECT_EQ(FromTimestamp(turn.next_run_at()),
            HarnessTime() + absl::Minutes(15));
  EXPECT_THAT(Maintain().crls(), SizeIs(1));
}

TEST_F(CrlTest, MaintenanceEndsCasWhoseWindowIsOver) {
  const std::string ca = MakeRoot();
  ASSERT_THAT(Generate(ca), IsOk());
  ASSERT_THAT(Revoke(ca, Issue(ca).serial), IsOk());
  harness_.ChangeCa(ca, [](v1::CertificateAuthorityRecord& record) {
    record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED);
  });
  v1::DeleteCertificateAuthorityRequest request;
  request.set_certificate_authority_arn(ca);
  request.set_permanent_deletion_time_in_days(7);
  ASSERT_THAT(harness_.Call<v1::DeleteCertificateAuthorityResponse>(request),
              IsOk());
  harness_.clock().Advance(kDay * 7 - absl::Seconds(1));
  EXPECT_EQ(FromTimestamp(Maintain().next_run_at()), HarnessTime() + kDay * 7);
  EXPECT_EQ(harness_.Stored().count(CaKey(IdOf(ca))), 1u);
  harness_.clock().Advance(absl::Seconds(1));
  EXPECT_THAT(Maintain().failures(), IsEmpty());
  for (const auto& [key, value] : harness_.Stored()) {
    EXPECT_FALSE(absl::StartsWith(key, CaKey(IdOf(ca)))) << key;
    EXPECT_FALSE(absl::StartsWith(key, "crl")) << key;
  }
}

TEST_F(CrlTest, MaintenanceDeletesWhatNobodyFinished) {
  const std::string ca = MakeRoot();
  WriteBatch batch;
  const std::string content = NewContentId(HarnessTime(), View("r"));
  const std::string part = PartKey(content, 0);
  batch.puts.emplace_back(part, "abandoned");
  batch.puts.emplace_back(DraftKey(content), "");
  ASSERT_THAT(harness_.store().Commit(std::move(batch)), IsOk());
  Maintain();
  EXPECT_EQ(harness_.Stored().count(part), 1u);
  harness_.clock().Advance(kDay + absl::Seconds(1));
  Maintain();
  EXPECT_EQ(harness_.Stored().count(part), 0u);
  EXPECT_THAT(Get(ca), IsOk());
}

TEST_F(CrlTest, Refuses) {
  const std::string none = harness_.CreateRoot("No CRL").value();
  EXPECT_THAT(Generate(none), IsRefusal(v1::REASON_CRL_DISABLED, kArnField));
  EXPECT_THAT(Get(none), IsRefusal(v1::REASON_CRL_NOT_FOUND, kArnField));
  const std::string ca = MakeRoot();
  EXPECT_THAT(Get(ca, "no partition"),
              IsRefusal(v1::REASON_CRL_NOT_FOUND, "Request.Partition"));
  harness_.ChangeCa(ca, [](v1::CertificateAuthorityRecord& record) {
    record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_DELETED);
    *record.mutable_restorable_until() = ToTimestamp(HarnessTime() + kDay);
  });
  EXPECT_THAT(Generate(ca), IsRefusal(v1::REASON_STATE_CRL, kArnField));
}

TEST_F(CrlTest, ADisabledCaHasCrls) {
  const std::string ca = MakeRoot();
  const Issued certificate = Issue(ca);
  harness_.ChangeCa(ca, [](v1::CertificateAuthorityRecord& record) {
    record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED);
  });
  ASSERT_THAT(Revoke(ca, certificate.serial), IsOk());
  EXPECT_THAT(Listed(ca), ElementsAre(certificate.serial));
}

TEST_F(CrlTest, FollowsItsConfiguration) {
  const std::string ca = MakeRoot();
  ASSERT_THAT(Generate(ca), IsOk());
  v1::CrlConfiguration other = Configuration();
  other.set_custom_path("a/b");
  other.set_custom_cname("crl.example");
  ASSERT_THAT(Configure(ca, other), IsOk());
  const v1::RunMaintenanceResponse turn = Maintain();
  ASSERT_THAT(turn.crls(), SizeIs(1));
  EXPECT_EQ(turn.crls(0).key(), absl::StrCat("a/b/", IdOf(ca), ".crl"));
  EXPECT_EQ(turn.crls(0).uri(),
            absl::StrCat("http://crl.example/a/b/", IdOf(ca), ".crl"));
  EXPECT_THAT(Get(ca), IsOk());
}

TEST_F(CrlTest, IsRenewedForAShorterValidity) {
  const std::string ca = MakeRoot();
  ASSERT_THAT(Generate(ca), IsOk());
  v1::CrlConfiguration other = Configuration();
  other.set_expiration_in_days(kValidityDays + 1);
  ASSERT_THAT(Configure(ca, other), IsOk());
  EXPECT_THAT(Maintain().crls(), IsEmpty());
  other.set_expiration_in_days(1);
  ASSERT_THAT(Configure(ca, other), IsOk());
  const v1::RunMaintenanceResponse turn = Maintain();
  ASSERT_THAT(turn.crls(), SizeIs(1));
  EXPECT_EQ(FromTimestamp(turn.crls(0).next_update()), HarnessTime() + kDay);
  EXPECT_THAT(Maintain().crls(), IsEmpty());
}

// Its subject and its key identifier are those of the CA's certificate.
TEST_F(CrlTest, IsRenewedWhenItsCaHasAnotherCertificate) {
  const std::string ca = MakeRoot();
  ASSERT_THAT(Generate(ca), IsOk());
  ASSERT_THAT(harness_.Import(ca, harness_
                                      .IssueForCa(ca, ca, "RootCACertificate",
                                                  HarnessTime() + kDay * 3650)
                                      .value()),
              IsOk());
  EXPECT_THAT(Maintain().crls(), SizeIs(1));
  EXPECT_THAT(Maintain().crls(), IsEmpty());
}

// Certificates refer to every place that it had: each has the last one, and a
// partition says that it is of all of them.
TEST_F(CrlTest, IsKeptUpWhereItHasBeen) {
  for (const v1::CrlType type :
       {v1::CRL_TYPE_COMPLETE, v1::CRL_TYPE_PARTITIONED}) {
    SCOPED_TRACE(v1::CrlType_Name(type));
    const v1::CrlConfiguration first = Configuration(type);
    v1::CrlConfiguration named = first;
    named.set_custom_cname("crl.example");
    v1::CrlConfiguration moved = named;
    moved.set_custom_path("path");
    moved.set_s3_bucket_name("other-bucket");
    const std::string ca = MakeRoot(first);
    std::vector<Issued> issued = {Issue(ca)};
    // Back to the first one, while the CRL was made for it alone.
    ASSERT_THAT(Generate(ca), IsOk());
    for (const v1::CrlConfiguration& next : {named, moved, first}) {
      ASSERT_THAT(Configure(ca, next), IsOk());
      issued.push_back(Issue(ca));
    }
    EXPECT_THAT(Maintain().crls(),
                SizeIs(type == v1::CRL_TYPE_COMPLETE ? 1 : kCrlPartitions));
    EXPECT_THAT(Maintain().crls(), IsEmpty());
    const auto record = RecordOf(ca);
    for (const Issued& certificate : issued) {
      ASSERT_THAT(Revoke(ca, certificate.serial), IsOk());
      const std::string partition = PartitionOf(record, certificate.serial);
      const auto got = Get(ca, partition);
      ASSERT_THAT(got, IsOk());
      EXPECT_THAT(SerialsOf(*got), Contains(certificate.serial));
      const std::string uri = DistributionPointOf(certificate.der);
      if (!partition.empty()) {
        const auto read =
            ReadCrlWithBoringSsl(View(got->certificate_revocation_list()));
        EXPECT_THAT(read->partition, AllOf(SizeIs(3), Contains(uri)));
      }
      v1::GetObjectRequest object;
      const bool is_moved = absl::StrContains(uri, "/path/");
      object.set_bucket(is_moved ? "other-bucket" : "bucket");
      object.set_key(uri.substr(uri.find('/', sizeof("http://") - 1) + 1));
      const auto found = harness_.Call<v1::GetObjectResponse>(object);
      ASSERT_THAT(found, IsOk());
      EXPECT_EQ(found->body(), got->certificate_revocation_list());
    }
  }
}

TEST_F(CrlTest, HasNotBeenAtCountlessPlaces) {
  const std::string ca = MakeRoot();
  const auto at = [&](int place) {
    v1::CrlConfiguration crl = Configuration();
    crl.set_custom_path(absl::StrCat(place));
    return crl;
  };
  // Beside the one that it began with.
  constexpr int kLast = 98;
  for (int i = 0; i <= kLast; ++i) {
    ASSERT_THAT(Configure(ca, at(i)), IsOk()) << i;
  }
  EXPECT_THAT(Configure(ca, at(kLast + 1)),
              IsRefusal(v1::REASON_CRL_PLACES,
                        "Request.RevocationConfiguration.CrlConfiguration"));
  // Where it is, where it was, and nowhere.
  v1::CrlConfiguration shorter = at(kLast);
  shorter.set_expiration_in_days(1);
  EXPECT_THAT(Configure(ca, shorter), IsOk());
  EXPECT_THAT(Configure(ca, at(0)), IsOk());
  v1::CrlConfiguration none;
  none.set_enabled(false);
  EXPECT_THAT(Configure(ca, none), IsOk());
  EXPECT_THAT(Configure(ca, at(0)), IsOk());
  EXPECT_THAT(Configure(ca, at(kLast + 1)), IsRefusal(v1::REASON_CRL_PLACES));
}

// Whatever call of the store fails during a revocation: it stands or it does
// not, and the CRL that follows lists what stands.
TEST_F(CrlTest, ARevocationStandsWhateverBecomesOfItsCrl) {
  const std::string ca = MakeRoot();
  int64_t last = 0;
  bool failed = true;
  int refused = 0;
  int left_over = 0;
  for (int nth = 1; failed; ++nth) {
    ASSERT_LT(nth, 100);
    SCOPED_TRACE(nth);
    const Issued certificate = Issue(ca);
    const auto before = Recorded(ca);
    harness_.store().FailAt(nth);
    const absl::Status revoked = Revoke(ca, certificate.serial);
    harness_.store().FailAt(0);
    const auto after = Recorded(ca);
    EXPECT_EQ(after.size(), before.size() + (revoked.ok() ? 1 : 0));
    const auto turn = Maintain();
    EXPECT_THAT(turn.failures(), IsEmpty());
    failed = !revoked.ok() || !turn.crls().empty();
    refused += revoked.ok() ? 0 : 1;
    left_over += revoked.ok() && !turn.crls().empty() ? 1 : 0;
    if (!after.empty()) {
      EXPECT_EQ(Listed(ca), after);
      EXPECT_GE(Get(ca)->crl().number(), last);
      last = Get(ca)->crl().number();
    }
  }
  EXPECT_GT(refused, 2);
  EXPECT_GT(left_over, 5);
}

TEST_F(CrlTest, ASignatureThatFailsIsMadeUpFor) {
  const std::string ca = MakeRoot();
  const Issued certificate = Issue(ca);
  harness_.keys().FailAt(1);
  ASSERT_THAT(Revoke(ca, certificate.serial), IsOk());
  EXPECT_THAT(Get(ca), IsRefusal(v1::REASON_CRL_NOT_FOUND, kArnField));
  EXPECT_THAT(Maintain().crls(), SizeIs(1));
  EXPECT_THAT(Listed(ca), ElementsAre(certificate.serial));
}

// Somebody revokes before each call of the store that makes a CRL: what it does
// not list it is due for.
TEST_F(CrlTest, LosesNoRevocationThatComesMeanwhile) {
  const std::string ca = MakeRoot();
  bool interrupted = true;
  for (int nth = 1; interrupted; ++nth) {
    SCOPED_TRACE(nth);
    ASSERT_LT(nth, 100);
    const Issued certificate = Issue(ca);
    const auto store =
        std::make_shared<InterruptedStore>(harness_.ports().store);
    // The other one's CRL fails, and is left to maintenance.
    store->InterruptAt(nth, [&] {
      harness_.keys().FailAt(1);
      EXPECT_THAT(Revoke(ca, certificate.serial), IsOk());
      harness_.keys().FailAt(0);
    });
    v1::GenerateCertificateRevocationListRequest request;
    request.set_certificate_authority_arn(ca);
    v1::GenerateCertificateRevocationListResponse response;
    ASSERT_THAT(Beside(store)->Call("GenerateCertificateRevocationList",
                                    request, &response),
                IsOk());
    interrupted = store->was_interrupted();
    EXPECT_THAT(Maintain().failures(), IsEmpty());
    EXPECT_EQ(Listed(ca), Recorded(ca));
    EXPECT_THAT(Maintain().crls(), IsEmpty());
  }
}

// The same when the other one makes its CRL too: the later one wins.
TEST_F(CrlTest, TwoAtOnceLeaveOneThatListsAll) {
  const std::string ca = MakeRoot();
  bool interrupted = true;
  for (int nth = 1; interrupted; ++nth) {
    SCOPED_TRACE(nth);
    ASSERT_LT(nth, 100);
    const Issued mine = Issue(ca);
    const Issued other = Issue(ca);
    const auto store =
        std::make_shared<InterruptedStore>(harness_.ports().store);
    store->InterruptAt(nth,
                       [&] { EXPECT_THAT(Revoke(ca, other.serial), IsOk()); });
    v1::RevokeCertificateResponse response;
    ASSERT_THAT(Beside(store)->Call("RevokeCertificate",
                                    RevokeRequest(ca, mine.serial), &response),
                IsOk());
    interrupted = store->was_interrupted();
    EXPECT_EQ(Listed(ca), Recorded(ca));
    EXPECT_THAT(Maintain().crls(), IsEmpty());
  }
}

TEST_F(CrlTest, ManyThreadsRevokeAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kEach = 4;
  const std::string ca = MakeRoot();
  std::vector<Issued> certificates;
  for (int i = 0; i < kThreads * kEach; ++i) certificates.push_back(Issue(ca));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        EXPECT_THAT(Revoke(ca, certificates[t * kEach + i].serial), IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Maintain();
  EXPECT_THAT(Listed(ca), SizeIs(kThreads * kEach));
  EXPECT_EQ(Listed(ca), Recorded(ca));
}

class CountingSink : public ObjectSink {
 public:
  absl::Status Put(const ObjectReader& object) override {
    ++calls_;
    if (fails_) {
      return Refuse(v1::REASON_OBJECT_CALLBACK, "", "the test's sink is full");
    }
    content_ = object.Read(0, object.record().size()).value();
    return absl::OkStatus();
  }
  void Fail(bool fails) { fails_ = fails; }
  const Bytes& content() const { return content_; }
  int calls() const { return calls_; }

 private:
  bool fails_ = false;
  int calls_ = 0;
  Bytes content_;
};

TEST_F(CrlTest, IsDueUntilTheHostHasItsCopy) {
  const std::string ca = MakeRoot();
  const auto sink = std::make_shared<CountingSink>();
  Ports ports = harness_.ports();
  ports.object_sink = sink;
  const auto engine = Engine::New({}, ports).value();
  const auto maintain = [&] {
    v1::RunMaintenanceResponse response;
    EXPECT_THAT(
        engine->Call("RunMaintenance", v1::RunMaintenanceRequest(), &response),
        IsOk());
    return response;
  };
  sink->Fail(true);
  v1::RunMaintenanceResponse turn = maintain();
  ASSERT_THAT(turn.failures(), SizeIs(1));
  EXPECT_EQ(turn.failures(0).refusal().reason(), "REASON_OBJECT_CALLBACK");
  const v1::CrlSummary made = Get(ca)->crl();
  turn = maintain();
  EXPECT_THAT(turn.failures(), SizeIs(1));
  EXPECT_EQ(FromTimestamp(turn.next_run_at()),
            HarnessTime() + absl::Minutes(15));
  sink->Fail(false);
  turn = maintain();
  EXPECT_THAT(turn.failures(), IsEmpty());
  // There is no other CRL, and no use of the key, for a copy.
  EXPECT_THAT(turn.crls(), IsEmpty());
  EXPECT_EQ(Get(ca)->crl().SerializeAsString(), made.SerializeAsString());
  EXPECT_EQ(sink->content(), Get(ca)->certificate_revocation_list());
  EXPECT_EQ(sink->calls(), 3);
  EXPECT_THAT(maintain().crls(), IsEmpty());
  EXPECT_EQ(sink->calls(), 3);
  // Not so when it is due for something else too.
  sink->Fail(true);
  harness_.clock().Advance(kDay * kValidityDays / 2);
  EXPECT_THAT(maintain().failures(), SizeIs(1));
  const int64_t renewed = Get(ca)->crl().number();
  EXPECT_GT(renewed, made.number());
  ASSERT_THAT(Revoke(ca, Issue(ca).serial), IsOk());
  EXPECT_GT(Get(ca)->crl().number(), renewed);
}

TEST_F(CrlTest, APartitionListsItsCertificatesAndNoOthers) {
  constexpr int kCertificates = 40;
  const std::string ca = MakeRoot(Configuration(v1::CRL_TYPE_PARTITIONED));
  std::map<std::string, std::string> uri_of;  // by serial
  for (int i = 0; i < kCertificates; ++i) {
    const Issued issued = Issue(ca);
    uri_of[issued.serial] = DistributionPointOf(issued.der);
    ASSERT_THAT(Revoke(ca, issued.serial), IsOk());
  }
  ASSERT_THAT(Generate(ca), IsOk());
  std::multiset<std::string> listed;
  std::set<std::string> uris;
  const auto record = RecordOf(ca);
  ASSERT_EQ(record.crl_partitions_size(), static_cast<int>(kCrlPartitions));
  for (const std::string& id : record.crl_partitions()) {
    const auto got = Get(ca, id);
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(got->crl().partition(), id);
    EXPECT_EQ(got->crl().key(),
              absl::StrCat("crl/", IdOf(ca), "/", id, ".crl"));
    const auto read =
        ReadCrlWithBoringSsl(View(got->certificate_revocation_list()));
    ASSERT_TRUE(read.has_value());
    EXPECT_THAT(read->partition, ElementsAre(got->crl().uri()));
    EXPECT_TRUE(uris.insert(got->crl().uri()).second);
    for (const std::string& serial : SerialsOf(*got)) {
      EXPECT_EQ(uri_of[serial], got->crl().uri());
      listed.insert(serial);
    }
  }
  EXPECT_THAT(listed, SizeIs(kCertificates));
  for (const auto& [serial, uri] : uri_of) EXPECT_EQ(listed.count(serial), 1u);
  // There is no complete one.
  EXPECT_THAT(Get(ca), IsRefusal(v1::REASON_CRL_NOT_FOUND, kArnField));
}

TEST_F(CrlTest, APartitionThatFailsDoesNotHoldUpTheOthers) {
  const std::string ca = MakeRoot(Configuration(v1::CRL_TYPE_PARTITIONED));
  harness_.keys().FailAt(1);
  const v1::RunMaintenanceResponse turn = Maintain();
  EXPECT_THAT(turn.crls(), SizeIs(kCrlPartitions - 1));
  ASSERT_THAT(turn.failures(), SizeIs(1));
  EXPECT_EQ(turn.failures(0).certificate_authority_arn(), ca);
  EXPECT_EQ(turn.failures(0).refusal().reason(), "REASON_CRYPTO_FAILED");
  const auto last = [&] {
    const auto record = RecordOf(ca);
    return Get(ca, *record.crl_partitions().rbegin())->crl().number();
  };
  const int64_t before = last();
  harness_.keys().FailAt(1);
  EXPECT_THAT(Generate(ca), IsRefusal(v1::REASON_CRYPTO_FAILED));
  EXPECT_GT(last(), before);
}

TEST_F(CrlTest, ARevocationRenewsItsOwnPartition) {
  const std::string ca = MakeRoot(Configuration(v1::CRL_TYPE_PARTITIONED));
  EXPECT_THAT(Maintain().crls(), SizeIs(kCrlPartitions));
  const Issued certificate = Issue(ca);
  const auto numbers = [&] {
    std::vector<int64_t> all;
    const auto record = RecordOf(ca);
    for (const std::string& id : record.crl_partitions()) {
      all.push_back(Get(ca, id)->crl().number());
    }
    return all;
  };
  const auto before = numbers();
  ASSERT_THAT(Revoke(ca, certificate.serial), IsOk());
  const auto after = numbers();
  int changed = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    changed += before[i] == after[i] ? 0 : 1;
  }
  EXPECT_EQ(changed, 1);
}

// Certificates refer to the CRLs of before.
TEST_F(CrlTest, WhatWasMadeIsKeptUpWhenTheTypeChanges) {
  const std::string ca = MakeRoot();
  const Issued old = Issue(ca);
  ASSERT_THAT(Generate(ca), IsOk());
  ASSERT_THAT(Configure(ca, Configuration(v1::CRL_TYPE_PARTITIONED)), IsOk());
  const auto partitions = RecordOf(ca).crl_partitions();
  EXPECT_EQ(Maintain().crls_size(), partitions.size());
  const Issued young = Issue(ca);
  EXPECT_EQ(DistributionPointOf(old.der), Get(ca)->crl().uri());
  EXPECT_NE(DistributionPointOf(young.der), Get(ca)->crl().uri());
  ASSERT_THAT(Revoke(ca, old.serial), IsOk());
  ASSERT_THAT(Revoke(ca, young.serial), IsOk());
  EXPECT_THAT(Listed(ca),
              UnorderedElementsAreArray({old.serial, young.serial}));
  // And back again: the partitions stay the same.
  ASSERT_THAT(Configure(ca, Configuration()), IsOk());
  EXPECT_EQ(DistributionPointOf(Issue(ca).der), Get(ca)->crl().uri());
  EXPECT_THAT(Generate(ca)->crls(), SizeIs(partitions.size() + 1));
  ASSERT_THAT(Configure(ca, Configuration(v1::CRL_TYPE_PARTITIONED)), IsOk());
  EXPECT_EQ(RecordOf(ca).crl_partitions(0), partitions[0]);
}

// Also when none was made yet.
TEST_F(CrlTest, WhatCertificatesReferToIsMadeAfterTheTypeHasChanged) {
  for (const v1::CrlType type :
       {v1::CRL_TYPE_COMPLETE, v1::CRL_TYPE_PARTITIONED}) {
    const bool was_complete = type == v1::CRL_TYPE_COMPLETE;
    SCOPED_TRACE(v1::CrlType_Name(type));
    const std::string ca = MakeRoot(Configuration(type));
    const Issued certificate = Issue(ca);
    ASSERT_THAT(
        Configure(ca, Configuration(was_complete ? v1::CRL_TYPE_PARTITIONED
                                                 : v1::CRL_TYPE_COMPLETE)),
        IsOk());
    ASSERT_THAT(Revoke(ca, certificate.serial), IsOk());
    const std::string partition = PartitionOf(RecordOf(ca), certificate.serial);
    EXPECT_THAT(Listed(ca), ElementsAre(certificate.serial));
    EXPECT_THAT(Listed(ca, partition), ElementsAre(certificate.serial));
    EXPECT_EQ(Get(ca, was_complete ? "" : partition)->crl().uri(),
              DistributionPointOf(certificate.der));
    EXPECT_THAT(Generate(ca)->crls(), SizeIs(kCrlPartitions + 1));
  }
}

TEST_F(CrlTest, ExtensionsAreLeftOutAndCrlsMadeAllTheSame) {
  v1::CrlConfiguration crl = Configuration();
  crl.mutable_crl_distribution_point_extension_configuration()
      ->set_omit_extension(true);
  const std::string ca = MakeRoot(crl);
  const Issued certificate = Issue(ca);
  EXPECT_EQ(DistributionPointOf(certificate.der), "");
  ASSERT_THAT(Revoke(ca, certificate.serial), IsOk());
  EXPECT_THAT(Listed(ca), ElementsAre(certificate.serial));
}

// --- Whose CRL is at a URI --------------------------------------------------

class CrlAtMaintenanceTest : public CrlTest {
 protected:
  CrlAtMaintenanceTest() : CrlTest(AtMaintenance()) {}

 private:
  static v1::EngineConfiguration AtMaintenance() {
    v1::EngineConfiguration configuration;
    configuration.set_crl_generation(v1::CRL_GENERATION_AT_MAINTENANCE);
    return configuration;
  }
};

TEST_F(CrlAtMaintenanceTest, IsOneForManyRevocations) {
  const std::string ca = MakeRoot();
  ASSERT_THAT(Generate(ca), IsOk());
  const int64_t number = Get(ca)->crl().number();
  std::vector<std::string> revoked;
  for (int i = 0; i < 3; ++i) {
    revoked.push_back(Issue(ca).serial);
    ASSERT_THAT(Revoke(ca, revoked.back()), IsOk());
  }
  EXPECT_EQ(Get(ca)->crl().number(), number);
  EXPECT_THAT(Maintain().crls(), SizeIs(1));
  EXPECT_THAT(Listed(ca), UnorderedElementsAreArray(revoked));
  EXPECT_THAT(Maintain().crls(), IsEmpty());
}

TEST(CrlGenerationTest, IsOneOfTwo) {
  v1::EngineConfiguration configuration;
  configuration.set_crl_generation(static_cast<v1::CrlGeneration>(7));
  EXPECT_THAT(
      Engine::New(configuration, Ports()),
      IsRefusal(v1::REASON_CONFIGURATION_ENUM, "Configuration.CrlGeneration"));
}

class FindCrlTest : public CrlTest {
 protected:
  absl::StatusOr<v1::FindCertificateRevocationListResponse> Find(
      const std::string& uri) {
    v1::FindCertificateRevocationListRequest request;
    request.set_uri(uri);
    return harness_.CallAs<v1::FindCertificateRevocationListResponse>(
        {"999900001111", "", ""}, request);
  }
  void ExpectNone(const std::string& uri) {
    EXPECT_THAT(Find(uri), IsRefusal(v1::REASON_CRL_NOT_FOUND, "Request.Uri"));
  }
  size_t UriRecords() {
    size_t count = 0;
    for (const auto& [key, value] : harness_.Stored()) {
      count += absl::StartsWith(key, "crluri/") ? 1 : 0;
    }
    return count;
  }
};

TEST_F(FindCrlTest, TellsEachFromTheOthersOfItsHost) {
  for (const char* bucket : {"one", "two"}) {
    v1::CrlConfiguration crl = Configuration();
    crl.set_s3_bucket_name(bucket);
    crl.set_custom_cname("CRL.example:8080");
    const v1::CrlSummary made = Generate(MakeRoot(crl))->crls(0);
    const auto found = Find(made.uri());
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(found->crl().SerializeAsString(), made.SerializeAsString());
    EXPECT_THAT(Find("http://crl.EXAMPLE/" + made.key()), IsOk());
    ExpectNone("http://other.example/" + made.key());
    ExpectNone(made.uri() + "x");
  }
  ExpectNone("no URI");
}

TEST_F(FindCrlTest, HasThePartition) {
  const std::string ca = MakeRoot(Configuration(v1::CRL_TYPE_PARTITIONED));
  const auto generated = Generate(ca);
  ASSERT_THAT(generated, IsOk());
  ASSERT_THAT(generated->crls(), SizeIs(kCrlPartitions));
  for (const v1::CrlSummary& made : generated->crls()) {
    const auto found = Find(made.uri());
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(found->crl().SerializeAsString(), made.SerializeAsString());
  }
}

TEST_F(FindCrlTest, SaysNothingOfWhatIsNotForAll) {
  const std::string ca = MakeRoot();
  const std::string uri = Generate(ca)->crls(0).uri();
  EXPECT_THAT(Find(uri), IsOk());
  v1::CrlConfiguration crl = Configuration();
  crl.set_s3_object_acl(v1::S3_OBJECT_ACL_BUCKET_OWNER_FULL_CONTROL);
  ASSERT_THAT(Configure(ca, crl), IsOk());
  ExpectNone(uri);
  v1::CrlConfiguration none;
  none.set_enabled(false);
  ASSERT_THAT(Configure(ca, none), IsOk());
  ExpectNone(uri);
  ASSERT_THAT(Configure(ca, Configuration()), IsOk());
  EXPECT_THAT(Find(uri), IsOk());
}

TEST_F(FindCrlTest, FollowsTheCrlAndEndsWithItsCa) {
  const std::string ca = MakeRoot();
  const std::string before = Generate(ca)->crls(0).uri();
  v1::CrlConfiguration crl = Configuration();
  crl.set_custom_cname("crl.example");
  ASSERT_THAT(Configure(ca, crl), IsOk());
  const std::string after = Generate(ca)->crls(0).uri();
  // Certificates refer to it.
  EXPECT_THAT(Find(before), IsOk());
  EXPECT_THAT(Find(after), IsOk());
  // Another spelling of the same host.
  crl.set_custom_cname("CRL.example");
  ASSERT_THAT(Configure(ca, crl), IsOk());
  ASSERT_THAT(Generate(ca), IsOk());
  EXPECT_THAT(Find(after), IsOk());
  EXPECT_EQ(UriRecords(), 2u);
  harness_.ChangeCa(ca, [](v1::CertificateAuthorityRecord& record) {
    record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_DELETED);
    *record.mutable_restorable_until() = ToTimestamp(HarnessTime() + kDay);
  });
  EXPECT_THAT(Find(after), IsOk());
  harness_.clock().Advance(kDay);
  ExpectNone(after);
  Maintain();
  EXPECT_EQ(UriRecords(), 0u);
}

}  // namespace
}  // namespace pki
