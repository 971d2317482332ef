// Every template, cell by cell. What a certificate must hold is worked out here
// from the guide's table, in testdata/templates_cells.json, and apart from the
// resolver: from the table's words, not from the catalogue.
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/engine/tbs_snapshot.h"
#include "pki/engine/template_matrix.h"
#include "pki/policy/api_fields.h"
#include "pki/template/catalogue.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/testing/verify_certificate.h"
#include "pki/x509/certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

constexpr absl::string_view kLabels[] = {"CERTIFICATE"};

Certificate Parsed(absl::string_view pem) {
  return Certificate::Parse(View(DecodePem(pem, kLabels)->front()), "Test")
      .value();
}

const Catalogue& BuiltIn() {
  static const auto* const catalogue =
      new Catalogue(Catalogue::Load(BuiltInCatalogue()).value());
  return *catalogue;
}

v1::RevocationConfiguration CrlAndOcsp() {
  v1::RevocationConfiguration revocation = CrlOnly();
  revocation.mutable_ocsp_configuration()->set_enabled(true);
  return revocation;
}

// The order in which certificates have these; others come behind.
const ByteView kOrder[] = {
    oid::kBasicConstraints,      oid::kAuthorityKeyIdentifier,
    oid::kSubjectKeyIdentifier,  oid::kKeyUsage,
    oid::kExtendedKeyUsage,      oid::kSubjectAltName,
    oid::kCrlDistributionPoints, oid::kAuthorityInfoAccess,
    oid::kCertificatePolicies};

// Whole extensions by OID, in their order.
using ExtensionsDer = std::vector<std::pair<Bytes, Bytes>>;

ExtensionsDer ByOid(const std::vector<Bytes>& list) {
  ExtensionsDer result;
  for (const Bytes& der : list) {
    result.emplace_back(Copy(ParseExtension(View(der))->oid), der);
  }
  return result;
}

std::optional<Bytes> FindIn(const ExtensionsDer& list, ByteView oid) {
  for (const auto& [found, der] : list) {
    if (View(found) == oid) return der;
  }
  return std::nullopt;
}

Names List(const Json& cell) { return cell.get<Names>(); }

bool Has(const Names& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// One row of the guide, with the decisions of this engine where the guide is
// silent or contradicts itself.
struct Row {
  std::string name;
  Names passes;  // "api" and "csr", the one that goes before first
  Names subject;
  Names subject_alt_name;
  Names crl;
  Names authority_key;
  Json cells;

  explicit Row(const Json& guide)
      : name(guide["name"]),
        subject(List(guide["subject"])),
        subject_alt_name(List(guide["subject_alt_name"])),
        authority_key(List(guide["authority_key_identifier"])),
        cells(guide) {
    const std::string passthrough = guide["passthrough"];
    for (const char* source : {"api", "csr"}) {
      if (absl::StrContains(passthrough, source)) passes.push_back(source);
    }
    // In one row the guide has the API as a source of a CSR variety: a slip.
    if (passthrough == "csr") subject = subject_alt_name = {"csr"};
    // The guide has other sources than the CA's configuration in some rows;
    // here they are those of the variety, in every row. That the CSR is one in
    // a row of the base variety is another slip.
    if (Has(List(guide["crl_distribution_points"]), "ca_config")) {
      crl = {"ca_config"};
    }
    crl.insert(crl.end(), passes.begin(), passes.end());
    // Any root may name its own key, not only the one of which the guide says
    // so.
    if (authority_key.empty()) authority_key = passes;
  }
};

std::vector<Row> Rows() {
  std::ifstream file("testdata/templates_cells.json");
  std::vector<Row> rows;
  const Json guides = Json::parse(file);
  for (const Json& guide : guides) rows.emplace_back(guide);
  return rows;
}

// What each source gives in one request.
struct Sources {
  std::map<std::string, ExtensionsDer> extensions;
  std::map<std::string, Bytes> subjects;

  // The first of these that has the extension.
  std::optional<Bytes> First(const Names& names, ByteView oid) const {
    for (const std::string& name : names) {
      const auto found = extensions.find(name);
      if (found == extensions.end()) continue;
      if (auto der = FindIn(found->second, oid); der.has_value()) return der;
    }
    return std::nullopt;
  }
};

Sources SourcesOf(v1::CertificateKind kind, Asking asking) {
  Sources sources;
  sources.subjects["csr"] = FullCsrSubject();
  if (asking.csr) sources.extensions["csr"] = ByOid(FullCsrExtensions(kind));
  if (asking.api) {
    const v1::ApiPassthrough api = FullApiPassthrough(kind);
    sources.subjects["api"] = SubjectToDer(api.subject()).value();
    sources.extensions["api"] =
        ByOid(ApiExtensionsToDer(api.extensions()).value());
  }
  return sources;
}

class Checker {
 public:
  Checker(const Row& row, const Sources& sources, const Certificate& issued,
          const Certificate& issuer, bool has_revocation)
      : row_(row),
        sources_(sources),
        issued_(issued),
        issuer_(issuer),
        has_revocation_(has_revocation) {}

  void Check() {
    CheckSubject();
    CheckBasicConstraints();
    CheckKeyIdentifiers();
    CheckUse(oid::kKeyUsage, "key_usage");
    CheckUse(oid::kExtendedKeyUsage, "extended_key_usage");
    CheckIs(oid::kSubjectAltName,
            sources_.First(row_.subject_alt_name, oid::kSubjectAltName));
    CheckRevocation();
    CheckIs(oid::kCertificatePolicies,
            sources_.First(row_.passes, oid::kCertificatePolicies));
    CheckTheRest();
  }

 private:
  // That the certificate has this extension, or none with this OID.
  void CheckIs(ByteView oid, const std::optional<Bytes>& der) {
    const Extension* found = issued_.Find(oid);
    EXPECT_EQ(found == nullptr ? "none" : Hex(found->der),
              der.has_value() ? Hex(View(*der)) : "none")
        << oid::ToText(oid);
  }

  void CheckSubject() {
    for (const std::string& source : row_.subject) {
      const auto found = sources_.subjects.find(source);
      if (found == sources_.subjects.end()) continue;
      EXPECT_EQ(Hex(issued_.tbs().subject), Hex(View(found->second)));
      return;
    }
    ADD_FAILURE() << "nobody gives a subject";
  }

  void CheckBasicConstraints() {
    const Json& cell = row_.cells["basic_constraints"];
    const Extension* found = issued_.Find(oid::kBasicConstraints);
    ASSERT_NE(found, nullptr);
    const auto constraints = ParseBasicConstraints(found->value);
    ASSERT_TRUE(constraints.has_value());
    EXPECT_EQ(found->critical, cell["critical"].get<bool>());
    EXPECT_EQ(constraints->ca, cell["ca"].get<bool>());
    EXPECT_EQ(constraints->path_length.has_value(),
              !cell["path_len"].is_null());
    if (constraints->path_length.has_value()) {
      EXPECT_EQ(*constraints->path_length, cell["path_len"].get<uint32_t>());
    }
  }

  void CheckKeyIdentifiers() {
    CheckIs(oid::kSubjectKeyIdentifier,
            EncodeExtension(oid::kSubjectKeyIdentifier, false,
                            View(EncodeSubjectKeyIdentifier(
                                View(KeyIdentifierOf(issued_.tbs().spki))))));
    if (row_.authority_key == Names{"issuer"}) {
      const Bytes key_identifier = KeyIdentifierOf(issuer_.tbs().spki);
      CheckIs(oid::kAuthorityKeyIdentifier,
              EncodeExtension(
                  oid::kAuthorityKeyIdentifier, false,
                  View(EncodeAuthorityKeyIdentifier(View(key_identifier)))));
    } else {
      CheckIs(oid::kAuthorityKeyIdentifier,
              sources_.First(row_.authority_key, oid::kAuthorityKeyIdentifier));
    }
  }

  // A cell with a value, one that is left open, and one that is closed.
  void CheckUse(ByteView oid, const char* column) {
    const Json& cell = row_.cells[column];
    if (cell.is_null()) {
      const bool open = Has(List(row_.cells["left_open"]), column);
      CheckIs(oid, open ? sources_.First(row_.passes, oid) : std::nullopt);
      return;
    }
    const Extension* found = issued_.Find(oid);
    ASSERT_NE(found, nullptr) << column;
    EXPECT_EQ(found->critical, cell["critical"].get<bool>()) << column;
    if (cell.contains("bits")) {
      const std::map<std::string, uint16_t> bits = {
          {"digitalSignature", kDigitalSignature},
          {"keyEncipherment", kKeyEncipherment},
          {"keyCertSign", kKeyCertSign},
          {"cRLSign", kCrlSign}};
      uint16_t wanted = 0;
      for (const auto& name : List(cell["bits"])) {
        wanted = static_cast<uint16_t>(wanted | bits.at(name));
      }
      EXPECT_EQ(ParseKeyUsage(found->value), wanted);
    } else {
      Names purposes;
      const auto parsed = ParseExtendedKeyUsage(found->value);
      for (const ByteView one : parsed.value()) {
        purposes.push_back(oid::ToText(one));
      }
      EXPECT_EQ(purposes, List(cell["oids"]));
    }
  }

  void CheckRevocation() {
    // The guide has no word about authorityInfoAccess but that the CA's own
    // address goes before.
    for (const ByteView oid :
         {oid::kCrlDistributionPoints, oid::kAuthorityInfoAccess}) {
      if (!has_revocation_ || !Has(row_.crl, "ca_config")) {
        CheckIs(oid, sources_.First(row_.passes, oid));
        continue;
      }
      const Extension* found = issued_.Find(oid);
      ASSERT_NE(found, nullptr) << oid::ToText(oid);
      EXPECT_FALSE(found->critical);
      EXPECT_TRUE(absl::StrContains(Text(found->value), "amazonaws.com"));
    }
  }

  // What no column is about is passed through as it is, and that is all.
  void CheckTheRest() {
    std::vector<std::string> wanted;
    for (const ByteView oid : kOrder) {
      if (const Extension* found = issued_.Find(oid); found != nullptr) {
        wanted.push_back(Hex(found->der));
      }
    }
    std::set<Bytes> seen;
    for (const ByteView oid : kOrder) seen.insert(Copy(oid));
    for (const std::string& source : row_.passes) {
      const auto found = sources_.extensions.find(source);
      if (found == sources_.extensions.end()) continue;
      for (const auto& [oid, der] : found->second) {
        if (seen.insert(oid).second) wanted.push_back(Hex(View(der)));
      }
    }
    std::vector<std::string> actual;
    for (const Extension& extension : issued_.tbs().extensions) {
      actual.push_back(Hex(extension.der));
    }
    EXPECT_EQ(actual, wanted);
  }

  const Row& row_;
  const Sources& sources_;
  const Certificate& issued_;
  const Certificate& issuer_;
  const bool has_revocation_;
};

TEST(TemplatesTest, TheCatalogueHasTheRowsOfTheGuide) {
  Names rows;
  for (const Row& row : Rows()) rows.push_back(row.name);
  Names templates;
  for (const auto& [name, form] : BuiltIn().templates()) {
    templates.push_back(name);
  }
  EXPECT_EQ(rows.size(), 61U);
  EXPECT_THAT(templates, testing::UnorderedElementsAreArray(rows));
}

TEST(TemplatesTest, CertificatesEqualTheirSnapshots) {
  EXPECT_EQ(ReadSnapshots(kTbsFolder), RenderTbsSnapshots())
      << "If the change is wanted: bazel run //pki/engine:write_tbs_snapshots";
}

TEST(TemplatesTest, CertificatesAgreeCellByCell) {
  for (const auto& revocation : {v1::RevocationConfiguration(), CrlAndOcsp()}) {
    const bool has_revocation = revocation.has_crl_configuration();
    TemplateMatrix matrix(revocation);
    for (const Row& row : Rows()) {
      const PreparedTemplate& form = BuiltIn().templates().at(row.name);
      for (const Asking asking : kAskings) {
        SCOPED_TRACE(absl::StrCat(row.name, " csr ", asking.csr, " api ",
                                  asking.api, " revocation ", has_revocation));
        const auto issued =
            matrix.harness().Issue(matrix.Request(form, asking));
        ASSERT_THAT(issued, IsOk());
        const Certificate certificate = Parsed(issued->certificate());
        const Certificate issuer = issued->has_certificate_chain()
                                       ? Parsed(issued->certificate_chain())
                                       : certificate;
        const Sources sources = SourcesOf(form.kind(), asking);
        Checker(row, sources, certificate, issuer, has_revocation).Check();
        EXPECT_THAT(VerifyWithBoringSsl(certificate.der(), {}, issuer.der(),
                                        HarnessTime()),
                    IsOk());
        // openssl takes its time, and no CA without keyUsage.
        if (asking.csr && asking.api) {
          EXPECT_THAT(VerifyWithOpenssl(certificate.der(), {}, issuer.der(),
                                        HarnessTime()),
                      IsOk());
        }
      }
    }
  }
}

}  // namespace
}  // namespace pki
