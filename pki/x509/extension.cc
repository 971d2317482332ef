// Reading and writing of extensions.
#include "pki/x509/extension.h"

#include <algorithm>
#include <vector>

#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/der/writer.h"
#include "pki/x509/general_name.h"

namespace pki {
namespace {

constexpr der::Tag kKeyIdentifier = der::Context(0);
constexpr der::Tag kAuthorityCertIssuer = der::ContextConstructed(1);
constexpr der::Tag kAuthorityCertSerial = der::Context(2);
constexpr der::Tag kDistributionPointName = der::ContextConstructed(0);
constexpr der::Tag kFullName = der::ContextConstructed(0);
constexpr der::Tag kUriName = der::Context(6);

// [0] with URIs as fullName, in the SEQUENCE that both kinds of distribution
// point are.
void AddDistributionPoint(absl::Span<const std::string> uris,
                          der::Writer& writer) {
  writer.Add(der::kSequence, [&](der::Writer& point) {
    point.Add(kDistributionPointName, [&](der::Writer& name) {
      name.Add(kFullName, [&](der::Writer& names) {
        for (const std::string& uri : uris) names.AddText(kUriName, uri);
      });
    });
  });
}

}  // namespace

std::optional<Extension> ParseExtension(ByteView der) {
  Extension extension;
  extension.der = der;
  der::Reader outer(der);
  der::Reader fields;
  if (!outer.Read(der::kSequence, &fields) || !outer.empty() ||
      !fields.ReadOid(&extension.oid)) {
    return std::nullopt;
  }
  if (!fields.ReadDefaultFalse(&extension.critical) ||
      !fields.Read(der::kOctetString, &extension.value) || !fields.empty()) {
    return std::nullopt;
  }
  return extension;
}

std::optional<ExtensionList> ParseExtensions(ByteView der) {
  der::Reader outer(der);
  der::Reader list;
  if (!outer.Read(der::kSequence, &list) || !outer.empty() || list.empty()) {
    return std::nullopt;
  }
  ExtensionList extensions;
  while (!list.empty()) {
    ByteView element;
    if (!list.ReadElement(der::kSequence, &element)) return std::nullopt;
    const auto extension = ParseExtension(element);
    if (!extension.has_value()) return std::nullopt;
    extensions.push_back(*extension);
  }
  return extensions;
}

const Extension* FindExtension(absl::Span<const Extension> extensions,
                               ByteView type) {
  for (const Extension& extension : extensions) {
    if (oid::Same(extension.oid, type)) return &extension;
  }
  return nullptr;
}

std::optional<ByteView> DuplicateExtension(
    absl::Span<const Extension> extensions) {
  constexpr size_t kFew = 16;
  if (extensions.size() <= kFew) {
    for (size_t i = 1; i < extensions.size(); ++i) {
      if (FindExtension(extensions.first(i), extensions[i].oid) != nullptr) {
        return extensions[i].oid;
      }
    }
    return std::nullopt;
  }
  // A hostile list may be long: sorting keeps the cost in check.
  std::vector<ByteView> oids;
  oids.reserve(extensions.size());
  for (const Extension& extension : extensions) oids.push_back(extension.oid);
  std::sort(oids.begin(), oids.end());
  const auto twin = std::adjacent_find(oids.begin(), oids.end());
  if (twin == oids.end()) return std::nullopt;
  return *twin;
}

Bytes EncodeExtension(ByteView oid, bool critical, ByteView value) {
  der::Writer writer(value.size() + 32);
  writer.Add(der::kSequence, [&](der::Writer& fields) {
    fields.AddOid(oid);
    if (critical) fields.AddBoolean(true);
    fields.AddBytes(der::kOctetString, value);
  });
  return writer.Finish();
}

std::optional<BasicConstraints> ParseBasicConstraints(ByteView value) {
  BasicConstraints constraints;
  der::Reader outer(value);
  der::Reader fields;
  if (!outer.Read(der::kSequence, &fields) || !outer.empty() ||
      !fields.ReadDefaultFalse(&constraints.ca)) {
    return std::nullopt;
  }
  if (fields.NextIs(der::kInteger)) {
    uint64_t length = 0;
    if (!fields.ReadUint64(&length) || length > UINT32_MAX) return std::nullopt;
    constraints.path_length = static_cast<uint32_t>(length);
  }
  if (!fields.empty()) return std::nullopt;
  return constraints;
}

Bytes EncodeBasicConstraints(const BasicConstraints& constraints) {
  der::Writer writer(16);
  writer.Add(der::kSequence, [&](der::Writer& fields) {
    if (constraints.ca) fields.AddBoolean(true);
    if (constraints.path_length.has_value()) {
      fields.AddUint64(*constraints.path_length);
    }
  });
  return writer.Finish();
}

std::optional<uint16_t> ParseKeyUsage(ByteView value) {
  der::Reader reader(value);
  ByteView bytes;
  int unused = 0;
  if (!reader.ReadBitString(&bytes, &unused) || !reader.empty()) {
    return std::nullopt;
  }
  const int size = static_cast<int>(bytes.size()) * 8 - unused;
  if (bytes.size() > 2 || size > 9) return std::nullopt;
  uint16_t bits = 0;
  for (int bit = 0; bit < size; ++bit) {
    if ((bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) {
      bits |= static_cast<uint16_t>(1 << bit);
    }
  }
  return bits;
}

bool IsMinimalKeyUsage(ByteView value) {
  der::Reader reader(value);
  ByteView bytes;
  int unused = 0;
  return reader.ReadBitString(&bytes, &unused) &&
         (bytes.empty() || (bytes.back() >> unused & 1) != 0);
}

Bytes EncodeKeyUsage(uint16_t bits) {
  uint8_t contents[3] = {0, 0, 0};
  size_t size = 1;
  for (int bit = 0; bit <= 8; ++bit) {
    if ((bits >> bit & 1) == 0) continue;
    contents[1 + bit / 8] |= static_cast<uint8_t>(0x80 >> (bit % 8));
    contents[0] = static_cast<uint8_t>(7 - bit % 8);
    size = 2 + bit / 8;
  }
  der::Writer writer(8);
  writer.AddBytes(der::kBitString, ByteView(contents, size));
  return writer.Finish();
}

std::optional<PurposeList> ParseExtendedKeyUsage(ByteView value) {
  der::Reader outer(value);
  der::Reader list;
  if (!outer.Read(der::kSequence, &list) || !outer.empty() || list.empty()) {
    return std::nullopt;
  }
  PurposeList purposes;
  while (!list.empty()) {
    ByteView purpose;
    if (!list.ReadOid(&purpose)) return std::nullopt;
    purposes.push_back(purpose);
  }
  return purposes;
}

Bytes EncodeExtendedKeyUsage(absl::Span<const ByteView> purposes) {
  der::Writer writer(64);
  writer.Add(der::kSequence, [&](der::Writer& list) {
    for (const ByteView purpose : purposes) list.AddOid(purpose);
  });
  return writer.Finish();
}

std::optional<AuthorityKeyIdentifier> ParseAuthorityKeyIdentifier(
    ByteView value) {
  der::Reader outer(value);
  der::Reader fields;
  if (!outer.Read(der::kSequence, &fields) || !outer.empty()) {
    return std::nullopt;
  }
  AuthorityKeyIdentifier identifier;
  if (fields.NextIs(kKeyIdentifier)) {
    ByteView key_identifier;
    if (!fields.Read(kKeyIdentifier, &key_identifier)) return std::nullopt;
    identifier.key_identifier = key_identifier;
  }
  // The issuer and its serial stand together or not at all.
  if (fields.NextIs(kAuthorityCertIssuer)) {
    ByteView issuer;
    ByteView serial;
    if (!fields.ReadElement(kAuthorityCertIssuer, &issuer) ||
        !IsGeneralNames(issuer, kAuthorityCertIssuer) ||
        !fields.ReadInteger(&serial, kAuthorityCertSerial)) {
      return std::nullopt;
    }
  }
  if (!fields.empty()) return std::nullopt;
  return identifier;
}

Bytes EncodeAuthorityKeyIdentifier(ByteView key_identifier) {
  der::Writer writer(32);
  writer.Add(der::kSequence, [&](der::Writer& fields) {
    fields.AddBytes(kKeyIdentifier, key_identifier);
  });
  return writer.Finish();
}

std::optional<ByteView> ParseSubjectKeyIdentifier(ByteView value) {
  der::Reader reader(value);
  ByteView key_identifier;
  if (!reader.Read(der::kOctetString, &key_identifier) || !reader.empty()) {
    return std::nullopt;
  }
  return key_identifier;
}

Bytes EncodeSubjectKeyIdentifier(ByteView key_identifier) {
  der::Writer writer(32);
  writer.AddBytes(der::kOctetString, key_identifier);
  return writer.Finish();
}

Bytes EncodeCrlDistributionPoint(const std::string& uri) {
  der::Writer writer(uri.size() + 16);
  writer.Add(der::kSequence, [&](der::Writer& points) {
    AddDistributionPoint(absl::MakeConstSpan(&uri, 1), points);
  });
  return writer.Finish();
}

Bytes EncodeIssuingDistributionPoint(absl::Span<const std::string> uris) {
  der::Writer writer;
  AddDistributionPoint(uris, writer);
  return writer.Finish();
}

std::optional<std::vector<absl::string_view>> ParseIssuingDistributionPoint(
    ByteView value) {
  der::Reader outer(value);
  der::Reader point;
  der::Reader name;
  der::Reader names;
  if (!outer.Read(der::kSequence, &point) || !outer.empty() ||
      !point.Read(kDistributionPointName, &name) || !point.empty() ||
      !name.Read(kFullName, &names) || !name.empty() || names.empty()) {
    return std::nullopt;
  }
  std::vector<absl::string_view> uris;
  while (!names.empty()) {
    ByteView uri;
    if (!names.Read(kUriName, &uri)) return std::nullopt;
    uris.push_back(Text(uri));
  }
  return uris;
}

Bytes EncodeAuthorityInfoAccessOcsp(absl::string_view uri) {
  der::Writer writer(uri.size() + 24);
  writer.Add(der::kSequence, [&](der::Writer& descriptions) {
    descriptions.Add(der::kSequence, [&](der::Writer& description) {
      description.AddOid(oid::kOcsp);
      description.AddText(kUriName, uri);
    });
  });
  return writer.Finish();
}

}  // namespace pki
