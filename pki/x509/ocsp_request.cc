// Reading and writing of OCSP requests.
#include "pki/x509/ocsp_request.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/der/writer.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"

namespace pki {
namespace {

constexpr der::Tag kSignature = der::ContextConstructed(0);
constexpr der::Tag kSignatureCertificates = der::ContextConstructed(0);
constexpr der::Tag kVersion = der::ContextConstructed(0);
constexpr der::Tag kRequestorName = der::ContextConstructed(1);
constexpr der::Tag kRequestExtensions = der::ContextConstructed(2);
constexpr der::Tag kSingleExtensions = der::ContextConstructed(0);

constexpr absl::string_view kRoot = "OcspRequest";

absl::Status NotDer(absl::string_view field, absl::string_view expected) {
  return Refuse(
      v1::REASON_OCSP_REQUEST, absl::StrCat(kRoot, ".", field),
      absl::StrCat("The OCSP request is not DER: expected ", expected, "."));
}

// Reads the extensions in the field at this tag, which may be absent, and adds
// them to the list. What is critical and none of `known` is refused.
absl::Status ReadExtensions(der::Reader* reader, der::Tag tag,
                            absl::Span<const ByteView> known,
                            absl::string_view field, ExtensionList* list) {
  if (!reader->NextIs(tag)) return absl::OkStatus();
  ByteView contents;
  if (!reader->Read(tag, &contents)) return NotDer(field, "extensions");
  const auto extensions = ParseExtensions(contents);
  if (!extensions.has_value() || DuplicateExtension(*extensions).has_value()) {
    return NotDer(field, "a list of extensions, each once");
  }
  for (const Extension& extension : *extensions) {
    list->push_back(extension);
    bool is_known = false;
    for (const ByteView oid : known) is_known |= extension.oid == oid;
    if (!extension.critical || is_known) continue;
    const std::string type = oid::Show(extension.oid);
    return Refuse(v1::REASON_OCSP_EXTENSION,
                  absl::StrCat(kRoot, ".", field, "[", type, "]"),
                  absl::StrCat("The critical extension ", type,
                               " is none that this responder knows."));
  }
  return absl::OkStatus();
}

absl::StatusOr<ByteView> ReadNonce(const Extension& extension) {
  der::Reader reader(extension.value);
  ByteView nonce;
  if (reader.Read(der::kOctetString, &nonce) && reader.empty() &&
      !nonce.empty() && nonce.size() <= kMaxOcspNonce) {
    return nonce;
  }
  return Refuse(v1::REASON_OCSP_NONCE,
                absl::StrCat(kRoot, ".requestExtensions[",
                             oid::Show(oid::kOcspNonce), "]"),
                "A nonce is an OCTET STRING of 1 to 128 bytes.");
}

absl::StatusOr<CertId> ReadRequest(der::Reader* list, size_t index) {
  const std::string field = absl::StrCat("requestList[", index, "]");
  der::Reader request;
  ByteView cert_id;
  if (!list->Read(der::kSequence, &request) ||
      !request.ReadElement(der::kSequence, &cert_id)) {
    return NotDer(field, "a CertID");
  }
  const auto id = ParseCertId(cert_id);
  if (!id.has_value()) {
    return Refuse(v1::REASON_OCSP_CERT_ID,
                  absl::StrCat(kRoot, ".", field, ".reqCert"),
                  "A CertID has a hash algorithm, two digests by it, and a "
                  "serial.");
  }
  ExtensionList passed_over;
  PKI_RETURN_IF_ERROR(ReadExtensions(
      &request, kSingleExtensions, {},
      absl::StrCat(field, ".singleRequestExtensions"), &passed_over));
  if (!request.empty()) return NotDer(field, "nothing more");
  return *id;
}

absl::StatusOr<OcspRequest> ReadTbsRequest(der::Reader tbs) {
  if (tbs.NextIs(kVersion)) {
    der::Reader version;
    uint64_t number = 0;
    if (!tbs.Read(kVersion, &version) || !version.ReadUint64(&number) ||
        !version.empty()) {
      return NotDer("version", "an INTEGER");
    }
    if (number != 0) {
      return Refuse(v1::REASON_OCSP_VERSION, absl::StrCat(kRoot, ".version"),
                    "The version of an OCSP request is 1.");
    }
    // DER leaves a DEFAULT value out.
    return NotDer("version", "no version where it is 1");
  }
  if (tbs.NextIs(kRequestorName)) {
    der::Reader requestor;
    GeneralName name;
    if (!tbs.Read(kRequestorName, &requestor) ||
        !ReadGeneralName(&requestor, &name) || !requestor.empty()) {
      return NotDer("requestorName", "a GeneralName");
    }
  }
  der::Reader list;
  if (!tbs.Read(der::kSequence, &list) || list.empty()) {
    return NotDer("requestList", "at least one request");
  }
  OcspRequest request;
  while (!list.empty()) {
    PKI_ASSIGN_OR_RETURN(const CertId id,
                         ReadRequest(&list, request.certificates.size()));
    request.certificates.push_back(id);
  }
  ExtensionList extensions;
  PKI_RETURN_IF_ERROR(ReadExtensions(&tbs, kRequestExtensions,
                                     {oid::kOcspNonce}, "requestExtensions",
                                     &extensions));
  if (!tbs.empty()) return NotDer("tbsRequest", "nothing more");
  const Extension* const nonce = FindExtension(extensions, oid::kOcspNonce);
  if (nonce != nullptr) {
    PKI_ASSIGN_OR_RETURN(request.nonce, ReadNonce(*nonce));
  }
  return request;
}

bool IsSignature(der::Reader field) {
  der::Reader signature;
  ByteView algorithm;
  ByteView value;
  if (!field.Read(der::kSequence, &signature) || !field.empty() ||
      !signature.ReadElement(der::kSequence, &algorithm) ||
      !signature.ReadBitStringBytes(&value)) {
    return false;
  }
  if (signature.empty()) return true;
  der::Reader certificates;
  der::Reader list;
  if (!signature.Read(kSignatureCertificates, &certificates) ||
      !signature.empty() || !certificates.Read(der::kSequence, &list) ||
      !certificates.empty()) {
    return false;
  }
  ByteView certificate;
  while (!list.empty()) {
    if (!list.ReadElement(der::kSequence, &certificate)) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<OcspRequest> ParseOcspRequest(ByteView der) {
  der::Reader outer(der);
  der::Reader fields;
  der::Reader tbs;
  if (!outer.Read(der::kSequence, &fields) || !outer.empty() ||
      !fields.Read(der::kSequence, &tbs)) {
    return NotDer("tbsRequest", "a TBSRequest");
  }
  der::Reader signature;
  if (!fields.empty() && (!fields.Read(kSignature, &signature) ||
                          !fields.empty() || !IsSignature(signature))) {
    return NotDer("optionalSignature", "a Signature at the end");
  }
  return ReadTbsRequest(tbs);
}

Bytes EncodeOcspRequest(ByteView cert_id) {
  der::Writer writer(cert_id.size() + 16);
  writer.Add(der::kSequence, [cert_id](der::Writer& request) {
    request.Add(der::kSequence, [cert_id](der::Writer& tbs) {
      tbs.Add(der::kSequence, [cert_id](der::Writer& list) {
        list.AddBytes(der::kSequence, cert_id);
      });
    });
  });
  return writer.Finish();
}

}  // namespace pki
