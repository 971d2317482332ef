// Tests of the audit log's keys and records.
#include "pki/audit/audit_entry.h"

#include <gmock/gmock.h>

#include <iterator>

#include "gtest/gtest.h"

namespace pki {
namespace {

using google::protobuf::Timestamp;

const Caller kRoot{"111122223333", "arn:aws:iam::111122223333:root", ""};
const Caller kService{"111122223333", "acm.amazonaws.com", ""};

Timestamp At(int64_t seconds, int32_t nanos = 0) {
  Timestamp time;
  time.set_seconds(seconds);
  time.set_nanos(nanos);
  return time;
}

v1::AuditRecord RecordOf(const AuditEntry& entry) {
  v1::AuditRecord record;
  EXPECT_TRUE(record.ParseFromString(entry.second));
  return record;
}

TEST(AuditEntryTest, SaysWhatWasSignedAndWhen) {
  const AuditEntry csr = AuditOfCsr("ca", kRoot, At(1700000000, 7000000));
  EXPECT_EQ(csr.first, "audit/ca/001700000000007/csr");
  EXPECT_EQ(RecordOf(csr).format(), 1u);
  EXPECT_EQ(RecordOf(csr).event(), v1::AUDIT_EVENT_CSR);
  EXPECT_EQ(RecordOf(csr).time().seconds(), 1700000000);
  EXPECT_EQ(RecordOf(csr).time().nanos(), 7000000);
  EXPECT_EQ(RecordOf(csr).account(), "111122223333");
  EXPECT_EQ(RecordOf(csr).service_principal(), "");

  const AuditEntry certificate =
      AuditOfCertificate("ca", "0a1b", kService, At(0));
  EXPECT_EQ(certificate.first, "audit/ca/000000000000000/0a1b");
  EXPECT_EQ(RecordOf(certificate).event(), v1::AUDIT_EVENT_CERTIFICATE);
  EXPECT_EQ(RecordOf(certificate).account(), "111122223333");
  EXPECT_EQ(RecordOf(certificate).service_principal(), "acm.amazonaws.com");
}

TEST(AuditEntryTest, SaysWhichCrlWasSigned) {
  v1::CrlRecord crl;
  crl.set_number(17);
  *crl.mutable_generated_at() = At(1700000000);
  const AuditEntry entry = AuditOfCrl("ca", 5, crl, kRoot);
  EXPECT_EQ(entry.first, "audit/ca/001700000000000/crl-005-17");
  EXPECT_EQ(RecordOf(entry).event(), v1::AUDIT_EVENT_CRL);
  EXPECT_EQ(RecordOf(entry).account(), "111122223333");
}

TEST(AuditEntryTest, KeysAreInTheOrderOfTime) {
  constexpr int64_t kLastSecond = 253402300799;  // of the year 9999
  const Timestamp kInOrder[] = {At(0),         At(0, 1000000), At(1),
                                At(999999999), At(1000000000), At(kLastSecond)};
  for (size_t i = 1; i < std::size(kInOrder); ++i) {
    EXPECT_LT(AuditOfCertificate("ca", "ff", kRoot, kInOrder[i - 1]).first,
              AuditOfCertificate("ca", "00", kRoot, kInOrder[i]).first);
  }
}

TEST(AuditEntryTest, WhatIsBefore1970ComesFirstAndKeepsItsTime) {
  const AuditEntry entry =
      AuditOfCertificate("ca", "0a1b", kService, At(-1, 5000000));
  EXPECT_EQ(entry.first, "audit/ca/000000000000000/0a1b");
  EXPECT_EQ(RecordOf(entry).time().seconds(), -1);
  EXPECT_EQ(RecordOf(entry).time().nanos(), 5000000);
}

}  // namespace
}  // namespace pki
