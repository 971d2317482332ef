// RewrapKeys: all keys or none, whatever fails and whoever comes between; and
// what other engines on the store see of it.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/crypto/aead.h"
#include "pki/engine/engine.h"
#include "pki/keystore/keyring.h"
#include "pki/keystore/software_key_store.h"
#include "pki/store/sqlite_store.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/fixed_key_store.h"
#include "pki/testing/interrupted_store.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"

namespace pki {
namespace {

std::string Key(char fill) { return std::string(kAeadKeySize, fill); }

KekSource Source(char fill) {
  return KekSource::Key(Secret(View(Key(fill)))).value();
}

v1::RewrapKeysRequest To(char fill) {
  v1::RewrapKeysRequest request;
  request.set_new_key_encryption_key(Key(fill));
  return request;
}

// Two roots, sealed under Key('a').
class RewrapKeysTest : public testing::Test {
 protected:
  RewrapKeysTest() {
    EXPECT_THAT(Rewrap(To('a')), IsOk());
    for (const char* name : {"One", "Two"}) {
      cas_.push_back(harness_.CreateRoot(name).value());
    }
  }

  absl::StatusOr<int64_t> Rewrap(const v1::RewrapKeysRequest& request) {
    return Rewrap(harness_.engine(), request);
  }
  static absl::StatusOr<int64_t> Rewrap(Engine& engine,
                                        const v1::RewrapKeysRequest& request) {
    v1::RewrapKeysResponse response;
    PKI_RETURN_IF_ERROR(engine.Call("RewrapKeys", request, &response));
    return response.keys();
  }

  // Another engine on the same store, or on `store`.
  absl::StatusOr<std::unique_ptr<Engine>> Open(
      const KekSource& source, std::shared_ptr<Store> store = nullptr) {
    Ports ports = harness_.ports();
    if (store != nullptr) ports.store = std::move(store);
    PKI_ASSIGN_OR_RETURN(auto keyring, Keyring::Open(ports.store, source));
    ports.key_store = std::make_shared<SoftwareKeyStore>(std::move(keyring));
    return Engine::New({}, std::move(ports));
  }

  absl::Status Issue(Engine& engine, absl::string_view ca) {
    v1::IssueCertificateResponse response;
    return engine.Call("IssueCertificate",
                       harness_.IssueRequest(ca, View(csr_)), &response);
  }

  static absl::StatusOr<std::string> Create(Engine& engine) {
    v1::CreateCertificateAuthorityResponse response;
    PKI_RETURN_IF_ERROR(
        engine.Call("CreateCertificateAuthority",
                    EngineHarness::CreateRequest(
                        v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Another"),
                    &response));
    return response.certificate_authority_arn();
  }

  // That the store opens with this key, and every key in it, and not with the
  // other one.
  void ExpectUnder(char right, char wrong) {
    EXPECT_THAT(Open(Source(wrong)), IsRefusal(v1::REASON_KEK_WRONG));
    const auto keyring = Keyring::Open(harness_.ports().store, Source(right));
    ASSERT_THAT(keyring, IsOk());
    for (const auto& [key, value] : harness_.Stored()) {
      if (key.rfind("ca/", 0) != 0) continue;
      v1::CertificateAuthorityRecord record;
      ASSERT_TRUE(record.ParseFromString(value));
      EXPECT_THAT(SoftwareKeyStore(*keyring).Open(record.arn(),
                                                  View(record.key_handle())),
                  IsOk());
    }
  }

  EngineHarness harness_;
  std::vector<std::string> cas_;
  const Bytes csr_ =
      TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "end.example");
};

TEST_F(RewrapKeysTest, SealsEveryKeyAndGoesOn) {
  const auto keys = Rewrap(To('b'));
  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(*keys, 2);
  ExpectUnder('b', 'a');
  const auto other = Open(Source('b'));
  ASSERT_THAT(other, IsOk());
  for (Engine* engine : {&harness_.engine(), other->get()}) {
    for (const std::string& ca : cas_) EXPECT_THAT(Issue(*engine, ca), IsOk());
    EXPECT_THAT(Create(*engine), IsOk());
  }
}

TEST_F(RewrapKeysTest, LeavesNothingSealedUnderTheOldKeyOnTheDisk) {
  const std::string path = testing::TempDir() + "/rewrap.db";
  const auto on_disk = [&path](const std::string& bytes) {
    std::string all;
    for (const char* suffix : {"", "-wal"}) {
      std::ifstream file(path + suffix, std::ios::binary);
      all.append(std::istreambuf_iterator<char>(file), {});
    }
    return all.find(bytes) != std::string::npos;
  };
  const std::shared_ptr<SqliteStore> store =
      SqliteStore::Open(path, {}).value();
  Ports ports = harness_.ports();
  ports.store = store;
  ports.maintenance = store;
  ports.key_store = std::make_shared<SoftwareKeyStore>(
      Keyring::Open(store, Source('a')).value());
  const auto engine = Engine::New({}, ports).value();
  ASSERT_THAT(Create(*engine), IsOk());
  v1::CertificateAuthorityRecord record;
  ASSERT_TRUE(
      record.ParseFromString(store->Scan({"ca/", "ca0"}, 1)->at(0).value));
  EXPECT_TRUE(on_disk(record.key_handle()));
  ASSERT_THAT(Rewrap(*engine, To('b')), IsOk());
  EXPECT_FALSE(on_disk(record.key_handle()));
}

TEST_F(RewrapKeysTest, GoesToAPassphraseAndBack) {
  v1::RewrapKeysRequest request;
  request.set_new_passphrase("passphrase");
  EXPECT_THAT(Rewrap(request), IsOk());
  EXPECT_THAT(Open(Source('a')), IsRefusal(v1::REASON_KEK_WRONG));
  const auto other = Open(KekSource::Passphrase(Secret(View("passphrase"))));
  ASSERT_THAT(other, IsOk());
  EXPECT_THAT(Issue(**other, cas_[0]), IsOk());
  EXPECT_THAT(Rewrap(**other, To('c')), IsOk());
  ExpectUnder('c', 'a');
}

TEST_F(RewrapKeysTest, ReadsAsManyCasAsThereAre) {
  constexpr int kMany = 150;  // more than are read at once
  for (int i = 0; i < kMany; ++i) {
    ASSERT_THAT(Create(harness_.engine()), IsOk());
  }
  const auto keys = Rewrap(To('b'));
  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(*keys, kMany + 2);
  ExpectUnder('b', 'a');
}

TEST_F(RewrapKeysTest, TakesOneKeyOfTheRightSize) {
  const auto before = harness_.Stored();
  v1::RewrapKeysRequest request;
  EXPECT_THAT(Rewrap(request),
              IsRefusal(v1::REASON_REWRAP_KEY, "Request.NewKeyEncryptionKey"));
  request.set_new_passphrase("");
  EXPECT_THAT(Rewrap(request),
              IsRefusal(v1::REASON_FIELD_TOO_SHORT, "Request.NewPassphrase"));
  request.set_new_passphrase("passphrase");
  request.set_new_key_encryption_key(Key('b'));
  EXPECT_THAT(Rewrap(request), IsRefusal(v1::REASON_REWRAP_KEY));
  request.clear_new_passphrase();
  request.mutable_new_key_encryption_key()->pop_back();
  EXPECT_THAT(Rewrap(request), IsRefusal(v1::REASON_FIELD_TOO_SHORT,
                                         "Request.NewKeyEncryptionKey"));
  EXPECT_EQ(harness_.Stored(), before);
  ExpectUnder('a', 'b');
}

TEST_F(RewrapKeysTest, TakesTheOldKey) {
  const auto without = Open(KekSource());
  ASSERT_THAT(without, IsOk());
  EXPECT_THAT(Rewrap(**without, To('b')), IsRefusal(v1::REASON_KEK_MISSING));
  EXPECT_THAT(Create(**without), IsRefusal(v1::REASON_KEK_MISSING));
  EXPECT_THAT(Issue(**without, cas_[0]), IsRefusal(v1::REASON_KEK_MISSING));
  v1::DescribeCertificateAuthorityRequest describe;
  describe.set_certificate_authority_arn(cas_[0]);
  v1::DescribeCertificateAuthorityResponse described;
  EXPECT_THAT(
      (*without)->Call("DescribeCertificateAuthority", describe, &described),
      IsOk());
  ExpectUnder('a', 'b');
}

TEST_F(RewrapKeysTest, KeysThatAreNotSealedAreNotItsAffair) {
  EngineHarness outside({}, std::make_shared<FixedKeyStore>());
  EXPECT_THAT(Rewrap(outside.engine(), To('b')),
              IsRefusal(v1::REASON_REWRAP_UNSUPPORTED));
}

TEST_F(RewrapKeysTest, WhateverFailsNothingIsHalfDone) {
  int failures = 0;
  for (int nth = 1;; ++nth) {
    harness_.store().FailAt(nth);
    const auto keys = Rewrap(To('b'));
    if (keys.ok()) break;
    ++failures;
    EXPECT_THAT(keys, IsRefusal(v1::REASON_STORE_FAILED)) << nth;
    ExpectUnder('a', 'b');
    for (const std::string& ca : cas_) {
      EXPECT_THAT(Issue(harness_.engine(), ca), IsOk()) << nth;
    }
    // Takes back what was announced, so that the next one begins anew.
    EXPECT_THAT(Create(harness_.engine()), IsOk());
  }
  harness_.store().FailAt(0);
  // The keyring is read, announced, and read; the CAs are read, and their
  // delegates; all is written.
  EXPECT_EQ(failures, 6);
  ExpectUnder('b', 'a');
}

TEST_F(RewrapKeysTest, ADamagedRecordEndsIt) {
  harness_.ChangeCa(cas_[1], [](v1::CertificateAuthorityRecord& record) {
    record.mutable_key_handle()->back() ^= 1;
  });
  const auto before = harness_.Stored();
  EXPECT_THAT(Rewrap(To('b')), IsRefusal(v1::REASON_KEY_UNSEAL));
  EXPECT_EQ(harness_.Stored(), before);
  EXPECT_THAT(Issue(**Open(Source('a')), cas_[0]), IsOk());
}

TEST_F(RewrapKeysTest, GivesUpAfterManyLostRaces) {
  harness_.store().LoseRaces(100);
  EXPECT_THAT(Rewrap(To('b')), IsRefusal(v1::REASON_LOST_RACE));
  harness_.store().LoseRaces(0);
  ExpectUnder('a', 'b');
  harness_.store().LoseRaces(2);
  EXPECT_THAT(Rewrap(To('b')), IsOk());
  ExpectUnder('b', 'a');
}

// At every instant of it another engine makes a CA, and changes one: none is
// lost, and none is made that nobody can open.
TEST_F(RewrapKeysTest, SeesWhatComesBetween) {
  char from = 'a';
  for (int nth = 1;; ++nth) {
    SCOPED_TRACE(nth);
    const auto interrupted =
        std::make_shared<InterruptedStore>(harness_.ports().store);
    const auto engine = Open(Source(from), interrupted);
    const auto other = Open(Source(from));
    ASSERT_THAT(engine, IsOk());
    ASSERT_THAT(other, IsOk());
    absl::StatusOr<std::string> made;
    interrupted->InterruptAt(nth, [&] {
      made = Create(**other);
      harness_.ChangeCa(cas_[0], [&](v1::CertificateAuthorityRecord& record) {
        record.add_tags()->set_key(absl::StrCat(nth));
      });
    });
    const char to = static_cast<char>(from + 1);
    EXPECT_THAT(Rewrap(**engine, To(to)), IsOk());
    ExpectUnder(to, from);
    from = to;
    if (!interrupted->was_interrupted()) break;
    EXPECT_THAT(made, IsOk());
  }
  // Its calls are six when nobody comes between: two reads of the keyring and
  // its announcement, a page of CAs, one of delegates, the commit.
  EXPECT_EQ(from, 'a' + 7);
}

// The other way round: one engine makes a CA, and at every instant of that
// another one seals all keys anew.
TEST_F(RewrapKeysTest, ACaIsNeverMadeUnderAnOldKey) {
  char from = 'a';
  for (int nth = 1;; ++nth) {
    SCOPED_TRACE(nth);
    const auto interrupted =
        std::make_shared<InterruptedStore>(harness_.ports().store);
    const auto engine = Open(Source(from), interrupted);
    const auto other = Open(Source(from));
    ASSERT_THAT(engine, IsOk());
    ASSERT_THAT(other, IsOk());
    const char to = static_cast<char>(from + 1);
    interrupted->InterruptAt(
        nth, [&] { EXPECT_THAT(Rewrap(**other, To(to)), IsOk()); });
    const auto made = Create(**engine);
    if (!interrupted->was_interrupted()) {
      EXPECT_THAT(made, IsOk());
      break;
    }
    EXPECT_THAT(made, IsRefusal(v1::REASON_KEYRING_CHANGED));
    ExpectUnder(to, from);
    from = to;
  }
  EXPECT_GT(from, 'a' + 1);
}

TEST_F(RewrapKeysTest, AnotherEngineSignsWithTheKeysThatItHasOpen) {
  const auto other = Open(Source('a'));
  ASSERT_THAT(other, IsOk());
  ASSERT_THAT(Issue(**other, cas_[0]), IsOk());
  ASSERT_THAT(Rewrap(To('b')), IsOk());
  EXPECT_THAT(Issue(**other, cas_[0]), IsOk());
  const auto changed = IsRefusal(v1::REASON_KEYRING_CHANGED);
  EXPECT_THAT(Issue(**other, cas_[1]), changed);
  EXPECT_THAT(Create(**other), changed);
  EXPECT_THAT(Rewrap(**other, To('c')), changed);
  ExpectUnder('b', 'a');
}

}  // namespace
}  // namespace pki
