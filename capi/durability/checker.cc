// The checks, record by record.
#include "capi/durability/checker.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "capi/durability/crl_checker.h"
#include "pki/base/bytes.h"
#include "pki/base/status.h"
#include "pki/engine/certificate_index.h"
#include "pki/store/sqlite_store.h"
#include "pki/x509/certificate.h"
#include "pki/x509/csr.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

// "arn:.../ID", "arn:.../ID/certificate/SERIAL" to the key of the record.
std::string KeyOf(const std::string& arn) {
  const std::vector<std::string> parts = PartsOf(arn);
  return IsCertificateArn(arn)
             ? absl::StrCat("cert/", parts[1], "/", parts.back())
             : absl::StrCat("ca/", parts.back());
}

// The key of the certificate that a revocation is of.
std::string CertificateOf(const std::string& revocation_key) {
  return absl::StrCat("cert", revocation_key.substr(sizeof("revoked") - 1));
}

void CheckAuthority(const std::string& key,
                    const v1::CertificateAuthorityRecord& record,
                    Problems* problems) {
  if (KeyOf(record.arn()) != key) {
    AddProblem(problems, key, "has another ARN");
  }
  if (!Csr::Parse(View(record.csr())).ok()) {
    AddProblem(problems, key, "has a CSR that cannot be read");
  }
  for (const v1::ImportedCertificate& imported : record.certificates()) {
    if (!Certificate::Parse(View(imported.certificate()), "").ok()) {
      AddProblem(problems, key, "has a certificate that cannot be read");
    }
  }
}

// A CA is found by four hashes of its key.
void CheckIssuers(const Contents& contents, Problems* problems) {
  constexpr int kHashes = 4;
  std::map<std::string, int> counts;
  for (const auto& [key, arn] : contents.issuers) {
    ++counts[arn];
    const auto ca = contents.authorities.find(KeyOf(arn));
    if (ca == contents.authorities.end() ||
        PartsOf(arn)[1] != PartsOf(key)[2]) {
      AddProblem(problems, key, "is of no CA");
    }
  }
  for (const auto& [key, record] : contents.authorities) {
    if (counts[record.arn()] != kHashes) {
      AddProblem(problems, key, "is not found by each hash of its key");
    }
  }
}

void CheckCertificate(const std::string& key,
                      const v1::CertificateRecord& record,
                      const Contents& contents, Problems* problems) {
  const std::vector<std::string> parts = PartsOf(key);
  const auto ca = contents.authorities.find(absl::StrCat("ca/", parts[1]));
  if (ca == contents.authorities.end()) {
    AddProblem(problems, key, "has no CA");
    return;
  }
  const auto certificate = Certificate::Parse(View(record.certificate()), "");
  if (!certificate.ok()) {
    AddProblem(problems, key, "has a certificate that cannot be read");
    return;
  }
  const std::string serial = SerialOf(certificate->tbs().serial);
  if (serial != parts.back()) {
    AddProblem(problems, key,
               absl::StrCat("has a certificate with serial ", serial));
  }
  if (record.has_issuer_certificate() &&
      record.issuer_certificate() >=
          static_cast<uint32_t>(ca->second.certificates_size())) {
    AddProblem(problems, key, "names an issuer certificate that is not there");
  }
}

// The record that an audit entry is about, and when it says that was; none when
// the entry is of no such form.
struct AuditedUse {
  std::string key;
  google::protobuf::Timestamp time;
};
std::optional<AuditedUse> UseOf(const std::string& key,
                                const v1::AuditRecord& record) {
  const std::vector<std::string> parts = PartsOf(key);
  if (parts.size() != 4) return std::nullopt;
  const bool is_csr = parts[3] == "csr";
  if (record.event() !=
      (is_csr ? v1::AUDIT_EVENT_CSR : v1::AUDIT_EVENT_CERTIFICATE)) {
    return std::nullopt;
  }
  return AuditedUse{is_csr ? absl::StrCat("ca/", parts[1])
                           : absl::StrCat("cert/", parts[1], "/", parts[3]),
                    record.time()};
}

// The uses of keys that the records show, against those in the audit log.
void CheckAudit(const Contents& contents, Problems* problems) {
  std::map<std::string, google::protobuf::Timestamp> uses;
  for (const auto& [key, record] : contents.authorities) {
    uses[key] = record.created_at();
  }
  for (const auto& [key, record] : contents.certificates) {
    uses[key] = record.issued_at();
  }
  for (const auto& [key, record] : contents.audit) {
    if (record.event() == v1::AUDIT_EVENT_CRL) continue;
    const std::optional<AuditedUse> audited = UseOf(key, record);
    if (!audited.has_value()) {
      AddProblem(problems, key, "has a key and an event of different kinds");
      continue;
    }
    const auto use = uses.find(audited->key);
    if (use == uses.end()) {
      AddProblem(problems, key, "is of a use that left nothing, or twice");
      continue;
    }
    if (use->second.SerializeAsString() != audited->time.SerializeAsString()) {
      AddProblem(problems, key, "is of another time than what it is about");
    }
    uses.erase(use);
  }
  for (const auto& [key, time] : uses) {
    AddProblem(problems, key, "has no audit entry");
  }
}

// What certificates are found by, against what is in them.
void CheckIndex(const Contents& contents, Problems* problems) {
  std::set<std::string> index = contents.index;
  for (const auto& [key, record] : contents.certificates) {
    const auto certificate = Certificate::Parse(View(record.certificate()), "");
    if (!certificate.ok()) continue;
    const std::vector<std::string> parts = PartsOf(key);
    for (const std::string& entry :
         IndexKeys(parts[1], parts.back(), record.template_arn(),
                   certificate->tbs())) {
      if (index.erase(entry) == 0) {
        AddProblem(problems, key, absl::StrCat("is not found by ", entry));
      }
    }
  }
  for (const std::string& entry : index) {
    AddProblem(problems, entry, "leads to no such certificate");
  }
}

// Objects have all their parts. Parts of no object are left by a crash.
void CheckObjects(const Contents& contents, Problems* problems) {
  for (const auto& [key, record] : contents.objects) {
    if (ContentOf(contents, record).size() != record.size()) {
      AddProblem(problems, key, "lacks a part");
    }
  }
}

// Reports that succeeded have their objects.
void CheckReports(const Contents& contents, Problems* problems) {
  for (const auto& [key, record] : contents.reports) {
    if (record.status() != v1::AUDIT_REPORT_STATUS_SUCCESS) continue;
    const auto object = contents.objects.find(
        absl::StrCat("object/", record.bucket(), "/", record.key()));
    if (object == contents.objects.end() ||
        object->second.content_id() != record.content_id()) {
      AddProblem(problems, key, "has no object");
    }
  }
}

// Whether each record, which has the id of a CA in its key, has that CA.
template <typename Record>
void CheckOwners(const std::map<std::string, Record>& records,
                 const Contents& contents, Problems* problems) {
  for (const auto& [key, record] : records) {
    if (contents.authorities.count(absl::StrCat("ca/", PartsOf(key)[1])) == 0) {
      AddProblem(problems, key, "is of no CA");
    }
  }
}

bool HasImported(const v1::CertificateAuthorityRecord& record,
                 const Bytes& certificate) {
  return std::any_of(record.certificates().begin(), record.certificates().end(),
                     [&](const v1::ImportedCertificate& imported) {
                       return imported.certificate() == certificate;
                     });
}

// Whether the record of `arn` is there and has these certificates.
void CheckPromise(const std::string& arn,
                  const std::vector<Bytes>& certificates,
                  const Contents& contents, Problems* problems) {
  const std::string key = KeyOf(arn);
  const auto ca = contents.authorities.find(key);
  const auto issued = contents.certificates.find(key);
  if (ca == contents.authorities.end() &&
      issued == contents.certificates.end()) {
    AddProblem(problems, arn, "was answered and is not in the store");
    return;
  }
  for (const Bytes& certificate : certificates) {
    if (ca != contents.authorities.end()
            ? !HasImported(ca->second, certificate)
            : issued->second.certificate() != certificate) {
      AddProblem(problems, arn,
                 "was answered with a certificate that is not in the store");
    }
  }
}

// Runs the request again that was answered with `arn`.
absl::StatusOr<std::string> Repeat(Worker& worker, const Bytes& request,
                                   const std::string& arn) {
  if (!IsCertificateArn(arn)) {
    v1::CreateCertificateAuthorityRequest create;
    create.ParseFromString(request);
    return worker.CreateWithToken(create);
  }
  v1::IssueCertificateRequest issue;
  issue.ParseFromString(request);
  return worker.Issue(issue);
}

Contents ReadFile(const std::string& path, Problems* problems) {
  const auto store = SqliteStore::Open(path, {});
  if (store.ok()) return ReadContents(**store, problems);
  AddProblem(problems, path, store.status().message());
  return {};
}

// Whether a turn of maintenance does what is due, and leaves nothing.
void CheckTurn(Worker& worker, const std::vector<std::string>& authorities,
               const std::string& path, const Answers& answers,
               Problems* problems) {
  // A CA that is not active may have no CRLs.
  for (const std::string& ca : authorities) {
    const absl::Status adopted = worker.Adopt(ca);
    if (!adopted.ok()) AddProblem(problems, ca, adopted.ToString());
  }
  const auto turn = worker.Maintain();
  const auto again = worker.Maintain();
  if (!turn.ok() || !again.ok()) {
    AddProblem(problems, "maintenance",
               (turn.ok() ? again : turn).status().ToString());
  } else if (!again->crls().empty()) {
    AddProblem(problems, again->crls(0).uri(), "is due after it was made");
  }
  const Contents contents = ReadFile(path, problems);
  CheckCrls(contents, answers, problems);
  CheckCrlsAreUp(contents, problems);
}

}  // namespace

void CheckContents(const Contents& contents, const Answers& answers,
                   Problems* problems) {
  for (const auto& [key, record] : contents.authorities) {
    CheckAuthority(key, record, problems);
  }
  for (const auto& [key, record] : contents.certificates) {
    CheckCertificate(key, record, contents, problems);
  }
  for (const auto& [key, record] : contents.tokens) {
    const std::string target = KeyOf(record.arn());
    if (contents.authorities.count(target) +
            contents.certificates.count(target) ==
        0) {
      AddProblem(problems, key, "names what is not in the store");
    }
  }
  CheckAudit(contents, problems);
  CheckCrls(contents, answers, problems);
  CheckIndex(contents, problems);
  for (const auto& [key, record] : contents.revocations) {
    if (contents.certificates.count(CertificateOf(key)) == 0) {
      AddProblem(problems, key, "is of no certificate");
    }
  }
  CheckOwners(contents.permissions, contents, problems);
  CheckOwners(contents.crls, contents, problems);
  CheckOwners(contents.crl_marks, contents, problems);
  CheckOwners(contents.policies, contents, problems);
  CheckOwners(contents.reports, contents, problems);
  CheckReports(contents, problems);
  CheckObjects(contents, problems);
  CheckOwners(contents.delegates, contents, problems);
  CheckIssuers(contents, problems);
  for (const auto& [key, record] : contents.delegates) {
    const auto certificate = Certificate::Parse(View(record.certificate()), "");
    if (!certificate.ok() || contents.certificates.count(absl::StrCat(
                                 "cert/", PartsOf(key)[1], "/",
                                 SerialOf(certificate->tbs().serial))) == 0) {
      AddProblem(problems, key, "has a certificate that was not issued");
    }
  }
  for (const auto& [arn, certificates] : answers.promised()) {
    CheckPromise(arn, certificates, contents, problems);
  }
  std::set<std::string> revoked;
  for (const auto& [key, record] : contents.revocations) {
    revoked.insert(CertificateOf(key));
  }
  for (const std::string& arn : answers.revoked()) {
    if (revoked.count(KeyOf(arn)) == 0) {
      AddProblem(problems, arn, "was revoked and is not any more");
    }
  }
  for (const std::string& report : answers.reports()) {
    if (contents.reports.count(report) == 0) {
      AddProblem(problems, report, "was answered and is not in the store");
    }
  }
}

void CheckEngine(Worker& worker, const std::vector<std::string>& authorities,
                 const Answers& answers, Problems* problems) {
  const auto expect_ok = [&](absl::string_view what,
                             const absl::Status& status) {
    if (!status.ok()) AddProblem(problems, what, status.ToString());
  };
  expect_ok("the engine's own check", worker.CheckStore());
  std::map<std::string, std::vector<std::string>> revoked;  // by CA
  for (const std::string& arn : answers.revoked()) {
    const std::vector<std::string> parts = PartsOf(arn);
    revoked[absl::StrCat(parts[0], "/", parts[1])].push_back(arn);
  }
  // Copies: what the engine answers now goes to the answers too.
  const std::vector<std::pair<Bytes, std::string>> tokens(
      answers.tokens().begin(), answers.tokens().end());
  const std::vector<std::pair<std::string, std::vector<Bytes>>> promised(
      answers.promised().begin(), answers.promised().end());
  for (const std::string& ca : authorities) {
    absl::Status status = worker.Adopt(ca);
    if (status.ok()) status = worker.Issue(ca).status();
    expect_ok(ca, status);
    expect_ok(ca, worker.CheckNewCrls(ca, revoked[ca]));
  }
  for (const auto& [request, arn] : tokens) {
    const auto again = Repeat(worker, request, arn);
    expect_ok(arn, again.status());
    if (again.ok() && *again != arn) {
      AddProblem(problems, arn,
                 absl::StrCat("its token is now answered with ", *again));
    }
  }
  for (const auto& [arn, certificates] : promised) {
    if (IsCertificateArn(arn)) expect_ok(arn, worker.Get(arn).status());
  }
}

std::vector<std::string> CheckFile(const std::string& path, Answers& answers,
                                   Problems* problems) {
  // The engine comes first: it recovers what there is, and makes what there is
  // not yet.
  int key_number = answers.key_number();
  const auto client = OpenAfterCrash(DurableConfiguration(path), &key_number);
  if (!client.ok()) {
    AddProblem(problems, "open", client.status().ToString());
    return {};
  }
  const Contents contents = ReadFile(path, problems);
  CheckContents(contents, answers, problems);
  for (const std::string& backup : answers.TakeBackups()) {
    CheckContents(ReadFile(backup, problems), Answers(), problems);
    std::filesystem::remove(backup);
  }
  std::vector<std::string> authorities;
  for (const auto& [key, record] : contents.authorities) {
    authorities.push_back(record.arn());
  }
  answers.Add({"RewrapKeys", absl::StrCat(key_number), true, "", ""}, problems);
  World world(path, key_number);
  Worker worker(**client, world, contents.certificates.size(),
                [&](const Answer& answer) { answers.Add(answer, problems); });
  CheckTurn(worker, authorities, path, answers, problems);
  CheckEngine(worker, authorities, answers, problems);
  return authorities;
}

}  // namespace pki
