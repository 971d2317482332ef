// The requests, and the CA that they go to.
#include "pki/engine/template_matrix.h"

#include <google/protobuf/text_format.h>

#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "pki/crypto/digest.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/der/writer.h"
#include "pki/template/catalogue.h"
#include "pki/testing/fixed_key_store.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

constexpr uint32_t kCaKey = 1;
constexpr uint32_t kSubjectKey = 1000;

// Extensions that nobody knows: one that both sources ask for, and one for each
// of them alone. The TLS feature is that of RFC 7633.
constexpr char kBothOid[] = "1.3.6.1.4.1.99999.1";
constexpr char kCsrOid[] = "1.3.6.1.4.1.99999.2";
constexpr char kApiOid[] = "1.3.6.1.4.1.99999.3";
constexpr char kTlsFeatureOid[] = "1.3.6.1.5.5.7.1.24";

constexpr char kApiSubjectAndExtensions[] = R"(
  subject {
    country: "US"
    organization: "Api Example"
    organizational_unit: "Api Unit"
    distinguished_name_qualifier: "api"
    state: "Api State"
    common_name: "Api Name"
    serial_number: "1"
    locality: "Api Town"
    title: "Title"
    surname: "Surname"
    given_name: "Given"
    initials: "GS"
    pseudonym: "Pseudonym"
    generation_qualifier: "III"
  }
  extensions {
    certificate_policies {
      cert_policy_id: "1.3.6.1.4.1.99999.11"
      policy_qualifiers {
        policy_qualifier_id: POLICY_QUALIFIER_ID_CPS
        qualifier { cps_uri: "http://api.example.com/cps" }
      }
    }
    certificate_policies { cert_policy_id: "1.3.6.1.4.1.99999.12" }
    extended_key_usage {
      extended_key_usage_type: EXTENDED_KEY_USAGE_TYPE_SERVER_AUTH
    }
    extended_key_usage {
      extended_key_usage_type: EXTENDED_KEY_USAGE_TYPE_CLIENT_AUTH
    }
    extended_key_usage {
      extended_key_usage_type: EXTENDED_KEY_USAGE_TYPE_CODE_SIGNING
    }
    extended_key_usage {
      extended_key_usage_type: EXTENDED_KEY_USAGE_TYPE_EMAIL_PROTECTION
    }
    extended_key_usage {
      extended_key_usage_type: EXTENDED_KEY_USAGE_TYPE_TIME_STAMPING
    }
    extended_key_usage {
      extended_key_usage_type: EXTENDED_KEY_USAGE_TYPE_OCSP_SIGNING
    }
    extended_key_usage {
      extended_key_usage_type: EXTENDED_KEY_USAGE_TYPE_SMART_CARD_LOGIN
    }
    extended_key_usage {
      extended_key_usage_type: EXTENDED_KEY_USAGE_TYPE_DOCUMENT_SIGNING
    }
    extended_key_usage {
      extended_key_usage_type: EXTENDED_KEY_USAGE_TYPE_CERTIFICATE_TRANSPARENCY
    }
    extended_key_usage {
      extended_key_usage_object_identifier: "1.3.6.1.4.1.99999.13"
    }
    key_usage {
      digital_signature: true
      non_repudiation: true
      key_encipherment: true
      data_encipherment: true
      key_agreement: true
      crl_sign: true
      encipher_only: true
      decipher_only: true
    }
    subject_alternative_names {
      other_name { type_id: "1.3.6.1.4.1.99999.14" value: "api" }
    }
    subject_alternative_names { rfc822_name: "api@example.com" }
    subject_alternative_names { dns_name: "api.example.com" }
    subject_alternative_names {
      directory_name {
        custom_attributes {
          object_identifier: "0.9.2342.19200300.100.1.25"
          value: "example"
        }
        custom_attributes {
          object_identifier: "1.3.6.1.4.1.99999.15"
          value: "api"
        }
      }
    }
    subject_alternative_names {
      edi_party_name { party_name: "api" name_assigner: "assigner" }
    }
    subject_alternative_names {
      uniform_resource_identifier: "https://api.example.com/"
    }
    subject_alternative_names { ip_address: "192.0.2.1" }
    subject_alternative_names { ip_address: "2001:db8::1" }
    subject_alternative_names { registered_id: "1.3.6.1.4.1.99999.16" }
  }
)";

Bytes OidOf(absl::string_view text) { return oid::FromText(text).value(); }

// The value of an extension that nobody knows.
Bytes Label(absl::string_view text) {
  der::Writer writer;
  writer.AddText(der::kUtf8String, text);
  return writer.Finish();
}

Bytes InhibitAnyPolicy(uint8_t skip_certificates) {
  der::Writer writer;
  writer.AddUint64(skip_certificates);
  return writer.Finish();
}

// One policy, without qualifiers.
Bytes CertificatePolicies(absl::string_view policy) {
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& policies) {
    policies.Add(der::kSequence, [&](der::Writer& information) {
      information.AddOid(View(OidOf(policy)));
    });
  });
  return writer.Finish();
}

// Those that permit one domain.
Bytes NameConstraints(absl::string_view domain) {
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& constraints) {
    constraints.Add(der::ContextConstructed(0), [&](der::Writer& permitted) {
      permitted.Add(der::kSequence, [&](der::Writer& subtree) {
        AddGeneralName({GeneralNameForm::kDnsName, View(domain), ByteView()},
                       subtree);
      });
    });
  });
  return writer.Finish();
}

Bytes TlsFeature() {
  constexpr uint8_t kStatusRequest = 5;
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& features) {
    features.AddUint64(kStatusRequest);
  });
  return writer.Finish();
}

void AddCustom(ByteView oid, bool critical, const Bytes& value,
               v1::ApiPassthrough* api) {
  v1::CustomExtension& extension =
      *api->mutable_extensions()->add_custom_extensions();
  extension.set_object_identifier(oid::ToText(oid));
  extension.set_critical(critical);
  extension.set_value(absl::Base64Escape(value));
}

}  // namespace

Bytes KeyIdentifierOf(ByteView spki) {
  constexpr size_t kPointSize = 65;
  return Copy(Sha1(spki.last(kPointSize)));
}

// In an order that the engine would not choose.
Bytes FullCsrSubject() {
  return EncodeName({{oid::kCommonName, der::kUtf8String, "Csr Name"},
                     {oid::kOrganization, der::kPrintableString, "Csr Example"},
                     {oid::kCountry, der::kPrintableString, "DE"}});
}

std::vector<Bytes> FullCsrExtensions(v1::CertificateKind kind) {
  const bool is_ca = kind != v1::CERTIFICATE_KIND_END_ENTITY;
  std::vector<Bytes> list;
  const auto add = [&list](ByteView oid, bool critical, const Bytes& value) {
    list.push_back(EncodeExtension(oid, critical, View(value)));
  };
  add(View(OidOf(kCsrOid)), false, Label("csr"));
  add(View(OidOf(kBothOid)), false, Label("csr"));
  add(View(OidOf(kTlsFeatureOid)), false, TlsFeature());
  if (is_ca) add(oid::kNameConstraints, true, NameConstraints("example.com"));
  add(oid::kCertificatePolicies, true,
      CertificatePolicies("1.3.6.1.4.1.99999.21"));
  add(oid::kAuthorityInfoAccess, false,
      EncodeAuthorityInfoAccessOcsp("http://csr.example.com/ocsp"));
  add(oid::kCrlDistributionPoints, false,
      EncodeCrlDistributionPoint("http://csr.example.com/crl"));
  list.push_back(TestSubjectAltName("csr.example.com"));
  add(oid::kExtendedKeyUsage, false,
      EncodeExtendedKeyUsage({oid::kEmailProtection, oid::kTimeStamping}));
  add(oid::kKeyUsage, true,
      EncodeKeyUsage(is_ca ? kKeyCertSign | kCrlSign
                           : kDigitalSignature | kNonRepudiation));
  add(oid::kSubjectKeyIdentifier, false,
      EncodeSubjectKeyIdentifier(View("csr")));
  add(oid::kAuthorityKeyIdentifier, false,
      EncodeAuthorityKeyIdentifier(View("csr")));
  add(oid::kBasicConstraints, false, EncodeBasicConstraints({true, 7}));
  return list;
}

v1::ApiPassthrough FullApiPassthrough(v1::CertificateKind kind) {
  v1::ApiPassthrough api;
  google::protobuf::TextFormat::ParseFromString(kApiSubjectAndExtensions, &api);
  if (kind != v1::CERTIFICATE_KIND_END_ENTITY) {
    api.mutable_extensions()->mutable_key_usage()->set_key_cert_sign(true);
  }
  AddCustom(View(OidOf(kApiOid)), false, Label("api"), &api);
  AddCustom(View(OidOf(kBothOid)), false, Label("api"), &api);
  AddCustom(oid::kInhibitAnyPolicy, true, InhibitAnyPolicy(3), &api);
  AddCustom(oid::kIssuerAltName, false,
            EncodeGeneralNames(
                {{GeneralNameForm::kUri, View("https://api.example.com/issuer"),
                  ByteView()}}),
            &api);
  // A root's certificate has it from here, and must name its own key.
  AddCustom(oid::kAuthorityKeyIdentifier, false,
            EncodeAuthorityKeyIdentifier(
                kind == v1::CERTIFICATE_KIND_ROOT_CA
                    ? View(KeyIdentifierOf(View(FixedKey(kCaKey).spki())))
                    : View("api")),
            &api);
  AddCustom(oid::kSubjectKeyIdentifier, false,
            EncodeSubjectKeyIdentifier(View("api")), &api);
  AddCustom(oid::kBasicConstraints, true, EncodeBasicConstraints({true, 8}),
            &api);
  AddCustom(oid::kAuthorityInfoAccess, false,
            EncodeAuthorityInfoAccessOcsp("http://api.example.com/ocsp"), &api);
  AddCustom(oid::kCrlDistributionPoints, false,
            EncodeCrlDistributionPoint("http://api.example.com/crl"), &api);
  return api;
}

v1::RevocationConfiguration CrlOnly() {
  v1::RevocationConfiguration revocation;
  v1::CrlConfiguration& crl = *revocation.mutable_crl_configuration();
  crl.set_enabled(true);
  crl.set_expiration_in_days(7);
  crl.set_s3_bucket_name("bucket");
  return revocation;
}

TemplateMatrix::TemplateMatrix(const v1::RevocationConfiguration& revocation)
    : harness_({}, std::make_shared<FixedKeyStore>()) {
  auto create =
      EngineHarness::CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root");
  *create.mutable_revocation_configuration() = revocation;
  ca_arn_ = harness_.Create(create).value();
  const auto own = harness_.IssueForCa(ca_arn_, ca_arn_, "RootCACertificate",
                                       HarnessTime() + absl::Hours(24 * 365));
  harness_.Import(ca_arn_, own.value()).IgnoreError();
}

v1::IssueCertificateRequest TemplateMatrix::Request(
    const PreparedTemplate& form, Asking asking) {
  const bool is_root = form.kind() == v1::CERTIFICATE_KIND_ROOT_CA;
  std::vector<Bytes> extensions;
  if (asking.csr) extensions = FullCsrExtensions(form.kind());
  auto request = harness_.IssueRequest(
      ca_arn_, View(TestCsrOf(FixedKey(is_root ? kCaKey : kSubjectKey),
                              View(FullCsrSubject()), extensions)));
  request.set_template_arn(form.arn());
  if (asking.api) {
    *request.mutable_api_passthrough() = FullApiPassthrough(form.kind());
  }
  return request;
}

}  // namespace pki
