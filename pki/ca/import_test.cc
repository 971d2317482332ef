// Imported certificates: good chains pass, and each rule is broken by one
// change to a good chain.
#include "pki/ca/import.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_certificate.h"
#include "pki/testing/test_csr.h"
#include "pki/testing/test_name_constraints.h"
#include "pki/testing/verify_certificate.h"
#include "pki/x509/certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"
#include "pki/x509/pem.h"
#include "pki/x509/signed.h"

namespace pki {
namespace {

constexpr v1::CertificateAuthorityType kRootCa =
    v1::CERTIFICATE_AUTHORITY_TYPE_ROOT;
constexpr v1::CertificateAuthorityType kSubordinateCa =
    v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE;

// Places in the chain that most cases change: the CA, its issuer, the root.
constexpr size_t kOwn = 0;
constexpr size_t kIssuer = 1;
constexpr size_t kRoot = 2;

// 2026-03-01 12:00:00 UTC.
const absl::Time kNow = absl::FromUnixSeconds(1772366400);

// One key for each place, and one that stands nowhere.
constexpr size_t kStranger = 6;
const PrivateKey& KeyAt(size_t place) {
  static const auto* const keys = [] {
    auto* made = new std::vector<PrivateKey>;
    for (size_t i = 0; i <= kStranger; ++i) {
      made->push_back(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1));
    }
    return made;
  }();
  return (*keys)[place];
}

Bytes Constraints(std::optional<uint32_t> path_length, bool critical = true,
                  bool ca = true) {
  return EncodeExtension(oid::kBasicConstraints, critical,
                         View(EncodeBasicConstraints({ca, path_length})));
}

Bytes Usage(uint16_t bits) {
  return EncodeExtension(oid::kKeyUsage, true, View(EncodeKeyUsage(bits)));
}

// Before it is signed: what stands at one place, and whose key signs it.
struct Link : TestCertificate {
  const PrivateKey* signer = nullptr;
};

// What is imported, good until a case changes it.
struct Import {
  v1::CertificateAuthorityType type = kSubordinateCa;
  Bytes spki = KeyAt(kOwn).spki();
  absl::Time now = kNow;
  std::vector<Link> path;  // the CA first, the root last
};

// The same as it comes in a request.
struct Pems {
  std::string certificate;
  std::string chain;
};

Import GoodImport(size_t depth = kRoot) {
  Import import;
  if (depth == 0) import.type = kRootCa;
  for (size_t place = 0; place <= depth; ++place) {
    const size_t above = std::min(place + 1, depth);
    Link link;
    link.serial = std::string(1, static_cast<char>(place + 1));
    link.issuer = TestName(absl::StrCat("CA ", above));
    link.subject = TestName(absl::StrCat("CA ", place));
    link.not_before = kNow - absl::Hours(1);
    link.not_after = kNow + absl::Hours(24);
    link.spki = KeyAt(place).spki();
    link.extensions = {
        Constraints(static_cast<uint32_t>(place)),
        EncodeExtension(
            oid::kAuthorityKeyIdentifier, false,
            View(EncodeAuthorityKeyIdentifier(View(absl::StrCat(above))))),
        EncodeExtension(
            oid::kSubjectKeyIdentifier, false,
            View(EncodeSubjectKeyIdentifier(View(absl::StrCat(place))))),
        Usage(kKeyCertSign | kCrlSign)};
    link.signer = &KeyAt(above);
    import.path.push_back(std::move(link));
  }
  return import;
}

std::vector<Bytes> Sign(const Import& import) {
  std::vector<Bytes> ders;
  for (const Link& link : import.path) {
    ders.push_back(SignTestCertificate(link, *link.signer));
  }
  return ders;
}

std::string Pem(const Bytes& der) {
  return EncodePem("CERTIFICATE", View(der));
}

Pems ToPems(const std::vector<Bytes>& ders) {
  Pems pems{Pem(ders[kOwn]), ""};
  for (size_t i = 1; i < ders.size(); ++i) {
    absl::StrAppend(&pems.chain, i == 1 ? "" : "\n", Pem(ders[i]));
  }
  return pems;
}

absl::StatusOr<v1::ImportedCertificate> Check(const Import& import,
                                              const Pems& pems) {
  return CheckImport({import.type, View(import.spki), View(pems.certificate),
                      View(pems.chain), import.now});
}

absl::StatusOr<v1::ImportedCertificate> Check(const Import& import) {
  return Check(import, ToPems(Sign(import)));
}

// How errors call a place.
std::string FieldAt(size_t place) {
  return place == kOwn
             ? "Request.Certificate"
             : absl::StrCat("Request.CertificateChain[", place - 1, "]");
}
std::string FieldAt(size_t place, ByteView oid) {
  return absl::StrCat(FieldAt(place), ".extensions[", oid::ToText(oid), "]");
}

// Puts an extension in the place of its like, or behind the others.
void SetExtension(Link& link, const Bytes& der) {
  for (Bytes& old : link.extensions) {
    if (ParseExtension(View(old))->oid == ParseExtension(View(der))->oid) {
      old = der;
      return;
    }
  }
  link.extensions.push_back(der);
}

void SetExtension(Link& link, ByteView oid, bool critical, ByteView value) {
  SetExtension(link, EncodeExtension(oid, critical, value));
}

Bytes NameConstraintsOf(absl::Span<const GeneralName> permitted,
                        absl::Span<const GeneralName> excluded) {
  return EncodeExtension(oid::kNameConstraints, true,
                         View(TestNameConstraints(permitted, excluded)));
}

// Lets a CA exclude a subject and all below.
void Exclude(Link& link, const Bytes& subject) {
  SetExtension(link,
               NameConstraintsOf(
                   {}, {{GeneralNameForm::kDirectoryName, View(subject), {}}}));
}

// One change that breaks one rule.
struct Fault {
  const char* name;
  v1::Reason reason;
  std::string field;
  std::function<void(Import&)> change;
  std::function<void(Pems&)> edit = nullptr;  // may be null
};

absl::Status CheckWith(absl::Span<const Fault> faults) {
  Import import = GoodImport();
  for (const Fault& fault : faults) {
    if (fault.change != nullptr) fault.change(import);
  }
  Pems pems = ToPems(Sign(import));
  for (const Fault& fault : faults) {
    if (fault.edit != nullptr) fault.edit(pems);
  }
  return Check(import, pems).status();
}

// A fault in one place of the chain, at each place.
std::vector<Fault> AtEachPlace(const char* name, v1::Reason reason,
                               const std::function<std::string(size_t)>& field,
                               const std::function<void(Link&)>& change) {
  std::vector<Fault> faults;
  for (const size_t place : {kOwn, kIssuer, kRoot}) {
    faults.push_back({name, reason, field(place),
                      [=](Import& import) { change(import.path[place]); }});
  }
  return faults;
}

// A fault in the value of one extension, at each place.
std::vector<Fault> InExtension(const char* name, v1::Reason reason,
                               ByteView oid, const Bytes& der) {
  return AtEachPlace(
      name, reason, [=](size_t place) { return FieldAt(place, oid); },
      [=](Link& link) { SetExtension(link, der); });
}

const Bytes kGarbage = "\x05\x01";  // a NULL that is not
// ecdsa-with-SHA1 (RFC 3279 section 2.2.3).
const Bytes kEcdsaSha1 = absl::HexStringToBytes("300906072a8648ce3d0401");

// Leaves an empty SEQUENCE of a TBSCertificate.
void MakeEmpty(Bytes* tbs) { *tbs = Bytes("\x30\x00", 2); }

std::vector<Fault> AllFaults() {
  const auto root_of = [](auto change) {
    return [change](Import& import) {
      import = GoodImport(0);
      change(import);
    };
  };
  std::vector<Fault> faults = {
      // What comes is no certificate.
      {"nothing", v1::REASON_CERTIFICATE_PEM, FieldAt(kOwn), nullptr,
       [](Pems& pems) { pems.certificate.clear(); }},
      {"DER", v1::REASON_CERTIFICATE_PEM, FieldAt(kOwn), nullptr,
       [](Pems& pems) { pems.certificate = Sign(GoodImport())[kOwn]; }},
      {"other label", v1::REASON_CERTIFICATE_PEM, FieldAt(kOwn), nullptr,
       [](Pems& pems) {
         pems.certificate = absl::StrReplaceAll(pems.certificate,
                                                {{"CERTIFICATE", "X509 CRL"}});
       }},
      {"two certificates", v1::REASON_CERTIFICATE_PEM, FieldAt(kOwn), nullptr,
       [](Pems& pems) {
         absl::StrAppend(&pems.certificate, "\n", pems.chain);
       }},
      {"no DER", v1::REASON_CERTIFICATE_DER, FieldAt(kOwn), nullptr,
       [](Pems& pems) { pems.certificate = Pem(kGarbage); }},
      {"trailing byte", v1::REASON_CERTIFICATE_DER, FieldAt(kOwn), nullptr,
       [](Pems& pems) {
         pems.certificate = Pem(Sign(GoodImport())[kOwn] + '\0');
       }},
      {"no TBS", v1::REASON_CERTIFICATE_DER, FieldAt(kOwn) + ".tbsCertificate",
       [](Import& import) { import.path[kOwn].edit_tbs = &MakeEmpty; }},
      {"two algorithms", v1::REASON_CERTIFICATE_ALGORITHMS,
       FieldAt(kOwn) + ".signatureAlgorithm", nullptr,
       [](Pems& pems) {
         const Bytes der = Sign(GoodImport())[kOwn];
         const auto made = Certificate::Parse(View(der), "");
         pems.certificate = Pem(EncodeSigned(made->tbs_der(), View(kEcdsaSha1),
                                             made->signature()));
       }},
      {"other key", v1::REASON_IMPORT_KEY_MISMATCH,
       FieldAt(kOwn) + ".subjectPublicKeyInfo",
       [](Import& import) { import.spki = KeyAt(kStranger).spki(); }},

      // A root that is none, a subordinate that is one.
      {"root by another", v1::REASON_IMPORT_NOT_SELF_SIGNED, FieldAt(kOwn),
       root_of([](Import& import) {
         import.path[kOwn].issuer = TestName("CA 1");
         import.path[kOwn].signer = &KeyAt(1);
       })},
      {"root by another of its name", v1::REASON_IMPORT_NOT_SELF_SIGNED,
       FieldAt(kOwn),
       root_of([](Import& import) { import.path[kOwn].signer = &KeyAt(1); })},
      {"root with a chain", v1::REASON_IMPORT_ROOT_CHAIN,
       "Request.CertificateChain", root_of([](Import&) {}),
       [](Pems& pems) { pems.chain = pems.certificate; }},
      {"self-signed subordinate", v1::REASON_IMPORT_SELF_SIGNED, FieldAt(kOwn),
       [](Import& import) {
         import.path[kOwn].issuer = import.path[kOwn].subject;
         import.path[kOwn].signer = &KeyAt(kOwn);
       }},
      {"no chain", v1::REASON_IMPORT_CHAIN_MISSING, "Request.CertificateChain",
       nullptr, [](Pems& pems) { pems.chain.clear(); }},

      // The chain is no chain.
      {"chain of text", v1::REASON_CHAIN_PEM, "Request.CertificateChain",
       nullptr, [](Pems& pems) { pems.chain = "chain"; }},
      {"chain without its end", v1::REASON_CHAIN_PEM,
       "Request.CertificateChain", nullptr,
       [](Pems& pems) { pems.chain.resize(pems.chain.size() - 1); }},
      {"chain of no DER", v1::REASON_CERTIFICATE_DER, FieldAt(kRoot), nullptr,
       [](Pems& pems) {
         pems.chain = absl::StrCat(Pem(Sign(GoodImport())[kIssuer]), "\n",
                                   Pem(kGarbage));
       }},
      {"chain from the root down", v1::REASON_IMPORT_CHAIN_ORDER,
       FieldAt(kIssuer),
       [](Import& import) {
         std::swap(import.path[kIssuer], import.path[kRoot]);
       }},
      {"the CA in its own chain", v1::REASON_IMPORT_CHAIN_ORDER,
       FieldAt(kIssuer),
       [](Import& import) {
         import.path.insert(import.path.begin(), import.path[kOwn]);
       }},
      {"the root alone", v1::REASON_IMPORT_CHAIN_ORDER, FieldAt(kIssuer),
       [](Import& import) {
         import.path.erase(import.path.begin() + kIssuer);
       }},
      {"one above the root", v1::REASON_IMPORT_CHAIN_ORDER, FieldAt(3),
       [](Import& import) {
         Link above = import.path[kRoot];
         above.subject = above.issuer = TestName("another root");
         import.path.push_back(above);
       }},
      {"the root twice", v1::REASON_IMPORT_CHAIN_ROOT, FieldAt(kRoot),
       [](Import& import) { import.path.push_back(import.path[kRoot]); }},
      {"six levels", v1::REASON_IMPORT_CHAIN_LENGTH, "Request.CertificateChain",
       [](Import& import) { import = GoodImport(5); }},
      {"no root", v1::REASON_IMPORT_CHAIN_ROOT, FieldAt(kIssuer),
       [](Import& import) { import.path.pop_back(); }},
      {"root with a signature of another", v1::REASON_IMPORT_CHAIN_ROOT,
       FieldAt(kRoot),
       [](Import& import) { import.path[kRoot].signer = &KeyAt(kStranger); }},
      {"signed by another", v1::REASON_IMPORT_SIGNATURE,
       FieldAt(kOwn) + ".signature",
       [](Import& import) { import.path[kOwn].signer = &KeyAt(kStranger); }},
      {"issuer signed by another", v1::REASON_IMPORT_SIGNATURE,
       FieldAt(kIssuer) + ".signature",
       [](Import& import) { import.path[kIssuer].signer = &KeyAt(kStranger); }},
      {"issuer without a key", v1::REASON_CERTIFICATE_KEY,
       FieldAt(kIssuer) + ".subjectPublicKeyInfo",
       [](Import& import) {
         import.path[kIssuer].spki = Bytes("\x30\x00", 2);
       }},
      {"no room at the issuer", v1::REASON_IMPORT_PATH_LENGTH,
       FieldAt(kIssuer, oid::kBasicConstraints),
       [](Import& import) {
         SetExtension(import.path[kIssuer], Constraints(0));
       }},
      {"no room at the root", v1::REASON_IMPORT_PATH_LENGTH,
       FieldAt(kRoot, oid::kBasicConstraints),
       [](Import& import) {
         SetExtension(import.path[kRoot], Constraints(1));
       }},
  };

  const auto add = [&faults](std::vector<Fault> more) {
    std::move(more.begin(), more.end(), std::back_inserter(faults));
  };
  const auto suffixed = [](absl::string_view suffix) {
    return
        [suffix](size_t place) { return absl::StrCat(FieldAt(place), suffix); };
  };
  add(AtEachPlace("version 2", v1::REASON_CERTIFICATE_VERSION,
                  suffixed(".version"), [](Link& link) {
                    link.edit_tbs = [](Bytes* tbs) {
                      const size_t at = tbs->find("\xa0\x03\x02\x01\x02");
                      tbs->at(at + 4) = 1;
                    };
                  }));
  add(AtEachPlace("no subject", v1::REASON_IMPORT_SUBJECT, suffixed(".subject"),
                  [](Link& link) { link.subject = TestName(""); }));
  add(AtEachPlace(
      "empty RDN", v1::REASON_IMPORT_SUBJECT, suffixed(".subject"),
      [](Link& link) { link.subject = Bytes("\x30\x02\x31\x00", 4); }));
  add(AtEachPlace("SHA-1", v1::REASON_CERTIFICATE_SIGNATURE_ALGORITHM,
                  suffixed(".signatureAlgorithm"),
                  [](Link& link) { link.algorithm = kEcdsaSha1; }));
  add(AtEachPlace(
      "not yet valid", v1::REASON_IMPORT_EXPIRED, suffixed(".validity"),
      [](Link& link) { link.not_before = kNow + absl::Seconds(1); }));
  add(AtEachPlace(
      "no longer valid", v1::REASON_IMPORT_EXPIRED, suffixed(".validity"),
      [](Link& link) { link.not_after = kNow - absl::Seconds(1); }));
  add(AtEachPlace(
      "extension twice", v1::REASON_CERTIFICATE_EXTENSION_DUPLICATE,
      [](size_t place) { return FieldAt(place, oid::kKeyUsage); },
      [](Link& link) { link.extensions.push_back(link.extensions.back()); }));
  add(AtEachPlace(
      "no basicConstraints", v1::REASON_IMPORT_BASIC_CONSTRAINTS,
      [](size_t place) { return FieldAt(place, oid::kBasicConstraints); },
      [](Link& link) { link.extensions.erase(link.extensions.begin()); }));
  add(InExtension("basicConstraints not critical",
                  v1::REASON_IMPORT_BASIC_CONSTRAINTS, oid::kBasicConstraints,
                  Constraints(std::nullopt, /*critical=*/false)));
  add(InExtension("no CA", v1::REASON_IMPORT_BASIC_CONSTRAINTS,
                  oid::kBasicConstraints,
                  Constraints(std::nullopt, true, /*ca=*/false)));
  add(InExtension("no keyCertSign", v1::REASON_IMPORT_KEY_USAGE, oid::kKeyUsage,
                  Usage(kCrlSign)));
  for (const ByteView oid :
       {oid::kBasicConstraints, oid::kKeyUsage, oid::kSubjectKeyIdentifier,
        oid::kAuthorityKeyIdentifier, oid::kNameConstraints}) {
    add(InExtension("unreadable value", v1::REASON_CERTIFICATE_EXTENSION_VALUE,
                    oid, EncodeExtension(oid, true, View(kGarbage))));
  }
  for (const ByteView oid :
       {oid::kExtendedKeyUsage, oid::kSubjectAltName, oid::kIssuerAltName,
        oid::kCertificatePolicies, oid::kPolicyMappings}) {
    add(InExtension("critical and unreadable",
                    v1::REASON_CERTIFICATE_EXTENSION_VALUE, oid,
                    EncodeExtension(oid, true, View(kGarbage))));
  }
  for (const size_t size : {0, 65}) {
    add(InExtension(
        "key identifier of a size that none has",
        v1::REASON_IMPORT_KEY_IDENTIFIER, oid::kSubjectKeyIdentifier,
        EncodeExtension(
            oid::kSubjectKeyIdentifier, false,
            View(EncodeSubjectKeyIdentifier(View(Bytes(size, 'k')))))));
  }
  const Bytes registered_id = "\x2a\x03";
  add(InExtension(
      "name constraint of a form that is not enforced",
      v1::REASON_IMPORT_NAME_CONSTRAINT_FORM, oid::kNameConstraints,
      NameConstraintsOf(
          {}, {{GeneralNameForm::kRegisteredId, View(registered_id), {}}})));
  // The names of a CA break constraints above it.
  add({{"subject excluded by the issuer", v1::REASON_IMPORT_NAME_CONSTRAINTS,
        FieldAt(kOwn) + ".subject",
        [](Import& import) {
          Exclude(import.path[kIssuer], TestName("ca 0"));
        }},
       {"subject excluded by the root", v1::REASON_IMPORT_NAME_CONSTRAINTS,
        FieldAt(kOwn) + ".subject",
        [](Import& import) { Exclude(import.path[kRoot], TestName("ca 0")); }},
       {"issuer excluded by the root", v1::REASON_IMPORT_NAME_CONSTRAINTS,
        FieldAt(kIssuer) + ".subject",
        [](Import& import) { Exclude(import.path[kRoot], TestName("ca 1")); }},
       {"host not permitted by the root", v1::REASON_IMPORT_NAME_CONSTRAINTS,
        FieldAt(kOwn) + ".subjectAltName[0]",
        [](Import& import) {
          SetExtension(import.path[kOwn], TestSubjectAltName("a.local"));
          SetExtension(
              import.path[kRoot],
              NameConstraintsOf(
                  {{GeneralNameForm::kDnsName, View("b.local"), {}}}, {}));
        }},
       {"alternative names that cannot be read",
        v1::REASON_IMPORT_NAME_CONSTRAINTS, FieldAt(kOwn) + ".subjectAltName",
        [](Import& import) {
          SetExtension(import.path[kOwn], oid::kSubjectAltName, false,
                       View(kGarbage));
          Exclude(import.path[kRoot], TestName("nobody"));
        }},
       {"self-issued and last", v1::REASON_IMPORT_NAME_CONSTRAINTS,
        FieldAt(kOwn) + ".subject", [](Import& import) {
          import.path[kOwn].subject = import.path[kOwn].issuer;
          Exclude(import.path[kIssuer], import.path[kOwn].subject);
        }}});
  return faults;
}

TEST(ImportTest, EachFaultHasItsReason) {
  for (const Fault& fault : AllFaults()) {
    EXPECT_THAT(CheckWith({fault}), IsRefusal(fault.reason, fault.field))
        << fault.name << " at " << fault.field;
  }
}

// The service itself writes nine bits, the ninth in a byte of its own.
TEST(ImportTest, TakesAKeyUsageThatIsNotMinimal) {
  Import import = GoodImport();
  for (Link& link : import.path) {
    SetExtension(link, oid::kKeyUsage, true,
                 View(absl::HexStringToBytes("0303070600")));
  }
  EXPECT_THAT(Check(import), IsOk());
}

// Of two faults, the one that import.h names first.
TEST(ImportTest, TheFirstFaultIsNamed) {
  const std::vector<Fault> all = AllFaults();
  const auto at = [&all](const char* name, absl::string_view field = "") {
    return *std::find_if(all.begin(), all.end(), [&](const Fault& fault) {
      return fault.name == absl::string_view(name) &&
             absl::StartsWith(fault.field, field);
    });
  };
  const Fault kInOrder[] = {
      at("nothing"),
      at("version 2"),
      at("other key"),
      at("self-signed subordinate"),
      at("chain of text"),
      at("extension twice", FieldAt(kIssuer)),
      at("basicConstraints not critical", FieldAt(kIssuer)),
      at("no keyCertSign", FieldAt(kIssuer)),
      at("not yet valid", FieldAt(kIssuer)),
      at("version 2", FieldAt(kRoot)),
      at("issuer signed by another"),
      at("root with a signature of another"),
      at("no room at the issuer"),
      at("issuer excluded by the root"),
      at("subject excluded by the issuer"),
  };
  for (auto first = std::begin(kInOrder); first != std::end(kInOrder);
       ++first) {
    for (auto second = first + 1; second != std::end(kInOrder); ++second) {
      // Both set the one basicConstraints.
      if (second->reason == v1::REASON_IMPORT_PATH_LENGTH &&
          first->reason == v1::REASON_IMPORT_BASIC_CONSTRAINTS) {
        continue;
      }
      EXPECT_THAT(CheckWith({*first, *second}),
                  IsRefusal(first->reason, first->field))
          << first->name << " and " << second->name;
    }
  }
}

// One type of extension, and whether it may be critical (API Reference:
// ImportCertificateAuthorityCertificate).
struct Criticality {
  ByteView oid;
  Bytes value;
  bool may_be_critical;
};

Bytes Hexed(absl::string_view hex) { return absl::HexStringToBytes(hex); }

TEST(ImportTest, OnlyListedExtensionsMayBeCritical) {
  // 1.3.6.1.4.1.99999.1, which nobody knows.
  constexpr uint8_t kUnknown[] = {0x2b, 0x06, 0x01, 0x04, 0x01,
                                  0x86, 0x8d, 0x1f, 0x01};
  const Bytes names = Hexed("30098207612e6c6f63616c");  // dNSName a.local
  const Bytes access =
      Hexed("3018301606082b06010505073005860a687474703a2f2f612f62");
  const Criticality kTable[] = {
      {oid::kAuthorityKeyIdentifier, EncodeAuthorityKeyIdentifier(View("any")),
       true},
      {oid::kBasicConstraints, EncodeBasicConstraints({true, {}}), true},
      {oid::kCertificatePolicies, Hexed("3006300406022a03"), true},
      {oid::kExtendedKeyUsage,
       EncodeExtendedKeyUsage({oid::kServerAuth, oid::kClientAuth}), true},
      {oid::kInhibitAnyPolicy, Hexed("020100"), true},
      {oid::kIssuerAltName, names, true},
      {oid::kKeyUsage, EncodeKeyUsage(kKeyCertSign), true},
      // Permits the directoryName without RDNs, and so every one.
      {oid::kNameConstraints, Hexed("3008a0063004a4023000"), true},
      {oid::kPolicyMappings, Hexed("300a300806022a0306022a04"), true},
      {oid::kSubjectAltName, names, true},
      {oid::kSubjectDirectoryAttributes,
       Hexed("3011300f06082b060105050709043103130155"), true},
      {oid::kSubjectKeyIdentifier, EncodeSubjectKeyIdentifier(View("any")),
       true},
      {oid::kSubjectInfoAccess, access, true},
      {oid::kAuthorityInfoAccess, EncodeAuthorityInfoAccessOcsp("http://a"),
       false},
      {oid::kCrlDistributionPoints, EncodeCrlDistributionPoint("http://a"),
       false},
      {oid::kFreshestCrl, EncodeCrlDistributionPoint("http://a"), false},
      {oid::kPolicyConstraints, Hexed("3003800100"), false},
      {oid::kOcspNoCheck, Hexed("0500"), false},
      {kUnknown, Hexed("0500"), false},
  };
  for (const Criticality& row : kTable) {
    for (const size_t place : {kOwn, kIssuer, kRoot}) {
      const std::string field = FieldAt(place, row.oid);
      Import import = GoodImport();
      SetExtension(import.path[place], row.oid, true, View(row.value));
      if (row.may_be_critical) {
        EXPECT_THAT(Check(import), IsOk()) << field;
      } else {
        EXPECT_THAT(Check(import),
                    IsRefusal(v1::REASON_IMPORT_CRITICAL_EXTENSION, field));
      }
      // Not critical: anything, but for the one that must be.
      SetExtension(import.path[place], row.oid, false, View(row.value));
      if (row.oid == oid::kBasicConstraints) continue;
      EXPECT_THAT(Check(import), IsOk()) << field;
    }
  }
}

TEST(ImportTest, TakesChainsOfEveryDepth) {
  for (size_t depth = 0; depth <= 4; ++depth) {
    const Import import = GoodImport(depth);
    const std::vector<Bytes> ders = Sign(import);
    const auto imported = Check(import, ToPems(ders));
    ASSERT_THAT(imported, IsOk()) << depth;
    EXPECT_EQ(imported->certificate(), ders[kOwn]);
    EXPECT_THAT(imported->chain(),
                testing::ElementsAreArray(ders.begin() + 1, ders.end()));
    // Others find the chains good too.
    std::vector<Bytes> between(ders.begin(), ders.end() - 1);
    EXPECT_THAT(
        VerifyWithBoringSsl(View(ders[kOwn]), between, View(ders.back()), kNow),
        IsOk());
    EXPECT_THAT(
        VerifyWithOpenssl(View(ders[kOwn]), between, View(ders.back()), kNow),
        IsOk());
  }
}

// What is allowed and looks as if it might not be.
TEST(ImportTest, TakesWhatNoRuleForbids) {
  static const PrivateKey* const kRsa =
      new PrivateKey(NewTestKey(v1::KEY_ALGORITHM_RSA_2048));
  const std::pair<const char*, std::function<void(Import&)>> kChanges[] = {
      {"bare CAs",
       [](Import& import) {
         for (Link& link : import.path) {
           link.extensions = {Constraints(std::nullopt)};
         }
       }},
      {"a root of another family",
       [](Import& import) {
         import.path[kRoot].spki = kRsa->spki();
         import.path[kRoot].signer = kRsa;
         import.path[kIssuer].signer = kRsa;
       }},
      {"the name of the issuer",
       [](Import& import) {
         import.path[kOwn].subject = import.path[kOwn].issuer;
       }},
      {"names within the constraints of the root",
       [](Import& import) {
         SetExtension(import.path[kOwn], TestSubjectAltName("a.local"));
         SetExtension(import.path[kRoot],
                      NameConstraintsOf(
                          {{GeneralNameForm::kDnsName, View("local"), {}}},
                          {{GeneralNameForm::kDnsName, View("b.local"), {}}}));
       }},
      {"an excluded name that is self-issued and not last",
       [](Import& import) {
         import.path[kIssuer].subject = import.path[kRoot].subject;
         import.path[kOwn].issuer = import.path[kRoot].subject;
         Exclude(import.path[kRoot], import.path[kRoot].subject);
       }},
      {"constraints that a CA breaks itself",
       [](Import& import) {
         for (Link& link : import.path) {
           Exclude(link,
                   TestName(absl::StrCat("CA ", &link - &import.path[0])));
         }
       }},
      {"a path length with room to spare",
       [](Import& import) {
         for (Link& link : import.path) SetExtension(link, Constraints(9));
       }},
      {"a child that promises more than its parent",
       [](Import& import) { SetExtension(import.path[kOwn], Constraints(9)); }},
      {"a child that outlives its parent",
       [](Import& import) {
         import.path[kOwn].not_after += absl::Hours(24 * 365);
       }},
      {"valid from now",
       [](Import& import) {
         for (Link& link : import.path) link.not_before = kNow;
       }},
      {"valid until now",
       [](Import& import) {
         for (Link& link : import.path) link.not_after = kNow;
       }},
  };
  for (const auto& [name, change] : kChanges) {
    Import import = GoodImport();
    change(import);
    EXPECT_THAT(Check(import), IsOk()) << name;
  }
}

TEST(ImportTest, TakesPemAsToolsWriteIt) {
  const Import import = GoodImport();
  const Pems good = ToPems(Sign(import));
  const auto result = Check(import, good);
  ASSERT_THAT(result, IsOk());
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{
           {"\n", "\r\n"},
           {"-----BEGIN", "subject=CN = CA\n-----BEGIN"},
           {"-----END CERTIFICATE-----", "-----END CERTIFICATE-----\n\n"}}) {
    const Pems pems{absl::StrReplaceAll(good.certificate, {{from, to}}),
                    absl::StrReplaceAll(good.chain, {{from, to}})};
    const auto same = Check(import, pems);
    ASSERT_THAT(same, IsOk()) << to;
    EXPECT_EQ(same->SerializeAsString(), result->SerializeAsString());
  }
}

// Whichever byte is changed, in the PEM or under it: never anything else than
// what was signed.
class FlippedByteTest : public testing::Test {
 protected:
  void ExpectNothingElse(const Pems& pems) {
    const auto flipped = Check(import_, pems);
    if (!flipped.ok()) return;
    EXPECT_EQ(flipped->SerializeAsString(), result_);
  }

  const Import import_ = GoodImport();
  const std::vector<Bytes> ders_ = Sign(import_);
  const Pems good_ = ToPems(ders_);
  const std::string result_ = Check(import_, good_)->SerializeAsString();
};

TEST_F(FlippedByteTest, InDer) {
  for (size_t place = 0; place < ders_.size(); ++place) {
    std::vector<Bytes> ders = ders_;
    for (char& byte : ders[place]) {
      for (const char mask : {'\x01', '\x80', '\x20'}) {
        byte = static_cast<char>(byte ^ mask);
        EXPECT_FALSE(Check(import_, ToPems(ders)).ok())
            << FieldAt(place) << " at " << &byte - ders[place].data();
        byte = static_cast<char>(byte ^ mask);
      }
    }
  }
}

TEST_F(FlippedByteTest, InPem) {
  Pems pems = good_;
  for (std::string* text : {&pems.certificate, &pems.chain}) {
    for (char& byte : *text) {
      for (const char mask : {'\x01', '\x07', '\x2a'}) {
        byte = static_cast<char>(byte ^ mask);
        ExpectNothingElse(pems);
        byte = static_cast<char>(byte ^ mask);
      }
    }
  }
}

}  // namespace
}  // namespace pki
