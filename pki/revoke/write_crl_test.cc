// CRLs of records of every shape, read back entry by entry.
#include "pki/revoke/write_crl.h"

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/base/timestamp.h"
#include "pki/crypto/private_key.h"
#include "pki/der/oid.h"
#include "pki/keystore/private_signing_key.h"
#include "pki/object/object_reader.h"
#include "pki/revoke/crl_schedule.h"
#include "pki/store/key_range.h"
#include "pki/store/memory_store.h"
#include "pki/store/record.h"
#include "pki/testing/seeded_entropy.h"
#include "pki/testing/status_matchers.h"
#include "pki/x509/crl.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

constexpr char kPrefix[] = "revoked/ca/";
const absl::Time kNow = absl::FromUnixSeconds(1772366400);

struct Listed {
  int number;
  absl::Time revoked_at;
  std::optional<uint8_t> reason;

  bool operator==(const Listed& other) const {
    return number == other.number && revoked_at == other.revoked_at &&
           reason == other.reason;
  }
};

class WriteCrlTest : public ::testing::Test {
 protected:
  static std::string KeyOf(int number) {
    return absl::StrFormat("%s%032x", kPrefix, number);
  }

  void Put(int number, const v1::RevocationRecord& record) {
    WriteBatch batch;
    batch.puts.emplace_back(KeyOf(number), record.SerializeAsString());
    ASSERT_THAT(store_.Commit(std::move(batch)), IsOk());
  }

  absl::Status Write() {
    CrlOrder order;
    order.revocations = KeysUnder(kPrefix);
    order.last = last_;
    order.issuer = View(kIssuer);
    order.authority_key_identifier = View(kAuthority);
    order.key = &key_;
    const auto object = ObjectWriter::New(&store_, entropy_, kNow).value();
    crl_ = NextCrl(last_, kNow, 1);
    PKI_RETURN_IF_ERROR(WriteCrl(store_, order, *object, &crl_));
    return object->Publish(kName, "", "", {});
  }

  // What the CRL that was written lists.
  std::vector<Listed> Entries() {
    std::vector<Listed> listed;
    const auto object = ObjectReader::Open(&store_, kName);
    EXPECT_THAT(object, IsOk());
    const auto der = object->Read(0, SIZE_MAX);
    EXPECT_THAT(der, IsOk());
    EXPECT_EQ(der->size(), crl_.size());
    std::optional<Crl> crl = Crl::Parse(View(*der));
    EXPECT_TRUE(crl.has_value());
    if (!crl.has_value()) return listed;
    while (const std::optional<CrlEntry> entry = crl->entries.Next()) {
      listed.push_back({std::stoi(Hex(entry->serial), nullptr, 16),
                        entry->revoked_at, entry->reason});
    }
    EXPECT_EQ(crl_.entries(), listed.size());
    return listed;
  }

  const ObjectName kName{"bucket", "crl"};
  const Bytes kIssuer = EncodeName({});
  const Bytes kAuthority =
      EncodeExtension(oid::kAuthorityKeyIdentifier, false,
                      View(EncodeAuthorityKeyIdentifier(View("key"))));
  MemoryStore store_;
  SeededEntropy entropy_{"crl"};
  const PrivateSigningKey key_{
      PrivateKey::Generate(v1::KEY_ALGORITHM_EC_PRIME256V1).value()};
  std::optional<v1::CrlRecord> last_;
  v1::CrlRecord crl_;
};

// Nothing of one record is in another one's entry; they are more than a page.
TEST_F(WriteCrlTest, ListsWhatEachRecordSays) {
  constexpr int kCount = 2500;
  last_.emplace();
  *last_->mutable_this_update() = ToTimestamp(kNow - absl::Hours(48));
  std::vector<Listed> expected;
  for (int i = 1; i <= kCount; ++i) {
    v1::RevocationRecord record;
    record.set_format(kRecordFormat);
    Listed entry = {i, absl::UnixEpoch(), std::nullopt};
    if (i % 2 == 0) {
      entry.reason = 1;
      record.set_reason(v1::REVOCATION_REASON_KEY_COMPROMISE);
    }
    // Without the field, it is the first second of 1970.
    if (i % 3 == 0) {
      entry.revoked_at = kNow - absl::Seconds(i);
      *record.mutable_revoked_at() =
          ToTimestamp(entry.revoked_at + absl::Milliseconds(i % 1000));
    }
    if (i % 5 != 0) {
      *record.mutable_not_after() = ToTimestamp(kNow);
      expected.push_back(entry);
    }
    Put(i, record);
  }
  ASSERT_THAT(Write(), IsOk());
  EXPECT_EQ(Entries() == expected, true);
}

TEST_F(WriteCrlTest, FailsOverADamagedRecord) {
  v1::RevocationRecord record;
  record.set_format(kRecordFormat);
  Put(1, record);
  Put(2, {});
  EXPECT_THAT(Write(), IsRefusal(v1::REASON_RECORD_DAMAGED));
  record.set_format(kRecordFormat + 1);
  Put(2, record);
  EXPECT_THAT(Write(), IsRefusal(v1::REASON_RECORD_FORMAT));
}

}  // namespace
}  // namespace pki
