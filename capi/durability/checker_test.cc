// The checker finds what is wrong: a test of the tests of durability.
#include "capi/durability/checker.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "capi/durability/abi_client.h"
#include "capi/durability/answer.h"
#include "capi/durability/crl_checker.h"
#include "capi/durability/workload.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/store/memory_store.h"
#include "pki/store/sqlite_store.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// A store in a file on which the whole table has run, and what it answered.
struct Sample {
  std::string file;
  Answers answers;
};

Sample NewSample() {
  Sample sample;
  sample.file = NewTestPath("store.db");
  const auto client = AbiClient::Open(DurableConfiguration(sample.file));
  EXPECT_THAT(client, IsOk());
  World world(sample.file);
  Problems problems;
  Worker worker(**client, world, 0, [&](const Answer& answer) {
    sample.answers.Add(answer, &problems);
  });
  worker.RunAll([](absl::string_view line, const absl::Status& status) {
    EXPECT_THAT(status, IsOk()) << line;
  });
  EXPECT_THAT(worker.Maintain(), IsOk());
  EXPECT_THAT(problems, IsEmpty());
  return sample;
}

// Made once: it is only read.
const Sample& SharedSample() {
  static const auto* const sample = new Sample(NewSample());
  return *sample;
}

Contents SampleContents() {
  Problems problems;
  const auto store = SqliteStore::Open(SharedSample().file, {});
  Contents contents = ReadContents(**store, &problems);
  EXPECT_THAT(problems, IsEmpty());
  return contents;
}

// --- Records ----------------------------------------------------------------

TEST(CheckContentsTest, NothingIsWrong) {
  Problems problems;
  const Contents contents = SampleContents();
  CheckContents(contents, SharedSample().answers, &problems);
  CheckCrlsAreUp(contents, &problems);
  EXPECT_THAT(problems, IsEmpty());
}

void Flip(Bytes* bytes, size_t at) {
  (*bytes)[at] = static_cast<char>((*bytes)[at] ^ 1);
}

// Of a certificate: the last byte of the signature, so that it still parses.
void FlipEnd(Bytes* bytes) { Flip(bytes, bytes->size() - 1); }

template <typename Record, typename Predicate>
void EraseIf(std::map<std::string, Record>& records, Predicate predicate) {
  for (auto entry = records.begin(); entry != records.end();) {
    entry = predicate(*entry) ? records.erase(entry) : std::next(entry);
  }
}

template <typename Record>
void Rename(std::map<std::string, Record>& records, const std::string& key) {
  auto node = records.extract(records.begin());
  node.key() = key;
  records.insert(std::move(node));
}

// The first audit entry of an event.
auto FindAudit(Contents& contents, v1::AuditEvent event) {
  auto entry = contents.audit.begin();
  while (entry->second.event() != event) ++entry;
  return entry;
}

// Something wrong with records, and whether it shows only beside the answers.
struct Damage {
  const char* name;
  bool needs_answers;
  void (*damage)(Contents& contents);
};

// Whether somebody asked for it, and no CA is of it: that of an OCSP delegate
// is the engine's own affair.
bool IsEndEntity(const v1::CertificateRecord& record) {
  return absl::StrContains(record.template_arn(), "/EndEntityCertificate");
}

// The key of the revocation of the certificate with the key `certificate`.
std::string RevocationOf(const std::string& certificate) {
  return absl::StrCat("revoked", certificate.substr(sizeof("cert") - 1));
}

// One that no CRL lists.
auto FirstEndEntity(Contents& contents) {
  return std::find_if(
      contents.certificates.begin(), contents.certificates.end(),
      [&](const auto& issued) {
        return IsEndEntity(issued.second) &&
               contents.revocations.count(RevocationOf(issued.first)) == 0;
      });
}

const Damage kDamages[] = {
    {"a certificate is gone", false,
     [](Contents& contents) {
       contents.certificates.erase(contents.certificates.begin());
     }},
    {"a certificate is gone with all that goes with it", true,
     [](Contents& contents) {
       const auto gone = FirstEndEntity(contents);
       const std::string serial = gone->first.substr(sizeof("cert/") - 1);
       contents.certificates.erase(gone);
       for (auto entry = contents.audit.begin();;) {
         const std::string& key = entry->first;
         const size_t slash = key.rfind('/');
         if (serial == absl::StrCat(key.substr(6, 36), key.substr(slash))) {
           contents.audit.erase(entry);
           break;
         }
         ++entry;
       }
       const std::string number = serial.substr(serial.rfind('/'));
       for (auto key = contents.index.begin(); key != contents.index.end();) {
         key = absl::EndsWith(*key, number) ? contents.index.erase(key)
                                            : std::next(key);
       }
       contents.tokens.clear();
     }},
    {"a certificate is another", true,
     [](Contents& contents) {
       // All of them: not each was ever fetched.
       for (auto& [key, record] : contents.certificates) {
         if (IsEndEntity(record)) FlipEnd(record.mutable_certificate());
       }
     }},
    {"a certificate is none", false,
     [](Contents& contents) {
       contents.certificates.begin()->second.mutable_certificate()->clear();
     }},
    {"a certificate has another serial", false,
     [](Contents& contents) {
       const auto first = contents.certificates.begin();
       *first->second.mutable_certificate() =
           std::next(first)->second.certificate();
     }},
    {"a certificate is of no CA", false,
     [](Contents& contents) {
       Rename(contents.certificates, "cert/nobody/01");
     }},
    {"a certificate names no issuer certificate", false,
     [](Contents& contents) {
       contents.certificates.begin()->second.set_issuer_certificate(99);
     }},
    {"a CA is gone", false,
     [](Contents& contents) {
       contents.authorities.erase(contents.authorities.begin());
     }},
    {"a CA has another ARN", false,
     [](Contents& contents) {
       contents.authorities.begin()->second.set_arn("arn:a/b");
     }},
    {"a CA has no CSR", false,
     [](Contents& contents) {
       contents.authorities.begin()->second.clear_csr();
     }},
    {"a CA has another certificate", true,
     [](Contents& contents) {
       auto& record = contents.authorities.begin()->second;
       FlipEnd(record.mutable_certificates(0)->mutable_certificate());
     }},
    {"a CA's certificate is none", false,
     [](Contents& contents) {
       auto& record = contents.authorities.begin()->second;
       record.mutable_certificates(0)->clear_certificate();
     }},
    {"a CA is not found by its key", false,
     [](Contents& contents) {
       contents.issuers.erase(contents.issuers.begin());
     }},
    {"a key leads to another CA", false,
     [](Contents& contents) {
       contents.issuers.begin()->second = contents.issuers.rbegin()->second;
       contents.issuers.rbegin()->second = "arn:a/b";
     }},
    {"a delegate's certificate was not issued", false,
     [](Contents& contents) {
       // What another CA has issued.
       auto delegate = contents.delegates.begin();
       auto other = contents.certificates.begin();
       const std::string own =
           absl::StrCat("cert", delegate->first.substr(sizeof("ocsp") - 1));
       while (absl::StartsWith(other->first, own)) ++other;
       delegate->second.set_certificate(other->second.certificate());
     }},
    {"a delegate is of no CA", false,
     [](Contents& contents) { Rename(contents.delegates, "ocsp/nobody"); }},
    {"a token names nothing", false,
     [](Contents& contents) {
       contents.tokens.begin()->second.set_arn("arn:a/b");
     }},
    {"an index entry is gone", false,
     [](Contents& contents) { contents.index.erase(contents.index.begin()); }},
    {"an index entry is of nothing", false,
     [](Contents& contents) { contents.index.insert("index/nobody/x/y/01"); }},
    {"a revocation is gone", false,
     [](Contents& contents) { contents.revocations.clear(); }},
    {"a revocation is of nothing", false,
     [](Contents& contents) {
       Rename(contents.revocations, "revoked/nobody/01");
     }},
    {"a permission is of nobody", false,
     [](Contents& contents) { contents.permissions["permission/nobody/x/"]; }},
    {"a policy is of nobody", false,
     [](Contents& contents) { contents.policies["policy/nobody"]; }},
    {"a report is gone", true,
     [](Contents& contents) { contents.reports.clear(); }},
    {"a report is of nobody", false,
     [](Contents& contents) { contents.reports["report/nobody/x"]; }},
    {"the object of a report is gone", false,
     [](Contents& contents) { contents.objects.clear(); }},
    {"a part of an object is gone", false,
     [](Contents& contents) { contents.parts.clear(); }},
    {"the audit entry of a CSR is gone", false,
     [](Contents& contents) {
       contents.audit.erase(FindAudit(contents, v1::AUDIT_EVENT_CSR));
     }},
    {"the audit entry of a certificate is gone", false,
     [](Contents& contents) {
       contents.audit.erase(FindAudit(contents, v1::AUDIT_EVENT_CERTIFICATE));
     }},
    {"an audit entry is there twice", false,
     [](Contents& contents) {
       const auto entry = FindAudit(contents, v1::AUDIT_EVENT_CERTIFICATE);
       std::string key = entry->first;
       Flip(&key, sizeof("audit/") + 36);
       contents.audit[key] = entry->second;
     }},
    {"an audit entry is of another time", false,
     [](Contents& contents) {
       auto& record = contents.audit.begin()->second;
       record.mutable_time()->set_seconds(record.time().seconds() + 1);
     }},
    {"an audit entry is of another event", false,
     [](Contents& contents) {
       FindAudit(contents, v1::AUDIT_EVENT_CSR)
           ->second.set_event(v1::AUDIT_EVENT_CERTIFICATE);
     }},
    {"the audit entry of the last CRL is gone", false,
     [](Contents& contents) {
       const auto& [key, record] = *contents.crls.begin();
       const std::string what =
           absl::StrCat("/crl-", key.substr(41), "-", record.number());
       EraseIf(contents.audit, [&](const auto& entry) {
         return absl::EndsWith(entry.first, what);
       });
     }},
    {"a number is that of two CRLs", false,
     [](Contents& contents) {
       const auto entry = FindAudit(contents, v1::AUDIT_EVENT_CRL);
       std::string key = entry->first;
       Flip(&key, sizeof("audit/") + 36);
       contents.audit[key] = entry->second;
     }},
    {"a CRL follows one of a higher number", false,
     [](Contents& contents) {
       const auto& [key, record] = *contents.crls.begin();
       contents
           .audit[absl::StrCat("audit/", key.substr(4, 36), "/0/crl-",
                               key.substr(41), "-", record.number() + 1)]
           .set_event(v1::AUDIT_EVENT_CRL);
     }},
    {"CRLs are gone with all that goes with them", true,
     [](Contents& contents) {
       contents.crls.clear();
       contents.crl_uris.clear();
       EraseIf(contents.audit, [](const auto& entry) {
         return entry.second.event() == v1::AUDIT_EVENT_CRL;
       });
       EraseIf(contents.objects, [](const auto& entry) {
         return absl::EndsWith(entry.first, ".crl");
       });
     }},
    {"a CRL has other entries than its record says", false,
     [](Contents& contents) {
       auto& record = contents.crls.begin()->second;
       record.set_entries(record.entries() + 1);
     }},
    {"a CRL has another time", false,
     [](Contents& contents) {
       auto& time = *contents.crls.begin()->second.mutable_next_update();
       time.set_seconds(time.seconds() + 1);
     }},
    {"a CRL is not signed by its CA", false,
     [](Contents& contents) {
       const auto& record = contents.crls.begin()->second;
       const auto& object = contents.objects[absl::StrCat(
           "object/", record.bucket(), "/", record.key())];
       FlipEnd(&contents.parts[absl::StrCat("part/", object.content_id(),
                                            "/00000000")]);
     }},
    {"a CRL has no object", false,
     [](Contents& contents) {
       contents.crls.begin()->second.set_bucket("elsewhere");
     }},
    {"a CRL is not at one of its places", false,
     [](Contents& contents) {
       const auto& record = contents.crls.begin()->second;
       contents.objects[absl::StrCat("object/elsewhere/", record.key())]
           .set_content_id("other");
     }},
    {"CRLs are not found by their URIs", false,
     [](Contents& contents) { contents.crl_uris.clear(); }},
    {"a URI leads to the CRL of another CA", false,
     [](Contents& contents) {
       contents.crl_uris.begin()->second.set_ca_id("other");
     }},
    {"a URI leads nowhere", false,
     [](Contents& contents) { contents.crl_uris["crluri/other"]; }},
};

TEST(CheckContentsTest, FindsWhatIsWrong) {
  for (const Damage& damage : kDamages) {
    SCOPED_TRACE(damage.name);
    Contents contents = SampleContents();
    damage.damage(contents);
    Problems alone;
    CheckContents(contents, Answers(), &alone);
    EXPECT_EQ(alone.empty(), damage.needs_answers);
    Problems problems;
    CheckContents(contents, SharedSample().answers, &problems);
    EXPECT_THAT(problems, Not(IsEmpty()));
  }
}

TEST(CheckCrlsAreUpTest, FindsWhatIsWrong) {
  const auto expect_problem =
      [](const std::function<void(Contents & contents)>& damage) {
        Contents contents = SampleContents();
        damage(contents);
        Problems problems;
        CheckCrlsAreUp(contents, &problems);
        EXPECT_THAT(problems, Not(IsEmpty()));
      };
  // A CRL is missing.
  expect_problem(
      [](Contents& contents) { contents.crls.erase(contents.crls.begin()); });
  // It does not list what is revoked.
  expect_problem([](Contents& contents) {
    const std::string key = FirstEndEntity(contents)->first;
    contents.revocations[RevocationOf(key)].mutable_not_after()->set_seconds(
        INT32_MAX);
  });
  // Another lists it than the certificate names.
  expect_problem([](Contents& contents) {
    const std::string revoked = contents.revocations.begin()->first;
    Rename(contents.crls,
           absl::StrCat("crl/", revoked.substr(sizeof("revoked"), 36), "/001"));
  });
}

TEST(ReadContentsTest, FindsWhatIsNoRecord) {
  for (const char* key :
       {"ca/x", "cert/x/1", "token/x/y", "audit/x/1/csr", "revoked/x/1",
        "crluri/x", "permission/x/y/", "policy/x", "report/x/y", "reporting/x",
        "object/x/y", "other"}) {
    SCOPED_TRACE(key);
    MemoryStore store;
    WriteBatch batch;
    batch.puts.emplace_back(key, "");
    ASSERT_THAT(store.Commit(std::move(batch)), IsOk());
    Problems problems;
    ReadContents(store, &problems);
    EXPECT_THAT(problems, SizeIs(1));
  }
}

TEST(ReadContentsTest, FindsAValueInTheIndex) {
  MemoryStore store;
  WriteBatch batch;
  batch.puts.emplace_back("index/x/subject/y/1", "value");
  ASSERT_THAT(store.Commit(std::move(batch)), IsOk());
  Problems problems;
  ReadContents(store, &problems);
  EXPECT_THAT(problems, SizeIs(1));
}

// --- Answers ----------------------------------------------------------------

constexpr char kCertificate[] = "arn:x/ca/certificate/1";

// The problems of some answers together.
Problems ProblemsOf(const std::vector<Answer>& all) {
  Answers answers;
  Problems problems;
  for (const Answer& answer : all) answers.Add(answer, &problems);
  return problems;
}

TEST(AnswersTest, FindContradictions) {
  const Answer made{"IssueCertificate", kCertificate, true, "", ""};
  const Answer by_token{"IssueCertificate", kCertificate, true, "", "token"};
  const Answer shown{"GetCertificate", kCertificate, false, "der", ""};
  EXPECT_THAT(ProblemsOf({made, shown, shown}), IsEmpty());
  EXPECT_THAT(ProblemsOf({by_token, by_token}), IsEmpty());
  EXPECT_THAT(ProblemsOf({made, made}), SizeIs(1));
  EXPECT_THAT(ProblemsOf({made, by_token}), SizeIs(1));
  Answer other = by_token;
  other.name = "arn:x/ca/certificate/2";
  EXPECT_THAT(ProblemsOf({by_token, other}), SizeIs(1));
  other = shown;
  other.certificate = "other";
  EXPECT_THAT(ProblemsOf({shown, other}), SizeIs(1));
  // A CA has one certificate after the other.
  Answer of_ca = shown;
  of_ca.name = other.name = "arn:x/ca";
  EXPECT_THAT(ProblemsOf({of_ca, other}), IsEmpty());
  // So has a CRL; each has a number.
  const Answer crl{"GetCertificateRevocationList", "crl/x/1", false, "der", ""};
  other = crl;
  other.certificate = "other";
  EXPECT_THAT(ProblemsOf({crl, other}), SizeIs(1));
  other.name = "crl/x/2";
  EXPECT_THAT(ProblemsOf({crl, other, crl}), IsEmpty());
  other.certificate = "";
  EXPECT_THAT(ProblemsOf({other, crl, other}), IsEmpty());
}

TEST(AnswerTest, LinesAreWholeOrNothing) {
  const Answer answer{"IssueCertificates", kCertificate, true, "der",
                      Bytes("\0\n", 2)};
  const std::string line = ToLine(answer);
  const auto read = FromLine(line);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->operation, answer.operation);
  EXPECT_EQ(read->name, answer.name);
  EXPECT_EQ(read->made, answer.made);
  EXPECT_EQ(read->certificate, answer.certificate);
  EXPECT_EQ(read->request, answer.request);
  for (size_t size = 0; size < line.size(); ++size) {
    EXPECT_FALSE(FromLine(line.substr(0, size)).has_value()) << size;
  }
}

// --- The engine -------------------------------------------------------------

// What CheckEngine() finds on a new sample with some records changed.
Problems ProblemsOfEngineOn(
    const std::function<void(Contents& contents, WriteBatch& batch)>& change) {
  Sample sample = NewSample();
  Problems problems;
  const int key_number = sample.answers.key_number();
  std::vector<std::string> authorities;
  {
    const auto store = SqliteStore::Open(sample.file, {});
    Contents contents = ReadContents(**store, &problems);
    for (const auto& [key, record] : contents.authorities) {
      authorities.push_back(record.arn());
    }
    WriteBatch batch;
    change(contents, batch);
    EXPECT_THAT((*store)->Commit(std::move(batch)), IsOk());
  }
  const auto client =
      AbiClient::Open(DurableConfiguration(sample.file, key_number));
  EXPECT_THAT(client, IsOk());
  World world(sample.file, key_number);
  Worker worker(**client, world, 1, [&](const Answer& answer) {
    sample.answers.Add(answer, &problems);
  });
  CheckEngine(worker, authorities, sample.answers, &problems);
  return problems;
}

TEST(CheckEngineTest, NothingIsWrong) {
  EXPECT_THAT(ProblemsOfEngineOn([](Contents&, WriteBatch&) {}), IsEmpty());
}

TEST(CheckEngineTest, FindsAForgottenToken) {
  EXPECT_THAT(ProblemsOfEngineOn([](Contents& contents, WriteBatch& batch) {
                batch.deletes.push_back(contents.tokens.begin()->first);
              }),
              Not(IsEmpty()));
}

TEST(CheckEngineTest, FindsALostCertificate) {
  EXPECT_THAT(ProblemsOfEngineOn([](Contents& contents, WriteBatch& batch) {
                batch.deletes.push_back(FirstEndEntity(contents)->first);
              }),
              Not(IsEmpty()));
}

TEST(CheckEngineTest, FindsACertificateThatChanged) {
  EXPECT_THAT(ProblemsOfEngineOn([](Contents& contents, WriteBatch& batch) {
                // All of them: those of a deleted CA cannot be fetched.
                for (auto& [key, record] : contents.certificates) {
                  FlipEnd(record.mutable_certificate());
                  batch.puts.emplace_back(key, record.SerializeAsString());
                }
              }),
              Not(IsEmpty()));
}

TEST(CheckEngineTest, FindsAKeyThatDoesNotSign) {
  EXPECT_THAT(ProblemsOfEngineOn([](Contents& contents, WriteBatch& batch) {
                auto& [key, record] = *contents.authorities.begin();
                FlipEnd(record.mutable_key_handle());
                batch.puts.emplace_back(key, record.SerializeAsString());
              }),
              Not(IsEmpty()));
}

}  // namespace
}  // namespace pki
