// Questions at random, written by openssl: we read in them what openssl reads,
// and openssl reads in our answers what we know.
#include <gmock/gmock.h>

#include <cstdint>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/engine/ocsp_fixture.h"
#include "pki/testing/ocsp_authority.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "pki/x509/ocsp_request.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint64_t kSeed = 20261121;
constexpr int kQuestions = 40;
constexpr size_t kMaxCertificates = 6;  // in a question

// A hash as openssl takes and shows it. What is known comes first.
constexpr const char* kHashes[] = {"sha1",   "sha256", "sha384",
                                   "sha512", "sha224", "md5"};
constexpr size_t kKnownHashes = 4;

struct Reason {
  v1::RevocationReason reason;
  const char* code;  // null when the response has none
};
constexpr Reason kReasons[] = {
    {v1::REVOCATION_REASON_UNSPECIFIED, nullptr},
    {v1::REVOCATION_REASON_KEY_COMPROMISE, "(0x1)"},
    {v1::REVOCATION_REASON_CERTIFICATE_AUTHORITY_COMPROMISE, "(0x2)"},
    {v1::REVOCATION_REASON_AFFILIATION_CHANGED, "(0x3)"},
    {v1::REVOCATION_REASON_SUPERSEDED, "(0x4)"},
    {v1::REVOCATION_REASON_CESSATION_OF_OPERATION, "(0x5)"},
    {v1::REVOCATION_REASON_PRIVILEGE_WITHDRAWN, "(0x9)"},
    {v1::REVOCATION_REASON_A_A_COMPROMISE, "(0xa)"},
};

constexpr char kReason[] = "Revocation Reason";

// What openssl shows of one certificate: values by their names.
using Shown = std::map<std::string, std::string>;

// What openssl shows of a request or a response.
struct Text {
  std::vector<Shown> certificates;
  std::string nonce;  // the extension's value; empty for none
};

Text Read(absl::string_view shown) {
  Text text;
  bool is_nonce = false;
  // It breaks what is long.
  const std::string whole = absl::StrReplaceAll(shown, {{"\\\n", ""}});
  for (absl::string_view line : absl::StrSplit(whole, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (is_nonce) text.nonce = std::string(line);
    is_nonce = line == "OCSP Nonce:";
    // What follows is of the whole.
    if (absl::StartsWith(line, "Signature Algorithm") ||
        absl::StartsWith(line, "Responder Error")) {
      break;
    }
    if (line == "Certificate ID:") {
      text.certificates.emplace_back();
    } else if (!text.certificates.empty()) {
      const std::vector<std::string> parts =
          absl::StrSplit(line, absl::MaxSplits(": ", 1));
      if (parts.size() == 2) text.certificates.back()[parts[0]] = parts[1];
    }
  }
  // openssl 3.0 has no names for the last two.
  for (Shown& each : text.certificates) {
    const auto reason = each.find(kReason);
    if (reason == each.end()) continue;
    reason->second.erase(0, reason->second.rfind('('));
  }
  return text;
}

std::string Upper(ByteView bytes) { return absl::AsciiStrToUpper(Hex(bytes)); }

// An INTEGER of at least one byte, as openssl shows it.
std::string Number(ByteView bytes) {
  if ((bytes[0] & 0x80) == 0) {
    if (bytes[0] == 0 && bytes.size() > 1) bytes.remove_prefix(1);
    return Upper(bytes);
  }
  // Negative: the magnitude, as two's complement has it.
  Bytes magnitude = Copy(bytes);
  bool carry = true;
  for (auto byte = magnitude.rbegin(); byte != magnitude.rend(); ++byte) {
    *byte = static_cast<char>(~*byte + (carry ? 1 : 0));
    carry = carry && *byte == 0;
  }
  return absl::StrCat("-", Upper(View(magnitude)));
}

std::string Time(absl::Time time) {
  return absl::FormatTime("%b %e %H:%M:%S %Y GMT", time, absl::UTCTimeZone());
}

// A certificate that is asked for, and what is to be said of it by its CA.
struct Subject {
  size_t ca = 0;
  std::string serial;
  Shown status = {{"Cert Status", "unknown"}};
};

class OcspDifferentialTest : public OcspFixture {
 protected:
  OcspDifferentialTest() {
    const absl::Time now = harness_.clock().Now().value();
    harness_.clock().Set(now - absl::Hours(24 * 20));
    for (const char* name : {"One", "Two"}) {
      cas_.push_back(MakeRoot(name));
      roots_ += ReadTestFile(cas_.back().file);
      for (int i = 0; i < 4; ++i) {
        subjects_.push_back({cas_.size() - 1,
                             Issue(cas_.back()).serial,
                             {{"Cert Status", "good"}}});
      }
    }
    for (const Reason& reason : kReasons) {
      const size_t ca = Below(cas_.size());
      const OcspLeaf leaf = Issue(cas_[ca]);
      harness_.clock().Advance(absl::Milliseconds(Below(24 * 3600 * 1000)));
      EXPECT_THAT(Revoke(cas_[ca], leaf.colons, reason.reason), IsOk());
      Shown status = {
          {"Cert Status", "revoked"},
          {"Revocation Time", Time(harness_.clock().Now().value())}};
      if (reason.code != nullptr) status[kReason] = reason.code;
      subjects_.push_back({ca, leaf.serial, status});
    }
    harness_.clock().Set(now);
    for (const char* serial : {"0", "1", "-5", "-0x8000", "0x80", "0xff00"}) {
      subjects_.push_back({Below(cas_.size()), serial});
    }
    subjects_.push_back({0, absl::StrCat("0x", std::string(40, 'e'))});
    subjects_.push_back({1, absl::StrCat("0x", std::string(60, '7'))});
  }

  size_t Below(size_t end) { return random_() % end; }

  // In PEM, of all CAs.
  std::string roots_;
  std::vector<OcspCa> cas_;
  std::vector<Subject> subjects_;

 private:
  std::mt19937_64 random_{kSeed};
};

TEST_F(OcspDifferentialTest, OpensslReadsAsWeDo) {
  std::cout << "seed " << kSeed << std::endl;
  const OcspAuthority requestor;
  const std::string roots = WriteTestFile("roots.pem", roots_);
  const absl::Time now = harness_.clock().Now().value();
  int refused = 0;
  for (int n = 0; n < kQuestions; ++n) {
    // openssl takes the hash and the issuer that stand last before a serial.
    std::vector<std::string> options = {Below(2) == 0 ? "-nonce" : "-no_nonce"};
    if (Below(4) == 0) {
      options.insert(options.end(), {"-signer", requestor.certificate_file,
                                     "-signkey", requestor.key_file});
    }
    std::optional<size_t> responder;
    std::vector<Shown> expected;
    const size_t count = 1 + Below(kMaxCertificates);
    for (size_t i = 0; i < count; ++i) {
      const Subject& subject = subjects_[Below(subjects_.size())];
      const size_t hash = Below(std::size(kHashes));
      options.insert(options.end(),
                     {absl::StrCat("-", kHashes[hash]), "-issuer",
                      cas_[subject.ca].file, "-serial", subject.serial});
      // The CA answers that the first hash which is known is of.
      const bool is_known = hash < kKnownHashes;
      if (is_known && !responder.has_value()) responder = subject.ca;
      expected.push_back(is_known && subject.ca == responder
                             ? subject.status
                             : Subject().status);
      expected.back()["Hash Algorithm"] = kHashes[hash];
      expected.back()["This Update"] = Time(now);
      expected.back()["Next Update"] = Time(now + absl::Hours(1));
    }
    SCOPED_TRACE(absl::StrJoin(options, " "));
    const std::string path = NewTestPath("request.der");
    options.insert(options.begin(), {"-reqout", path});
    Openssl({}, options);
    const Bytes request = ReadTestFile(path);
    const auto response = Respond(request);
    ASSERT_THAT(response, IsOk());
    // Not on standard output, where errors may come in between.
    const std::string shown = NewTestPath("shown");
    const std::string verified =
        Openssl({"-CAfile", roots, "-VAfile", roots, "-text", "-out", shown},
                {"-reqin", path, "-respin",
                 WriteTestFile("response.der", response->response())});
    const std::vector<std::string> texts =
        absl::StrSplit(ReadTestFile(shown), "OCSP Response Data:");

    const auto ours = ParseOcspRequest(View(request));
    ASSERT_THAT(ours, IsOk());
    const Text asked = Read(texts[0]);
    ASSERT_EQ(asked.certificates.size(), ours->certificates.size());
    for (size_t i = 0; i < count; ++i) {
      const CertId& id = ours->certificates[i];
      Shown fields = {{"Hash Algorithm", expected[i]["Hash Algorithm"]},
                      {"Issuer Name Hash", Upper(id.issuer_name_hash)},
                      {"Issuer Key Hash", Upper(id.issuer_key_hash)},
                      {"Serial Number", Number(id.serial)}};
      EXPECT_EQ(asked.certificates[i], fields);
      expected[i].merge(fields);
    }
    EXPECT_EQ(asked.nonce.empty(), ours->nonce.empty());
    EXPECT_TRUE(absl::EndsWith(asked.nonce, Upper(ours->nonce)));

    if (!responder.has_value()) {
      ++refused;
      EXPECT_THAT(texts[0], HasSubstr("Responder Error: unauthorized (6)"));
      continue;
    }
    EXPECT_THAT(verified, HasSubstr("Response verify OK"));
    EXPECT_THAT(verified, Not(HasSubstr("Nonce Verify error")));
    ASSERT_EQ(texts.size(), 2U);
    const Text answered = Read(texts[1]);
    EXPECT_EQ(answered.certificates, expected);
    EXPECT_EQ(answered.nonce, asked.nonce);
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, kQuestions / 2);
}

}  // namespace
}  // namespace pki
