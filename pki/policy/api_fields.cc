// The request's names and extensions in DER.
#include "pki/policy/api_fields.h"

#include <arpa/inet.h>

#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "pki/base/base64.h"
#include "pki/base/status.h"
#include "pki/base/utf8.h"
#include "pki/der/oid.h"
#include "pki/der/string.h"
#include "pki/der/writer.h"
#include "pki/x509/attribute_type.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

// The status of an item, with its place in the list when it is an error.
absl::Status UnderItem(absl::string_view list, int index,
                       const absl::Status& status) {
  if (status.ok()) return status;
  return Under(absl::StrCat(list, "[", index, "]"), status);
}

absl::StatusOr<Bytes> OidToDer(const std::string& text,
                               absl::string_view field) {
  auto octets = oid::FromText(text);
  if (!octets.has_value()) {
    return Refuse(v1::REASON_OID_MALFORMED, field,
                  absl::StrCat(Quote(text), " is not an object identifier."));
  }
  return *std::move(octets);
}

// A member of ASN1Subject.
struct NamedAttribute {
  absl::string_view member;
  ByteView type;
  bool (v1::ASN1Subject::*has)() const;
  const std::string& (v1::ASN1Subject::*get)() const;
};

#define PKI_ATTRIBUTE(member, type, field) \
  { member, type, &v1::ASN1Subject::has_##field, &v1::ASN1Subject::field }
constexpr NamedAttribute kNamedAttributes[] = {
    PKI_ATTRIBUTE("Country", oid::kCountry, country),
    PKI_ATTRIBUTE("Organization", oid::kOrganization, organization),
    PKI_ATTRIBUTE("OrganizationalUnit", oid::kOrganizationalUnit,
                  organizational_unit),
    PKI_ATTRIBUTE("DistinguishedNameQualifier", oid::kDnQualifier,
                  distinguished_name_qualifier),
    PKI_ATTRIBUTE("State", oid::kState, state),
    PKI_ATTRIBUTE("CommonName", oid::kCommonName, common_name),
    PKI_ATTRIBUTE("SerialNumber", oid::kSerialNumber, serial_number),
    PKI_ATTRIBUTE("Locality", oid::kLocality, locality),
    PKI_ATTRIBUTE("Title", oid::kTitle, title),
    PKI_ATTRIBUTE("Surname", oid::kSurname, surname),
    PKI_ATTRIBUTE("GivenName", oid::kGivenName, given_name),
    PKI_ATTRIBUTE("Initials", oid::kInitials, initials),
    PKI_ATTRIBUTE("Pseudonym", oid::kPseudonym, pseudonym),
    PKI_ATTRIBUTE("GenerationQualifier", oid::kGenerationQualifier,
                  generation_qualifier),
};
#undef PKI_ATTRIBUTE

// The attribute with this text; `field` is where the text came from. Views into
// both arguments.
absl::StatusOr<NewAttribute> MakeAttribute(ByteView type,
                                           const std::string& text,
                                           absl::string_view field) {
  const AttributeType* known = FindAttributeType(type);
  const NewAttribute attribute{
      type, known == nullptr ? der::kUtf8String : known->tag, text};
  if (!der::IsStringOf(attribute.tag, View(text)) ||
      der::HasControl(View(text))) {
    return Refuse(v1::REASON_ATTRIBUTE_TEXT, field,
                  absl::StrCat(Quote(text),
                               " has a control character, or one that the "
                               "string type of this attribute lacks."));
  }
  const size_t length = Utf8Length(text);
  const size_t least = known == nullptr ? 1 : known->min_length;
  const size_t most = known == nullptr ? length : known->max_length;
  if (length < least || length > most) {
    return Refuse(v1::REASON_ATTRIBUTE_LENGTH, field,
                  absl::StrCat(Quote(text), " has ", length, " characters; at ",
                               length < least ? "least " : "most ",
                               length < least ? least : most, " are allowed."));
  }
  return attribute;
}

absl::Status AddText(GeneralNameForm form, const std::string& text,
                     absl::string_view field, der::Writer& writer) {
  if (text.empty() || !IsTextOf(form, View(text))) {
    return Refuse(v1::REASON_GENERAL_NAME_TEXT, field,
                  absl::StrCat(Quote(text),
                               " is empty or not ASCII, or has a control "
                               "character, or a space in a host name."));
  }
  AddGeneralName({form, View(text), ByteView()}, writer);
  return absl::OkStatus();
}

absl::Status CheckNoControl(const std::string& text, absl::string_view field) {
  if (!der::HasControl(View(text))) return absl::OkStatus();
  return Refuse(v1::REASON_GENERAL_NAME_TEXT, field,
                absl::StrCat(Quote(text), " has a control character."));
}

absl::Status AddOtherName(const v1::OtherName& name, der::Writer& writer) {
  PKI_ASSIGN_OR_RETURN(const Bytes type, OidToDer(name.type_id(), "TypeId"));
  PKI_RETURN_IF_ERROR(CheckNoControl(name.value(), "Value"));
  der::Writer value;
  value.AddText(der::kUtf8String, name.value());
  AddGeneralName(
      {GeneralNameForm::kOtherName, View(value.Finish()), View(type)}, writer);
  return absl::OkStatus();
}

absl::Status AddEdiPartyName(const v1::EdiPartyName& name,
                             der::Writer& writer) {
  std::optional<absl::string_view> assigner;
  if (name.has_name_assigner()) assigner = name.name_assigner();
  if (name.party_name().empty() ||
      (assigner.has_value() && assigner->empty())) {
    return Refuse(v1::REASON_GENERAL_NAME_TEXT,
                  name.party_name().empty() ? "PartyName" : "NameAssigner",
                  "The text is empty.");
  }
  PKI_RETURN_IF_ERROR(CheckNoControl(name.party_name(), "PartyName"));
  PKI_RETURN_IF_ERROR(CheckNoControl(name.name_assigner(), "NameAssigner"));
  const Bytes value = EncodeEdiPartyName(assigner, name.party_name());
  AddGeneralName({GeneralNameForm::kEdiPartyName, View(value), ByteView()},
                 writer);
  return absl::OkStatus();
}

absl::Status AddIpAddress(const std::string& text, der::Writer& writer) {
  uint8_t octets[16];
  size_t size = 0;
  if (inet_pton(AF_INET, text.c_str(), octets) == 1) {
    size = 4;
  } else if (inet_pton(AF_INET6, text.c_str(), octets) == 1) {
    size = 16;
  }
  // What follows a NUL would not be seen.
  if (size == 0 || text.find('\0') != std::string::npos) {
    return Refuse(
        v1::REASON_IP_ADDRESS, "IpAddress",
        absl::StrCat(Quote(text), " is not an IPv4 or IPv6 address."));
  }
  AddGeneralName(
      {GeneralNameForm::kIpAddress, ByteView(octets, size), ByteView()},
      writer);
  return absl::OkStatus();
}

absl::Status AddDirectoryName(const v1::ASN1Subject& subject,
                              der::Writer& writer) {
  PKI_ASSIGN_OR_RETURN(const Bytes der, SubjectToDer(subject));
  const GeneralName name{GeneralNameForm::kDirectoryName, View(der),
                         ByteView()};
  if (IsEmpty(name)) {
    return Refuse(v1::REASON_GENERAL_NAME_TEXT, "",
                  "The directory name has no attribute.");
  }
  AddGeneralName(name, writer);
  return absl::OkStatus();
}

absl::Status AddRegisteredId(const std::string& text, der::Writer& writer) {
  PKI_ASSIGN_OR_RETURN(const Bytes octets, OidToDer(text, "RegisteredId"));
  AddGeneralName({GeneralNameForm::kRegisteredId, View(octets), ByteView()},
                 writer);
  return absl::OkStatus();
}

absl::Status AddName(const v1::GeneralName& name, der::Writer& writer) {
  const int forms = name.has_other_name() + name.has_rfc822_name() +
                    name.has_dns_name() + name.has_directory_name() +
                    name.has_edi_party_name() +
                    name.has_uniform_resource_identifier() +
                    name.has_ip_address() + name.has_registered_id();
  if (forms != 1) {
    return Refuse(
        v1::REASON_GENERAL_NAME_CHOICE, "",
        absl::StrCat("The general name has ", forms, " forms; give one."));
  }
  if (name.has_other_name()) {
    return Under("OtherName", AddOtherName(name.other_name(), writer));
  }
  if (name.has_rfc822_name()) {
    return AddText(GeneralNameForm::kRfc822Name, name.rfc822_name(),
                   "Rfc822Name", writer);
  }
  if (name.has_dns_name()) {
    return AddText(GeneralNameForm::kDnsName, name.dns_name(), "DnsName",
                   writer);
  }
  if (name.has_directory_name()) {
    return Under("DirectoryName",
                 AddDirectoryName(name.directory_name(), writer));
  }
  if (name.has_edi_party_name()) {
    return Under("EdiPartyName",
                 AddEdiPartyName(name.edi_party_name(), writer));
  }
  if (name.has_uniform_resource_identifier()) {
    return AddText(GeneralNameForm::kUri, name.uniform_resource_identifier(),
                   "UniformResourceIdentifier", writer);
  }
  if (name.has_ip_address()) return AddIpAddress(name.ip_address(), writer);
  return AddRegisteredId(name.registered_id(), writer);
}

// A SEQUENCE with `items`, each written by add(item, writer); `list` is the
// member's name.
template <typename Items, typename Add>
absl::Status AddList(absl::string_view list, const Items& items, Add&& add,
                     der::Writer& writer) {
  absl::Status status;
  writer.Add(der::kSequence, [&](der::Writer& sequence) {
    for (int i = 0; i < items.size() && status.ok(); ++i) {
      status = UnderItem(list, i, add(items[i], sequence));
    }
  });
  return status;
}

template <typename Items, typename Add>
absl::StatusOr<Bytes> ListToDer(absl::string_view list, const Items& items,
                                Add&& add) {
  der::Writer writer;
  PKI_RETURN_IF_ERROR(AddList(list, items, add, writer));
  return writer.Finish();
}

absl::StatusOr<Bytes> KeyUsageToDer(const v1::KeyUsage& usage) {
  const std::pair<bool, KeyUsageBit> kBits[] = {
      {usage.digital_signature(), kDigitalSignature},
      {usage.non_repudiation(), kNonRepudiation},
      {usage.key_encipherment(), kKeyEncipherment},
      {usage.data_encipherment(), kDataEncipherment},
      {usage.key_agreement(), kKeyAgreement},
      {usage.key_cert_sign(), kKeyCertSign},
      {usage.crl_sign(), kCrlSign},
      {usage.encipher_only(), kEncipherOnly},
      {usage.decipher_only(), kDecipherOnly},
  };
  uint16_t bits = 0;
  for (const auto& [is_set, bit] : kBits) {
    if (is_set) bits |= bit;
  }
  if (bits == 0) {
    return Refuse(v1::REASON_KEY_USAGE_EMPTY, "KeyUsage",
                  "No bit of the key usage is true; set one, or leave KeyUsage "
                  "out.");
  }
  return EncodeKeyUsage(bits);
}

absl::StatusOr<Bytes> AccessMethodToDer(const v1::AccessMethod& method) {
  if (method.has_custom_object_identifier() ==
      method.has_access_method_type()) {
    return Refuse(v1::REASON_ACCESS_METHOD_CHOICE, "",
                  "Give one of CustomObjectIdentifier and AccessMethodType.");
  }
  switch (method.access_method_type()) {
    case v1::ACCESS_METHOD_TYPE_CA_REPOSITORY:
      return Copy(oid::kCaRepository);
    case v1::ACCESS_METHOD_TYPE_RESOURCE_PKI_MANIFEST:
      return Copy(oid::kRpkiManifest);
    case v1::ACCESS_METHOD_TYPE_RESOURCE_PKI_NOTIFY:
      return Copy(oid::kRpkiNotify);
    default:
      return OidToDer(method.custom_object_identifier(),
                      "CustomObjectIdentifier");
  }
}

absl::Status AddAccessDescription(const v1::AccessDescription& description,
                                  der::Writer& writer) {
  const auto method = AccessMethodToDer(description.access_method());
  if (!method.ok()) return Under("AccessMethod", method.status());
  absl::Status status;
  writer.Add(der::kSequence, [&](der::Writer& fields) {
    fields.AddOid(View(*method));
    status = AddName(description.access_location(), fields);
  });
  return Under("AccessLocation", status);
}

absl::StatusOr<Bytes> PurposeToDer(const v1::ExtendedKeyUsage& purpose) {
  if (purpose.has_extended_key_usage_type() ==
      purpose.has_extended_key_usage_object_identifier()) {
    return Refuse(v1::REASON_PURPOSE_CHOICE, "",
                  "Give one of ExtendedKeyUsageType and "
                  "ExtendedKeyUsageObjectIdentifier.");
  }
  switch (purpose.extended_key_usage_type()) {
    case v1::EXTENDED_KEY_USAGE_TYPE_SERVER_AUTH:
      return Copy(oid::kServerAuth);
    case v1::EXTENDED_KEY_USAGE_TYPE_CLIENT_AUTH:
      return Copy(oid::kClientAuth);
    case v1::EXTENDED_KEY_USAGE_TYPE_CODE_SIGNING:
      return Copy(oid::kCodeSigning);
    case v1::EXTENDED_KEY_USAGE_TYPE_EMAIL_PROTECTION:
      return Copy(oid::kEmailProtection);
    case v1::EXTENDED_KEY_USAGE_TYPE_TIME_STAMPING:
      return Copy(oid::kTimeStamping);
    case v1::EXTENDED_KEY_USAGE_TYPE_OCSP_SIGNING:
      return Copy(oid::kOcspSigning);
    case v1::EXTENDED_KEY_USAGE_TYPE_SMART_CARD_LOGIN:
      return Copy(oid::kSmartCardLogin);
    case v1::EXTENDED_KEY_USAGE_TYPE_DOCUMENT_SIGNING:
      return Copy(oid::kDocumentSigning);
    case v1::EXTENDED_KEY_USAGE_TYPE_CERTIFICATE_TRANSPARENCY:
      return Copy(oid::kCertificateTransparency);
    default:
      return OidToDer(purpose.extended_key_usage_object_identifier(),
                      "ExtendedKeyUsageObjectIdentifier");
  }
}

absl::Status AddPurpose(const v1::ExtendedKeyUsage& purpose,
                        der::Writer& writer) {
  PKI_ASSIGN_OR_RETURN(const Bytes octets, PurposeToDer(purpose));
  writer.AddOid(View(octets));
  return absl::OkStatus();
}

absl::Status AddQualifier(const v1::PolicyQualifierInfo& info,
                          der::Writer& writer) {
  const std::string& uri = info.qualifier().cps_uri();
  if (uri.empty() || !IsTextOf(GeneralNameForm::kUri, View(uri))) {
    return Refuse(v1::REASON_GENERAL_NAME_TEXT, "Qualifier.CpsUri",
                  absl::StrCat(Quote(uri),
                               " is empty or not ASCII, or has a control "
                               "character."));
  }
  writer.Add(der::kSequence, [&](der::Writer& fields) {
    fields.AddOid(oid::kCpsQualifier);
    fields.AddText(der::kIa5String, uri);
  });
  return absl::OkStatus();
}

absl::StatusOr<Bytes> PoliciesToDer(const v1::Extensions& extensions) {
  absl::flat_hash_set<Bytes> seen;
  const auto add = [&seen](const v1::PolicyInformation& policy,
                           der::Writer& writer) -> absl::Status {
    PKI_ASSIGN_OR_RETURN(const Bytes id,
                         OidToDer(policy.cert_policy_id(), "CertPolicyId"));
    if (!seen.insert(id).second) {
      return Refuse(v1::REASON_POLICY_DUPLICATE, "CertPolicyId",
                    absl::StrCat("The policy ", policy.cert_policy_id(),
                                 " is named twice."));
    }
    absl::Status status;
    writer.Add(der::kSequence, [&](der::Writer& fields) {
      fields.AddOid(View(id));
      if (policy.policy_qualifiers().empty()) return;
      status = AddList("PolicyQualifiers", policy.policy_qualifiers(),
                       AddQualifier, fields);
    });
    return status;
  };
  return ListToDer("CertificatePolicies", extensions.certificate_policies(),
                   add);
}

// Whole Extensions in DER, no type twice.
class ExtensionSet {
 public:
  // With room for so many.
  explicit ExtensionSet(size_t expected) {
    types_.reserve(expected);
    extensions_.reserve(expected);
  }

  absl::Status Add(ByteView type, bool critical, ByteView value) {
    if (!types_.insert(Copy(type)).second) {
      return Refuse(
          v1::REASON_EXTENSION_DUPLICATE, "ObjectIdentifier",
          absl::StrCat("The extension ", oid::Show(type), " is given twice."));
    }
    extensions_.push_back(EncodeExtension(type, critical, value));
    return absl::OkStatus();
  }
  // The same, when `value` is one.
  absl::Status Add(ByteView type, bool critical,
                   const absl::StatusOr<Bytes>& value) {
    PKI_RETURN_IF_ERROR(value.status());
    return Add(type, critical, View(*value));
  }
  std::vector<Bytes> Take() { return std::move(extensions_); }

 private:
  absl::flat_hash_set<Bytes> types_;
  std::vector<Bytes> extensions_;
};

absl::Status AddCustomExtension(const v1::CustomExtension& extension,
                                ExtensionSet* set) {
  PKI_ASSIGN_OR_RETURN(const Bytes type, OidToDer(extension.object_identifier(),
                                                  "ObjectIdentifier"));
  const auto value = DecodeBase64(extension.value());
  if (!value.has_value()) {
    return Refuse(v1::REASON_EXTENSION_VALUE, "Value",
                  absl::StrCat(Quote(extension.value()), " is not base64."));
  }
  return set->Add(View(type), extension.critical(), View(*value));
}

// `type` is where the attribute's type is kept.
absl::StatusOr<NewAttribute> MakeCustomAttribute(
    const v1::CustomAttribute& custom, Bytes* type) {
  PKI_ASSIGN_OR_RETURN(
      *type, OidToDer(custom.object_identifier(), "ObjectIdentifier"));
  return MakeAttribute(View(*type), custom.value(), "Value");
}

}  // namespace

absl::StatusOr<Bytes> SubjectToDer(const v1::ASN1Subject& subject) {
  absl::InlinedVector<NewAttribute, 16> attributes;
  for (const NamedAttribute& row : kNamedAttributes) {
    if (!(subject.*row.has)()) continue;
    PKI_ASSIGN_OR_RETURN(
        const NewAttribute attribute,
        MakeAttribute(row.type, (subject.*row.get)(), row.member));
    attributes.push_back(attribute);
  }
  const auto& custom = subject.custom_attributes();
  if (!attributes.empty() && !custom.empty()) {
    return Refuse(v1::REASON_SUBJECT_MIXED, "CustomAttributes",
                  "CustomAttributes cannot stand beside named attributes; give "
                  "those as custom ones too.");
  }
  std::vector<Bytes> types(custom.size());
  for (int i = 0; i < custom.size(); ++i) {
    const auto attribute = MakeCustomAttribute(custom[i], &types[i]);
    if (!attribute.ok()) {
      return UnderItem("CustomAttributes", i, attribute.status());
    }
    attributes.push_back(*attribute);
  }
  return EncodeName(attributes);
}

absl::StatusOr<std::vector<Bytes>> CsrExtensionsToDer(
    const v1::CsrExtensions& extensions) {
  constexpr size_t kMembers = 3;
  ExtensionSet set(kMembers);
  PKI_RETURN_IF_ERROR(
      set.Add(oid::kBasicConstraints, true,
              View(EncodeBasicConstraints({true, std::nullopt}))));
  if (extensions.has_key_usage()) {
    PKI_RETURN_IF_ERROR(
        set.Add(oid::kKeyUsage, true, KeyUsageToDer(extensions.key_usage())));
  }
  if (!extensions.subject_information_access().empty()) {
    PKI_RETURN_IF_ERROR(
        set.Add(oid::kSubjectInfoAccess, false,
                ListToDer("SubjectInformationAccess",
                          extensions.subject_information_access(),
                          AddAccessDescription)));
  }
  return set.Take();
}

absl::StatusOr<std::vector<Bytes>> ApiExtensionsToDer(
    const v1::Extensions& extensions) {
  constexpr size_t kMembers = 4;  // beside the custom ones
  ExtensionSet set(kMembers + extensions.custom_extensions_size());
  if (extensions.has_key_usage()) {
    PKI_RETURN_IF_ERROR(
        set.Add(oid::kKeyUsage, true, KeyUsageToDer(extensions.key_usage())));
  }
  if (!extensions.extended_key_usage().empty()) {
    PKI_RETURN_IF_ERROR(
        set.Add(oid::kExtendedKeyUsage, false,
                ListToDer("ExtendedKeyUsage", extensions.extended_key_usage(),
                          AddPurpose)));
  }
  if (!extensions.subject_alternative_names().empty()) {
    PKI_RETURN_IF_ERROR(
        set.Add(oid::kSubjectAltName, false,
                ListToDer("SubjectAlternativeNames",
                          extensions.subject_alternative_names(), AddName)));
  }
  if (!extensions.certificate_policies().empty()) {
    PKI_RETURN_IF_ERROR(
        set.Add(oid::kCertificatePolicies, false, PoliciesToDer(extensions)));
  }
  for (int i = 0; i < extensions.custom_extensions_size(); ++i) {
    PKI_RETURN_IF_ERROR(
        UnderItem("CustomExtensions", i,
                  AddCustomExtension(extensions.custom_extensions(i), &set)));
  }
  return set.Take();
}

}  // namespace pki
