// What an engine has answered, as a line of text and as a promise to be kept.
#ifndef PKI_CAPI_DURABILITY_ANSWER_H_
#define PKI_CAPI_DURABILITY_ANSWER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"

namespace pki {

// One fact that an answer states.
struct Answer {
  std::string operation;
  // The ARN that the answer is about; for BackupStore a file, for RewrapKeys
  // the number of the key, for CreateCertificateAuthorityAuditReport the key of
  // the record, for a CRL "crl/ID/NUMBER", ID being that of its CA or
  // partition.
  std::string name;
  // Whether the call made what is named, and did not only show it.
  bool made = false;
  // In DER: of a certificate or a CRL itself; of a CA one that it has imported.
  // May be empty.
  Bytes certificate;
  // The request, serialized, when it had a token.
  Bytes request;
};

// Whether this is the ARN of a certificate, and not of a CA.
bool IsCertificateArn(absl::string_view arn);

// Without a newline.
std::string ToLine(const Answer& answer);
// None for what ToLine() did not make.
std::optional<Answer> FromLine(absl::string_view line);

// What is wrong, one sentence each.
using Problems = std::vector<std::string>;

// All answers about one store.
class Answers {
 public:
  // Keeps the answer, and adds a problem when it does not go with those before
  // it: something made twice, two answers to one token, another certificate or
  // CRL under the same name.
  void Add(const Answer& answer, Problems* problems);

  // What must be in the store: the ARNs, and under each of a CA the
  // certificates that it has imported, of a certificate itself. No more than
  // the name where nothing was shown.
  const std::map<std::string, std::vector<Bytes>>& promised() const {
    return promised_;
  }
  // The ARNs of certificates that were revoked.
  const std::set<std::string>& revoked() const { return revoked_; }
  // The keys of the records of audit reports.
  const std::set<std::string>& reports() const { return reports_; }
  // The CRLs, by their number and that by their CA's id or partition's; empty
  // where no more than the number was answered.
  const std::map<std::string, std::map<uint64_t, Bytes>>& crls() const {
    return crls_;
  }
  // Of the key-encryption key (KeyEncryptionKey()): 0 at first.
  int key_number() const { return key_number_; }
  // The files of BackupStore; each is given out once.
  std::vector<std::string> TakeBackups() { return std::move(backups_); }
  // The ARN that each request with a token was answered with.
  const std::map<Bytes, std::string>& tokens() const { return tokens_; }

 private:
  void AddCrl(const Answer& answer, Problems* problems);

  std::map<std::string, std::vector<Bytes>> promised_;
  std::map<Bytes, std::string> tokens_;
  std::set<std::string> revoked_;
  std::set<std::string> reports_;
  std::map<std::string, std::map<uint64_t, Bytes>> crls_;
  int key_number_ = 0;
  std::vector<std::string> backups_;
  // What was made, with the request that made it.
  std::map<std::string, Bytes> made_;
};

}  // namespace pki

#endif  // PKI_CAPI_DURABILITY_ANSWER_H_
