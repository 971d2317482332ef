// Names against name constraints: tables by the RFCs' words, and the same
// questions to BoringSSL and openssl, than which we are never laxer.
#include "pki/policy/name_constraints.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/der/writer.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_certificate.h"
#include "pki/testing/test_csr.h"
#include "pki/testing/test_name_constraints.h"
#include "pki/testing/verify_certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

constexpr v1::Reason kReason = v1::REASON_NAME_CONSTRAINTS;
constexpr char kField[] = "Certificate";

// 2026-03-01 12:00:00 UTC.
const absl::Time kNow = absl::FromUnixSeconds(1772366400);

// A general name with its bytes.
struct OwnedName {
  GeneralNameForm form;
  Bytes value;
  Bytes type_id;
};

// "C=US/O=Example+CN=a" is two RDNs. "O:B=..." is a BMPString, "O:U=..." a
// UniversalString; without a letter it is a UTF8String.
ByteView AttributeOid(absl::string_view name) {
  if (name == "C") return oid::kCountry;
  if (name == "O") return oid::kOrganization;
  if (name == "CN") return oid::kCommonName;
  if (name == "E") return oid::kEmailAddress;
  ADD_FAILURE() << "no attribute " << name;
  return {};
}

Bytes AttributeDer(absl::string_view text) {
  const std::pair<absl::string_view, std::string> type_and_value =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  const std::pair<absl::string_view, absl::string_view> name_and_letter =
      absl::StrSplit(type_and_value.first, absl::MaxSplits(':', 1));
  const absl::string_view letter = name_and_letter.second;
  std::string value = type_and_value.second;
  der::Tag tag = der::kUtf8String;
  if (letter == "P") tag = der::kPrintableString;
  if (letter == "I") tag = der::kIa5String;
  if (letter == "T") tag = der::kTeletexString;
  if (letter == "N") tag = der::kNumericString;
  if (letter == "B" || letter == "U") {
    const bool is_bmp = letter == "B";
    tag = is_bmp ? der::kBmpString : der::kUniversalString;
    value.clear();
    for (const char c : type_and_value.second) {
      value.append(is_bmp ? 1 : 3, '\0');
      value.push_back(c);
    }
  }
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& fields) {
    fields.AddOid(AttributeOid(name_and_letter.first));
    fields.AddText(tag, value);
  });
  return writer.Finish();
}

Bytes NameDer(absl::string_view text) {
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& rdns) {
    for (const absl::string_view rdn :
         absl::StrSplit(text, '/', absl::SkipEmpty())) {
      std::vector<Bytes> attributes;
      for (const absl::string_view attribute : absl::StrSplit(rdn, '+')) {
        attributes.push_back(AttributeDer(attribute));
      }
      std::sort(attributes.begin(), attributes.end());
      rdns.Add(der::kSet, [&attributes](der::Writer& set) {
        for (const Bytes& attribute : attributes) set.AddRaw(View(attribute));
      });
    }
  });
  return writer.Finish();
}

// "dns:a.b", "mail:", "uri:", "dn:C=US", "ip:" with octets in hex, "smtp:" for
// an SmtpUTF8Mailbox, "id:" with the octets of an OID in hex.
OwnedName ToName(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> form_and_value =
      absl::StrSplit(text, absl::MaxSplits(':', 1));
  const absl::string_view form = form_and_value.first;
  const std::string value(form_and_value.second);
  if (form == "dns") return {GeneralNameForm::kDnsName, value, ""};
  if (form == "mail") return {GeneralNameForm::kRfc822Name, value, ""};
  if (form == "uri") return {GeneralNameForm::kUri, value, ""};
  if (form == "dn") {
    return {GeneralNameForm::kDirectoryName, NameDer(value), ""};
  }
  const Bytes octets = absl::HexStringToBytes(value);
  if (form == "ip") return {GeneralNameForm::kIpAddress, octets, ""};
  if (form == "id") return {GeneralNameForm::kRegisteredId, octets, ""};
  EXPECT_EQ(form, "smtp");
  der::Writer writer;
  writer.AddText(der::kUtf8String, value);
  return {GeneralNameForm::kOtherName, writer.Finish(),
          absl::HexStringToBytes("2b06010505070809")};
}

using Texts = std::vector<std::string>;

std::vector<OwnedName> ToNames(const Texts& texts) {
  std::vector<OwnedName> names;
  for (const std::string& text : texts) names.push_back(ToName(text));
  return names;
}

std::vector<GeneralName> Views(const std::vector<OwnedName>& names) {
  std::vector<GeneralName> views;
  for (const OwnedName& name : names) {
    views.push_back({name.form, View(name.value), View(name.type_id)});
  }
  return views;
}

bool Any(const Texts& texts, absl::string_view prefix) {
  return std::any_of(texts.begin(), texts.end(),
                     [prefix](absl::string_view text) {
                       return absl::StartsWith(text, prefix);
                     });
}

// One question.
struct Case {
  Texts permitted;
  Texts excluded;
  std::string subject;  // as after "dn:"
  Texts names;
  bool is_ca = false;
};

std::string Show(const Case& c) {
  return absl::StrCat("permitted {", absl::StrJoin(c.permitted, ", "),
                      "} excluded {", absl::StrJoin(c.excluded, ", "),
                      "} subject {", c.subject, "} names {",
                      absl::StrJoin(c.names, ", "), "}");
}

Bytes ConstraintsDer(const Texts& permitted, const Texts& excluded) {
  const auto owned_permitted = ToNames(permitted);
  const auto owned_excluded = ToNames(excluded);
  return TestNameConstraints(Views(owned_permitted), Views(owned_excluded));
}

// Empty for no names.
Bytes AltNamesDer(const Texts& texts) {
  if (texts.empty()) return "";
  const auto owned = ToNames(texts);
  return EncodeGeneralNames(Views(owned));
}

absl::StatusOr<NameConstraints> Read(const Texts& permitted,
                                     const Texts& excluded) {
  const Bytes der = ConstraintsDer(permitted, excluded);
  return NameConstraints::New(View(der), kField);
}

absl::Status Check(const Case& c,
                   const std::vector<NameConstraints>& constraints) {
  const Bytes subject = NameDer(c.subject);
  const Bytes alt = AltNamesDer(c.names);
  CertificateNames names{View(subject), std::nullopt, c.is_ca};
  if (!alt.empty()) names.subject_alt_name = View(alt);
  return CheckNames(names, constraints, kReason, kField);
}

absl::Status Check(const Case& c) {
  auto constraints = Read(c.permitted, c.excluded);
  if (!constraints.ok()) return constraints.status();
  return Check(c, {*std::move(constraints)});
}

// The same question to a verifier: a root with these constraints, and a
// certificate of these names below it.
class Verifiers {
 public:
  explicit Verifiers(const Case& c) {
    root_ =
        Root(EncodeExtension(oid::kNameConstraints, true,
                             View(ConstraintsDer(c.permitted, c.excluded))));
    TestCertificate leaf = Base();
    leaf.serial = "\x02";
    leaf.subject = NameDer(c.subject);
    leaf.extensions = {
        EncodeExtension(oid::kAuthorityKeyIdentifier, false,
                        View(EncodeAuthorityKeyIdentifier(View("root"))))};
    if (!c.names.empty()) {
      leaf.extensions.push_back(EncodeExtension(
          oid::kSubjectAltName, c.subject.empty(), View(AltNamesDer(c.names))));
    }
    leaf_ = SignTestCertificate(leaf, Key());
    // So that whatever they refuse, they refuse for the constraints.
    EXPECT_THAT(VerifyWithBoringSsl(View(leaf_), {}, View(Root("")), kNow),
                IsOk())
        << Show(c);
  }

  // Of iPAddress constraints BoringSSL knows only that there are some, and then
  // refuses every iPAddress.
  static bool BoringSslIsAble(const Case& c) {
    return !Any(c.names, "ip:") ||
           (!Any(c.permitted, "ip:") && !Any(c.excluded, "ip:"));
  }
  bool BoringSslAccepts() const {
    return VerifyWithBoringSsl(View(leaf_), {}, View(root_), kNow).ok();
  }
  bool OpensslAccepts() const {
    return VerifyWithOpenssl(View(leaf_), {}, View(root_), kNow).ok();
  }

 private:
  static const PrivateKey& Key() {
    static const auto* const key =
        new PrivateKey(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1));
    return *key;
  }

  static TestCertificate Base() {
    TestCertificate certificate;
    certificate.issuer = TestName("Some Root");
    certificate.not_before = kNow - absl::Hours(1);
    certificate.not_after = kNow + absl::Hours(1);
    certificate.spki = Key().spki();
    return certificate;
  }

  static Bytes Root(const Bytes& name_constraints) {
    TestCertificate root = Base();
    root.subject = root.issuer;
    root.extensions = {
        EncodeExtension(oid::kBasicConstraints, true,
                        View(EncodeBasicConstraints({true, std::nullopt}))),
        EncodeExtension(oid::kSubjectKeyIdentifier, false,
                        View(EncodeSubjectKeyIdentifier(View("root")))),
        EncodeExtension(oid::kKeyUsage, true,
                        View(EncodeKeyUsage(kKeyCertSign)))};
    if (!name_constraints.empty()) root.extensions.push_back(name_constraints);
    return SignTestCertificate(root, Key());
  }

  Bytes root_;
  Bytes leaf_;
};

// A row of a table, with its answer.
struct Row {
  Case question;
  // Of the name that is refused, below the certificate; empty when all obey.
  std::string refused;
  // Why a verifier may accept what we refuse; null when it may not.
  const char* why_stricter = nullptr;
};

void ExpectAnswers(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(Show(row.question));
    const absl::Status answer = Check(row.question);
    const Verifiers verifiers(row.question);
    if (row.refused.empty()) {
      EXPECT_THAT(answer, IsOk());
      EXPECT_EQ(verifiers.BoringSslAccepts(),
                Verifiers::BoringSslIsAble(row.question));
      EXPECT_TRUE(verifiers.OpensslAccepts());
    } else {
      EXPECT_THAT(answer,
                  IsRefusal(kReason, absl::StrCat(kField, ".", row.refused)));
      // An explanation that explains nothing does not stay in the table.
      const bool is_stricter =
          verifiers.BoringSslAccepts() || verifiers.OpensslAccepts();
      EXPECT_EQ(is_stricter, row.why_stricter != nullptr);
    }
  }
}

constexpr char kAlt0[] = "subjectAltName[0]";
constexpr char kAlt1[] = "subjectAltName[1]";
constexpr char kSubject[] = "subject";

constexpr char kExpansion[] =
    "they compare a wildcard by its letters, not by what it stands for";
constexpr char kNotComparable[] =
    "they compare what is malformed by its letters";
constexpr char kEmpty[] =
    "an empty constraint permits nothing here, as the service documents";

TEST(NameConstraintsTest, DnsNames) {
  ExpectAnswers({
      {{{"dns:example.com"}, {}, "", {"dns:example.com"}}, ""},
      {{{"dns:example.com"}, {}, "", {"dns:www.example.com"}}, ""},
      {{{"dns:example.com"}, {}, "", {"dns:a.b.example.com"}}, ""},
      {{{"dns:Example.com"}, {}, "", {"dns:WWW.eXAMPLE.com"}}, ""},
      {{{"dns:example.com"}, {}, "", {"dns:notexample.com"}}, kAlt0},
      {{{"dns:example.com"}, {}, "", {"dns:com"}}, kAlt0},
      {{{"dns:example.com"}, {}, "", {"dns:example.com.evil"}}, kAlt0},
      {{{"dns:example.com"}, {}, "", {"dns:example.com", "dns:b"}}, kAlt1},
      {{{"dns:example.com", "dns:test"}, {}, "", {"dns:a.test"}}, ""},
      // A dot before it: what is below only.
      {{{"dns:.example.com"}, {}, "", {"dns:www.example.com"}}, ""},
      {{{"dns:.example.com"}, {}, "", {"dns:a.b.example.com"}}, ""},
      {{{"dns:.example.com"}, {}, "", {"dns:example.com"}}, kAlt0},
      {{{"dns:.example.com"}, {}, "", {"dns:notexample.com"}}, kAlt0},
      {{{}, {"dns:.example.com"}, "", {"dns:example.com"}}, ""},
      {{{}, {"dns:.example.com"}, "", {"dns:www.example.com"}}, kAlt0},
      {{{}, {"dns:example.com"}, "", {"dns:example.com"}}, kAlt0},
      {{{}, {"dns:example.com"}, "", {"dns:a.EXAMPLE.com"}}, kAlt0},
      {{{}, {"dns:example.com"}, "", {"dns:example.org"}}, ""},
      // What is excluded is so although it is permitted.
      {{{"dns:example.com"},
        {"dns:bad.example.com"},
        "",
        {"dns:x.bad.example.com"}},
       kAlt0},
      {{{"dns:example.com"}, {"dns:bad.example.com"}, "", {"dns:example.com"}},
       ""},
      // Wildcards.
      {{{"dns:example.com"}, {}, "", {"dns:*.example.com"}}, ""},
      {{{"dns:.example.com"}, {}, "", {"dns:*.example.com"}}, ""},
      {{{"dns:www.example.com"}, {}, "", {"dns:*.example.com"}}, kAlt0},
      {{{"dns:example.com"}, {}, "", {"dns:*.com"}}, kAlt0},
      {{{}, {"dns:example.com"}, "", {"dns:*.example.com"}}, kAlt0},
      {{{}, {"dns:.example.com"}, "", {"dns:*.example.com"}}, kAlt0},
      {{{}, {"dns:www.example.com"}, "", {"dns:*.example.com"}},
       kAlt0,
       kExpansion},
      {{{}, {"dns:example.com"}, "", {"dns:*.com"}}, kAlt0, kExpansion},
      {{{}, {"dns:www.example.com"}, "", {"dns:w*.example.com"}},
       kAlt0,
       kExpansion},
      // One label, and so none of these.
      {{{}, {"dns:a.b.example.com"}, "", {"dns:*.example.com"}}, ""},
      {{{}, {"dns:.b.example.com"}, "", {"dns:*.example.com"}}, ""},
      {{{}, {"dns:example.org"}, "", {"dns:*.example.com"}}, ""},
      // What is no host name.
      {{{}, {"dns:example.com"}, "", {"dns:www.example.com."}},
       kAlt0,
       kNotComparable},
      {{{"dns:example.com"}, {}, "", {"dns:www.example.com."}}, kAlt0},
      {{{"dns:example.com"}, {}, "", {"dns:.example.com"}},
       kAlt0,
       kNotComparable},
      {{{"dns:example.com"}, {}, "", {"dns:a~b.example.com"}},
       kAlt0,
       kNotComparable},
      // The empty one.
      {{{"dns:"}, {}, "", {"dns:example.com"}}, kAlt0, kEmpty},
      {{{}, {"dns:"}, "", {"dns:example.com"}}, kAlt0},
      {{{}, {"dns:"}, "", {"ip:0a000001"}}, ""},
  });
}

TEST(NameConstraintsTest, OnlyNamesOfTheFormAreConstrained) {
  const Texts bases = {"dns:example.com", "mail:example.com", "uri:example.com",
                       "ip:0a000000ff000000", "dn:C=US"};
  const Texts names = {"dns:example.com", "mail:a@example.com",
                       "uri:http://example.com/", "ip:0a000001", "dn:C=US"};
  const Texts others = {"dns:b.org", "mail:a@b.org", "uri:http://b.org/",
                        "ip:0b000001", "dn:C=DE"};
  std::vector<Row> rows;
  for (size_t base = 0; base < bases.size(); ++base) {
    for (size_t name = 0; name < names.size(); ++name) {
      rows.push_back({{{bases[base]}, {}, "", {names[name]}}, ""});
      rows.push_back(
          {{{bases[base]}, {}, "", {others[name]}}, base == name ? kAlt0 : ""});
      rows.push_back(
          {{{}, {bases[base]}, "", {names[name]}}, base == name ? kAlt0 : ""});
    }
    // No names of the form at all.
    rows.push_back({{{bases[base]}, {}, "", {"id:2a03"}}, ""});
  }
  ExpectAnswers(rows);
}

TEST(NameConstraintsTest, Mailboxes) {
  ExpectAnswers({
      {{{"mail:example.com"}, {}, "", {"mail:joe@example.com"}}, ""},
      {{{"mail:example.com"}, {}, "", {"mail:joe@EXAMPLE.com"}}, ""},
      {{{"mail:example.com"}, {}, "", {"mail:joe@a.example.com"}}, kAlt0},
      {{{"mail:.example.com"}, {}, "", {"mail:joe@a.example.com"}}, ""},
      {{{"mail:.example.com"}, {}, "", {"mail:joe@example.com"}}, kAlt0},
      {{{"mail:joe@example.com"}, {}, "", {"mail:joe@Example.com"}}, ""},
      {{{"mail:joe@example.com"}, {}, "", {"mail:Joe@example.com"}}, kAlt0},
      {{{"mail:joe@example.com"}, {}, "", {"mail:ann@example.com"}}, kAlt0},
      {{{}, {"mail:joe@example.com"}, "", {"mail:ann@example.com"}}, ""},
      {{{}, {"mail:joe@example.com"}, "", {"mail:joe@example.com"}}, kAlt0},
      {{{}, {"mail:example.com"}, "", {"mail:joe@example.com"}}, kAlt0},
      {{{}, {"mail:example.com"}, "", {"mail:joe@a.example.com"}}, ""},
      {{{}, {"mail:.example.com"}, "", {"mail:joe@a.example.com"}}, kAlt0},
      {{{"mail:example.com"}, {}, "", {"mail:example.com"}}, kAlt0},
      {{{}, {"mail:joe@example.com"}, "", {"mail:\"joe\"@example.com"}},
       kAlt0,
       kNotComparable},
      {{{"mail:"}, {}, "", {"mail:joe@example.com"}}, kAlt0},
      {{{}, {"mail:"}, "", {"mail:joe@example.com"}}, kAlt0, kEmpty},
      // In the subject; with and without alternative names.
      {{{"mail:example.com"}, {}, "E:I=joe@example.com", {}}, ""},
      {{{"mail:example.com"}, {}, "E:I=joe@example.org", {}}, kSubject},
      {{{}, {"mail:example.com"}, "E:I=joe@example.com", {}}, kSubject},
      {{{"mail:example.com"},
        {},
        "E:I=joe@example.org",
        {"mail:joe@example.com"}},
       kSubject},
      // RFC 9598.
      {{{"mail:example.com"}, {}, "", {"smtp:j\xc3\xb6@example.com"}}, ""},
      {{{}, {"mail:example.org"}, "", {"smtp:j\xc3\xb6@example.com"}}, ""},
      {{{"mail:example.com"}, {}, "", {"smtp:j\xc3\xb6@example.org"}},
       kAlt0,
       "BoringSSL does not know SmtpUTF8Mailbox"},
      {{{}, {"mail:example.com"}, "", {"smtp:j\xc3\xb6@example.com"}},
       kAlt0,
       "BoringSSL does not know SmtpUTF8Mailbox"},
  });
}

TEST(NameConstraintsTest, Uris) {
  ExpectAnswers({
      {{{"uri:a.example.com"}, {}, "", {"uri:http://a.example.com"}}, ""},
      {{{"uri:a.example.com"}, {}, "", {"uri:https://A.Example.com:1/b?c#d"}},
       ""},
      {{{"uri:example.com"}, {}, "", {"uri:http://a.example.com/"}}, kAlt0},
      {{{"uri:.example.com"}, {}, "", {"uri:http://a.example.com/"}}, ""},
      {{{"uri:.example.com"}, {}, "", {"uri:http://a.b.example.com/"}}, ""},
      {{{"uri:.example.com"}, {}, "", {"uri:http://example.com/"}}, kAlt0},
      {{{"uri:example.com"}, {}, "", {"uri:http://b.org/example.com"}}, kAlt0},
      {{{"uri:.example.com"}, {}, "", {"uri:http://b.org?.example.com"}},
       kAlt0,
       "they end the host at a colon or slash only"},
      {{{}, {"uri:example.com"}, "", {"uri:http://example.com/"}}, kAlt0},
      {{{}, {"uri:example.com"}, "", {"uri:http://a.example.com/"}}, ""},
      {{{}, {"uri:.example.com"}, "", {"uri:http://a.example.com/"}}, kAlt0},
      // No host, or none that is a fully qualified name.
      {{{"uri:example.com"}, {}, "", {"uri:urn:example.com"}}, kAlt0},
      {{{}, {"uri:example.com"}, "", {"uri:urn:b:c"}}, kAlt0},
      {{{}, {"uri:example.com"}, "", {"uri:mailto:joe@b.org"}}, kAlt0},
      {{{}, {"uri:example.com"}, "", {"uri:http:///path"}}, kAlt0},
      {{{}, {"uri:example.com"}, "", {"uri:http://10.0.0.1/"}},
       kAlt0,
       kNotComparable},
      {{{}, {"uri:example.com"}, "", {"uri:http://[2001:db8::1]/"}},
       kAlt0,
       kNotComparable},
      {{{}, {"uri:example.com"}, "", {"uri:http://host/"}},
       kAlt0,
       kNotComparable},
      {{{}, {"uri:example.com"}, "", {"uri:http://joe@example.com/"}},
       kAlt0,
       kNotComparable},
      {{{"uri:"}, {}, "", {"uri:http://example.com/"}}, kAlt0},
      {{{}, {"uri:"}, "", {"uri:http://example.com/"}}, kAlt0, kEmpty},
  });
}

TEST(NameConstraintsTest, IpAddresses) {
  const std::string kV6 = "20010db8000000000000000000000001";
  const std::string kNet6 =
      "ip:20010db8000000000000000000000000ffffffff000000000000000000000000";
  const std::string kAll6 = absl::StrCat("ip:", std::string(64, '0'));
  ExpectAnswers({
      {{{"ip:0a000000ff000000"}, {}, "", {"ip:0affffff"}}, ""},
      {{{"ip:0a000000ff000000"}, {}, "", {"ip:0b000000"}}, kAlt0},
      {{{"ip:0a000000ff000000"}, {}, "", {"ip:09ffffff"}}, kAlt0},
      // The bits of the host in the base do not matter.
      {{{"ip:0a010203ff000000"}, {}, "", {"ip:0a000001"}}, ""},
      {{{"ip:c0a80080ffffff80"}, {}, "", {"ip:c0a80081"}}, ""},
      {{{"ip:c0a80080ffffff80"}, {}, "", {"ip:c0a8007f"}}, kAlt0},
      {{{"ip:0a000001ffffffff"}, {}, "", {"ip:0a000001"}}, ""},
      {{{"ip:0a000001ffffffff"}, {}, "", {"ip:0a000002"}}, kAlt0},
      {{{"ip:0000000000000000"}, {}, "", {"ip:0a000002"}}, ""},
      {{{}, {"ip:0000000000000000"}, "", {"ip:0a000002"}}, kAlt0},
      {{{}, {"ip:0000000000000000"}, "", {"ip:" + kV6}}, ""},
      {{{"ip:0000000000000000"}, {}, "", {"ip:" + kV6}}, kAlt0},
      {{{kNet6}, {}, "", {"ip:" + kV6}}, ""},
      {{{kNet6}, {}, "", {"ip:20010db9000000000000000000000001"}}, kAlt0},
      {{{kNet6}, {}, "", {"ip:20010db8"}}, kAlt0},
      {{{}, {kAll6}, "", {"ip:" + kV6}}, kAlt0},
      {{{}, {kAll6}, "", {"ip:0a000001"}}, ""},
  });
}

TEST(NameConstraintsTest, DirectoryNames) {
  ExpectAnswers({
      // The subject.
      {{{"dn:C=US"}, {}, "C=US/O=Example", {}}, ""},
      {{{"dn:C=US/O=Example"}, {}, "C=US/O=Example", {}}, ""},
      {{{"dn:C=US/O=Example"}, {}, "C=US", {}}, kSubject},
      {{{"dn:C=US/O=Example"}, {}, "O=Example/C=US", {}}, kSubject},
      {{{"dn:O=Example"}, {}, "C=US/O=Example", {}}, kSubject},
      {{{"dn:C=US"}, {}, "", {"dns:example.com"}}, ""},
      {{{}, {"dn:C=US/O=Bad"}, "C=US/O=Bad/CN=some thing", {}}, kSubject},
      {{{}, {"dn:C=US/O=Bad"}, "C=US/O=Badder", {}}, ""},
      // All names.
      {{{"dn:"}, {}, "C=US", {}}, ""},
      {{{}, {"dn:"}, "C=US", {}}, kSubject},
      {{{}, {"dn:"}, "", {"dns:example.com"}}, ""},
      // An alternative name.
      {{{"dn:C=US"}, {}, "C=US", {"dn:C=US/O=a"}}, ""},
      {{{"dn:C=US"}, {}, "C=US", {"dns:a", "dn:C=DE"}}, kAlt1},
      // Strings: case, spaces, types.
      {{{"dn:C=us"}, {}, "C=US", {}}, ""},
      {{{"dn:O=Example Corp"}, {}, "O=  eXample \t CORP ", {}}, ""},
      {{{"dn:O=Example Corp"}, {}, "O=ExampleCorp", {}}, kSubject},
      {{{"dn:O:P=Example"}, {}, "O=example", {}}, ""},
      {{{"dn:O=Example"}, {}, "O:P=EXAMPLE", {}}, ""},
      {{{"dn:O=Example"}, {}, "O:B=Example", {}}, ""},
      {{{"dn:O=Example"}, {}, "O:T=Example", {}}, ""},
      {{{"dn:O:N=1 2"}, {}, "O:N=1 2", {}}, ""},
      {{{"dn:O=1 2"}, {}, "O:N=1 2", {}}, kSubject},
      {{{}, {"dn:O=Example"}, "O:B=eXample", {}}, kSubject},
      // Beyond ASCII: the same in other types, but no folding.
      {{{"dn:O=M\xc3\xbcller"}, {}, "O:T=m\xfcller", {}}, ""},
      {{{"dn:O=M\xc3\xbcller"}, {}, "O=M\xc3\x9cller", {}}, kSubject},
      // Several attributes in an RDN, which must be all the same.
      {{{"dn:O=a+CN=some one"}, {}, "CN:P=Some One+O=A/CN=x y", {}}, ""},
      {{{"dn:O:B=a+CN=some one"}, {}, "CN=some one+O=a", {}}, ""},
      {{{"dn:O=a"}, {}, "O=a+CN=some one", {}}, kSubject},
      {{{"dn:O=a+CN=some one"}, {}, "O=a", {}}, kSubject},
      {{{"dn:O=a+CN=some one"}, {}, "O=a/CN=some one", {}}, kSubject},
  });
}

// Programs that look for a host in the commonName check it there.
TEST(NameConstraintsTest, HostsInCommonName) {
  ExpectAnswers({
      {{{"dns:example.com"}, {}, "CN=www.example.org", {}}, kSubject},
      {{{}, {"dns:example.com"}, "CN=www.example.com", {}}, kSubject},
      {{{"dns:example.com"}, {}, "CN:B=www.example.org", {}}, kSubject},
      {{{}, {"dns:example.com"}, "CN:B=www.example.com", {}}, kSubject},
      {{{"dns:example.com"}, {}, "CN:U=www.example.org", {}}, kSubject},
      {{{}, {"dns:example.com"}, "CN:U=www.example.com", {}}, kSubject},
      {{{"dns:example.com"}, {}, "CN:B=some thing", {}}, ""},
      {{{"dns:example.com"}, {}, "CN=www.example.org", {"ip:0a000001"}},
       kSubject,
       "BoringSSL looks at a commonName only when there are no other names"},
      {{{}, {"dns:example.com"}, "CN=*.example.com", {}},
       kSubject,
       "they take no wildcard from a commonName"},
      {{{"dns:example.com"}, {}, "CN=www.example.org", {"dns:example.com"}},
       ""},
      {{{"dns:example.com"}, {}, "CN=some thing", {}}, ""},
      {{{"dns:example.com"}, {}, "CN=www.example.com", {"ip:0a000001"}}, ""},
  });
  // The one case where a verifier is stricter than we: BoringSSL wants such a
  // host in subjectAltName as soon as there are constraints, whatever the host
  // is; no RFC does.
  const Case obeys{{"dns:example.com"}, {}, "CN=www.example.com", {}};
  EXPECT_THAT(Check(obeys), IsOk());
  EXPECT_TRUE(Verifiers(obeys).OpensslAccepts());
  EXPECT_FALSE(Verifiers(obeys).BoringSslAccepts());
  // The name of a CA is no host.
  EXPECT_THAT(Check({{"dns:example.com"}, {}, "CN=www.example.org", {}, true}),
              IsOk());
}

// The worked examples of the User Guide's page on name constraints, where two
// CAs each have some.
TEST(NameConstraintsTest, EachCertificateAboveCounts) {
  struct Example {
    Texts root_permitted, root_excluded, own_permitted, own_excluded;
    Texts allowed, refused;
  };
  const Example kExamples[] = {
      {{"dns:.private", "dns:.local", "dns:.corp"},
       {},
       {"dns:sub.private", "dns:a.b.local"},
       {},
       {"dns:sub.private", "dns:x.sub.private", "dns:a.b.local", "ip:0a000001"},
       {"dns:a.corp", "dns:b.local", "dns:private", "dns:example.com"}},
      {{},
       {"dns:foo.private", "dns:foo.example"},
       {},
       {"dns:bar.private", "dns:.example", "ip:0000000000000000"},
       {"dns:private", "dns:x.private", "mail:joe@foo.private"},
       {"dns:foo.private", "dns:x.foo.private", "dns:foo.example",
        "dns:bar.private", "dns:bar.example", "ip:0a000001"}},
      {{"dns:.private", "uri:"},
       {},
       {},
       {"dns:.secret.private"},
       {"dns:a.private", "mail:joe@example.com"},
       {"dns:a.secret.private", "uri:http://a.private/"}},
  };
  for (const Example& example : kExamples) {
    std::vector<NameConstraints> above;
    for (const auto& [permitted, excluded] :
         {std::pair(example.own_permitted, example.own_excluded),
          std::pair(example.root_permitted, example.root_excluded)}) {
      if (permitted.empty() && excluded.empty()) continue;
      above.push_back(Read(permitted, excluded).value());
    }
    for (const std::string& name : example.allowed) {
      EXPECT_THAT(Check({{}, {}, "", {name}}, above), IsOk()) << name;
    }
    for (const std::string& name : example.refused) {
      EXPECT_THAT(Check({{}, {}, "", {name}}, above),
                  IsRefusal(kReason, "Certificate.subjectAltName[0]"))
          << name;
    }
  }
}

TEST(NameConstraintsTest, RefusesConstraintsThatItCannotEnforce) {
  const v1::Reason kValue = v1::REASON_CERTIFICATE_EXTENSION_VALUE;
  const v1::Reason kForm = v1::REASON_IMPORT_NAME_CONSTRAINT_FORM;
  const std::pair<const char*, v1::Reason> kBases[] = {
      {"dns:*.com", kValue},
      {"dns:a..b", kValue},
      {"dns:a.b.", kValue},
      {"dns:.", kValue},
      {"dns:..a", kValue},
      {"dns:a b", kValue},
      {"mail:@example.com", kValue},
      {"mail:\"joe\"@example.com", kValue},
      {"mail:joe@.example.com", kValue},
      {"mail:joe@", kValue},
      {"mail:*.example.com", kValue},
      {"uri:http://example.com", kValue},
      {"uri:example.com:80", kValue},
      {"ip:0a000000", kValue},
      {"ip:0a0000000000ff", kValue},
      {"ip:0a000000ff00ff00", kValue},
      {"ip:0a00000000000001", kValue},
      {"ip:0a0000007fffffff", kValue},
      {"id:2a03", kForm},
      {"smtp:joe@example.com", kForm},
  };
  for (const auto& [base, reason] : kBases) {
    EXPECT_THAT(Read({base}, {}), IsRefusal(reason, kField)) << base;
    EXPECT_THAT(Read({}, {base}), IsRefusal(reason, kField)) << base;
    EXPECT_THAT(Read({"dns:a", base}, {}), IsRefusal(reason, kField)) << base;
  }
  const std::pair<const char*, v1::Reason> kDer[] = {
      {"", kValue},
      {"3000", kValue},                                // neither list
      {"3002a000", kValue},                            // no permitted
      {"3009a005300382016100", kValue},                // trailing
      {"3007a0053003820161", v1::REASON_UNSPECIFIED},  // "a" is permitted
      {"3007a1053003820161", v1::REASON_UNSPECIFIED},  // "a" is excluded
      {"3009a0053003820161a100", kValue},              // and an empty list
      {"300ea1053003820161a0053003820161", kValue},    // in the wrong order
      {"300aa0083006820161800100", kValue},            // minimum 0, spelt out
      {"300aa0083006820161800101", kValue},            // minimum 1
      {"300aa0083006820161810105", kValue},            // maximum 5
      {"3007a2053003820161", kValue},                  // an unknown list
      {"3007a0053003a20161", kValue},                  // dNSName constructed
      {"3007a00530038201e4", kValue},                  // not ASCII
      {"3006a0043002a300", kForm},                     // x400Address
      {"3006a00430028300", kValue},                    // x400Address, primitive
  };
  for (const auto& [hex, reason] : kDer) {
    const Bytes der = absl::HexStringToBytes(hex);
    const auto read = NameConstraints::New(View(der), kField);
    if (reason == v1::REASON_UNSPECIFIED) {
      EXPECT_THAT(read, IsOk()) << hex;
    } else {
      EXPECT_THAT(read, IsRefusal(reason, kField)) << hex;
    }
  }
}

TEST(NameConstraintsTest, RefusesNamesThatItCannotRead) {
  const std::vector<NameConstraints> above = {Read({}, {"dns:a"}).value()};
  const Bytes empty = NameDer("");
  for (const char* hex : {"", "3000", "30038201", "300382016100"}) {
    const Bytes alt = absl::HexStringToBytes(hex);
    EXPECT_THAT(
        CheckNames({View(empty), View(alt), false}, above, kReason, kField),
        IsRefusal(kReason, "Certificate.subjectAltName"))
        << hex;
  }
  EXPECT_THAT(CheckNames({View("subject"), {}, false}, above, kReason, kField),
              IsRefusal(kReason, "Certificate.subject"));
  // Where nothing is constrained, nothing is read.
  EXPECT_THAT(CheckNames({View("subject"), {}, false}, {}, kReason, kField),
              IsOk());
}

TEST(NameConstraintsTest, TheWorkIsBounded) {
  constexpr size_t kNames = 1024;
  const Texts names(kNames, "dns:b.example.com");
  const Texts bases(kMaxNameComparisons / kNames, "dns:a.example.com");
  EXPECT_THAT(Check({{}, bases, "", names}), IsOk());
  Texts more = bases;
  more.push_back("ip:0a000000ff000000");
  EXPECT_THAT(Check({{}, more, "", names}),
              IsRefusal(kReason, "Certificate.subjectAltName"));
  // Over all certificates above, and with the names in the subject.
  EXPECT_THAT(Check({{}, {}, "", names},
                    {Read({}, bases).value(), Read(bases, {}).value()}),
              IsRefusal(kReason, "Certificate.subjectAltName"));
  EXPECT_THAT(Check({{}, bases, "C=US", names}),
              IsRefusal(kReason, "Certificate.subjectAltName"));
}

// Random combinations of forms, bases and names that are close to each other.
class RandomCases {
 public:
  explicit RandomCases(uint32_t seed) : random_(seed) {}

  Case Next() {
    static const Texts kBases = {
        "dns:example.com",
        "dns:.example.com",
        "dns:a.example.com",
        "dns:EXAMPLE.com",
        "dns:com",
        "dns:xample.com",
        "dns:test",
        "mail:example.com",
        "mail:.example.com",
        "mail:joe@example.com",
        "mail:a.example.com",
        "mail:joe@A.example.com",
        "ip:0a000000ff000000",
        "ip:0a010000ffff0000",
        "ip:0a010101ffffffff",
        "ip:0a010180ffffff80",
        "ip:20010db8000000000000000000000000ffffffff000000000000000000000000",
        "dn:C=US",
        "dn:C=us/O=Example",
        "dn:C:P=US/O= example ",
        "dn:O=Example",
        "uri:example.com",
        "uri:.example.com",
        "uri:a.Example.com"};
    static const Texts kNames = {"dns:example.com",
                                 "dns:www.example.com",
                                 "dns:a.example.com",
                                 "dns:b.a.example.com",
                                 "dns:notexample.com",
                                 "dns:Example.COM",
                                 "dns:*.example.com",
                                 "dns:*.a.example.com",
                                 "dns:*.com",
                                 "dns:test",
                                 "dns:host.test",
                                 "mail:joe@example.com",
                                 "mail:Joe@example.com",
                                 "mail:ann@Example.com",
                                 "mail:joe@a.example.com",
                                 "mail:joe@b.a.example.com",
                                 "mail:joe@test",
                                 "ip:0a000001",
                                 "ip:0a010101",
                                 "ip:0a0101ff",
                                 "ip:0b000001",
                                 "ip:20010db8000000000000000000000001",
                                 "ip:20010db9000000000000000000000001",
                                 "dn:C=US/O=Example",
                                 "dn:C=US/O=EXAMPLE/CN=some one",
                                 "dn:C=DE/O=Example",
                                 "dn:O=Example",
                                 "uri:http://example.com/",
                                 "uri:https://a.example.com:8443/x",
                                 "uri:http://b.EXAMPLE.com"};
    static const Texts kSubjects = {"",
                                    "",
                                    "C=US/O=Example/CN=some one",
                                    "C:P=us/O:T=example",
                                    "C=DE/O=Example",
                                    "O=Example",
                                    "C=US/E:I=joe@example.com",
                                    "C=US/E:I=joe@a.example.com"};
    Case c;
    c.permitted = Some(kBases, 3);
    c.excluded = Some(kBases, 2);
    if (c.permitted.empty() && c.excluded.empty()) c.excluded = {kBases[0]};
    c.subject = Pick(kSubjects);
    c.names = Some(kNames, 2);
    if (c.names.empty()) c.names = {Pick(kNames)};
    return c;
  }

 private:
  const std::string& Pick(const Texts& from) {
    return from[random_() % from.size()];
  }
  Texts Some(const Texts& from, size_t at_most) {
    Texts some(random_() % (at_most + 1));
    for (std::string& text : some) text = Pick(from);
    return some;
  }

  std::mt19937 random_;
};

// The only allowed difference in these: a wildcard under an excluded dNSName,
// which verifiers compare by its letters and we by what it stands for.
bool MayBeStricter(const Case& c) {
  return Any(c.names, "dns:*") && Any(c.excluded, "dns:");
}

// Compares our answers with those of one verifier, to the cases that it is able
// to answer.
void Compare(uint32_t seed, int count, bool (Verifiers::*accepts)() const,
             bool (*is_able)(const Case&)) {
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  testing::Test::RecordProperty("seed", static_cast<int>(seed));
  RandomCases cases(seed);
  int asked = 0;
  int allowed = 0;
  while (asked < count) {
    const Case c = cases.Next();
    if (!is_able(c)) continue;
    ++asked;
    const bool ours = Check(c).ok();
    const bool theirs = (Verifiers(c).*accepts)();
    allowed += ours ? 1 : 0;
    EXPECT_TRUE(ours == theirs || (theirs && MayBeStricter(c)))
        << (ours ? "allowed: " : "refused: ") << Show(c);
  }
  // The cases are worth asking.
  EXPECT_GT(allowed, count / 5);
  EXPECT_LT(allowed, count * 4 / 5);
}

TEST(RandomNameConstraintsTest, AgreeWithBoringSsl) {
  Compare(20260301, 2000, &Verifiers::BoringSslAccepts,
          Verifiers::BoringSslIsAble);
}

TEST(RandomNameConstraintsTest, AgreeWithOpenssl) {
  Compare(20260302, 300, &Verifiers::OpensslAccepts,
          [](const Case&) { return true; });
}

}  // namespace
}  // namespace pki
