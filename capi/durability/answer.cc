// Lines, and the contradictions between answers.
#include "capi/durability/answer.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace pki {
namespace {

constexpr absl::string_view kMade = "made";
constexpr absl::string_view kShown = "shown";
constexpr absl::string_view kEnd = ".";
constexpr absl::string_view kCrl = "crl/";

}  // namespace

bool IsCertificateArn(absl::string_view arn) {
  return absl::StrContains(arn, "/certificate/");
}

std::string ToLine(const Answer& answer) {
  return absl::StrCat(answer.operation, " ", answer.name, " ",
                      answer.made ? kMade : kShown, " ",
                      absl::Base64Escape(answer.certificate), " ",
                      absl::Base64Escape(answer.request), " ", kEnd);
}

std::optional<Answer> FromLine(absl::string_view line) {
  const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ');
  Answer answer;
  if (parts.size() != 6 || (parts[2] != kMade && parts[2] != kShown) ||
      !absl::Base64Unescape(parts[3], &answer.certificate) ||
      !absl::Base64Unescape(parts[4], &answer.request) || parts[5] != kEnd) {
    return std::nullopt;
  }
  answer.operation = std::string(parts[0]);
  answer.name = std::string(parts[1]);
  answer.made = parts[2] == kMade;
  return answer;
}

void Answers::AddCrl(const Answer& answer, Problems* problems) {
  const std::vector<std::string> parts = absl::StrSplit(answer.name, '/');
  uint64_t number = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[2], &number)) {
    problems->push_back(absl::StrCat(answer.name, " is no name of a CRL"));
    return;
  }
  Bytes& known = crls_[parts[1]][number];
  if (answer.certificate.empty()) return;
  if (known.empty()) known = answer.certificate;
  if (known != answer.certificate) {
    problems->push_back(
        absl::StrCat(answer.name, " was shown with different contents"));
  }
}

void Answers::Add(const Answer& answer, Problems* problems) {
  if (answer.operation == "RewrapKeys") {
    key_number_ = std::atoi(answer.name.c_str());
    return;
  }
  if (answer.operation == "BackupStore") {
    backups_.push_back(answer.name);
    return;
  }
  if (answer.operation == "CreateCertificateAuthorityAuditReport") {
    reports_.insert(answer.name);
    return;
  }
  if (absl::StartsWith(answer.name, kCrl)) return AddCrl(answer, problems);
  if (answer.operation == "RevokeCertificate") revoked_.insert(answer.name);
  std::vector<Bytes>& certificates = promised_[answer.name];
  if (!answer.certificate.empty() &&
      std::find(certificates.begin(), certificates.end(), answer.certificate) ==
          certificates.end()) {
    certificates.push_back(answer.certificate);
    if (certificates.size() > 1 && IsCertificateArn(answer.name)) {
      problems->push_back(
          absl::StrCat(answer.name, " was shown with different contents"));
    }
  }
  if (!answer.made) return;
  const auto [made, is_new] = made_.emplace(answer.name, answer.request);
  if (!is_new && (made->second.empty() || made->second != answer.request)) {
    problems->push_back(absl::StrCat(answer.name, " was made twice"));
  }
  if (answer.request.empty()) return;
  const auto [token, is_first] = tokens_.emplace(answer.request, answer.name);
  if (!is_first && token->second != answer.name) {
    problems->push_back(absl::StrCat("one token was answered with ",
                                     token->second, " and ", answer.name));
  }
}

}  // namespace pki
