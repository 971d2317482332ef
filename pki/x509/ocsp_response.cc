// Writing of OCSP responses.
#include "pki/x509/ocsp_response.h"

#include "pki/der/oid.h"
#include "pki/der/time.h"
#include "pki/der/writer.h"
#include "pki/x509/extension.h"

namespace pki {
namespace {

constexpr der::Tag kResponseBytes = der::ContextConstructed(0);
constexpr der::Tag kCertificates = der::ContextConstructed(0);
constexpr der::Tag kByName = der::ContextConstructed(1);
constexpr der::Tag kByKey = der::ContextConstructed(2);
constexpr der::Tag kResponseExtensions = der::ContextConstructed(1);
constexpr der::Tag kGood = der::Context(0);
constexpr der::Tag kRevoked = der::ContextConstructed(1);
constexpr der::Tag kRevocationReason = der::ContextConstructed(0);
constexpr der::Tag kUnknown = der::Context(2);
constexpr der::Tag kNextUpdate = der::ContextConstructed(0);

constexpr uint8_t kSuccessful = 0;

// What encodings need around their variable parts.
constexpr size_t kSingleSize = 160;
constexpr size_t kDataSize = 256;

void AddEnumerated(uint8_t value, der::Writer& writer) {
  writer.AddBytes(der::kEnumerated, ByteView(&value, 1));
}

void AddStatus(const OcspStatus& status, der::Writer& writer) {
  switch (status.status) {
    case OcspCertStatus::kGood:
      writer.AddBytes(kGood, ByteView());
      return;
    case OcspCertStatus::kUnknown:
      writer.AddBytes(kUnknown, ByteView());
      return;
    case OcspCertStatus::kRevoked:
      writer.Add(kRevoked, [&status](der::Writer& info) {
        info.AddRaw(View(der::EncodeGeneralizedTime(status.revoked_at)));
        if (!status.reason.has_value()) return;
        info.Add(kRevocationReason, [&status](der::Writer& reason) {
          AddEnumerated(*status.reason, reason);
        });
      });
  }
}

}  // namespace

Bytes EncodeOcspRefusal(OcspRefusal refusal) {
  der::Writer writer(8);
  writer.Add(der::kSequence, [refusal](der::Writer& response) {
    AddEnumerated(static_cast<uint8_t>(refusal), response);
  });
  return writer.Finish();
}

Bytes EncodeOcspResponderByName(ByteView name) {
  der::Writer writer(name.size() + 4);
  writer.AddBytes(kByName, name);
  return writer.Finish();
}

Bytes EncodeOcspResponderByKey(ByteView key_hash) {
  der::Writer writer(key_hash.size() + 4);
  writer.Add(kByKey, [key_hash](der::Writer& id) {
    id.AddBytes(der::kOctetString, key_hash);
  });
  return writer.Finish();
}

Bytes EncodeOcspResponseData(const OcspResponseParts& parts) {
  const Bytes produced_at = der::EncodeGeneralizedTime(parts.produced_at);
  const Bytes next_update = der::EncodeGeneralizedTime(parts.next_update);
  der::Writer writer(kDataSize + kSingleSize * parts.responses.size());
  writer.Add(der::kSequence, [&](der::Writer& data) {
    data.AddRaw(parts.responder_id);
    data.AddRaw(View(produced_at));
    data.Add(der::kSequence, [&](der::Writer& responses) {
      for (const OcspSingleResponse& each : parts.responses) {
        responses.Add(der::kSequence, [&](der::Writer& single) {
          single.AddRaw(each.cert_id);
          AddStatus(each.status, single);
          single.AddRaw(View(produced_at));
          single.AddBytes(kNextUpdate, View(next_update));
        });
      }
    });
    if (parts.nonce.empty()) return;
    data.Add(kResponseExtensions, [&](der::Writer& field) {
      field.Add(der::kSequence, [&](der::Writer& extensions) {
        der::Writer value(parts.nonce.size() + 4);
        value.AddBytes(der::kOctetString, parts.nonce);
        extensions.AddRaw(View(
            EncodeExtension(oid::kOcspNonce, false, View(value.Finish()))));
      });
    });
  });
  return writer.Finish();
}

Bytes EncodeOcspResponse(ByteView response_data, ByteView signature_algorithm,
                         ByteView signature, ByteView certificate) {
  der::Writer writer(response_data.size() + signature_algorithm.size() +
                     signature.size() + certificate.size() + 64);
  writer.Add(der::kSequence, [&](der::Writer& response) {
    AddEnumerated(kSuccessful, response);
    response.Add(kResponseBytes, [&](der::Writer& field) {
      field.Add(der::kSequence, [&](der::Writer& bytes) {
        bytes.AddOid(oid::kOcspBasic);
        bytes.Add(der::kOctetString, [&](der::Writer& octets) {
          octets.Add(der::kSequence, [&](der::Writer& basic) {
            basic.AddRaw(response_data);
            basic.AddRaw(signature_algorithm);
            basic.AddBitStringBytes(signature);
            if (certificate.empty()) return;
            basic.Add(kCertificates, [certificate](der::Writer& certificates) {
              certificates.AddBytes(der::kSequence, certificate);
            });
          });
        });
      });
    });
  });
  return writer.Finish();
}

}  // namespace pki
