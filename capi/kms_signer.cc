// The numbers of the header, the table of the crypto library, and the service
// between them.
#include "capi/kms_signer.h"

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"

namespace pki {
namespace {

constexpr int32_t kNoSuchKey = 2;

absl::string_view ToText(pki_bytes bytes) {
  return Text(ByteView(bytes.data, bytes.size));
}

int32_t Give(const std::optional<Bytes>& result, pki_bytes_sink sink,
             void* context) {
  if (!result.has_value()) return kNoSuchKey;
  return sink(context, {View(*result).data(), result->size()});
}

// The table is in the order of the numbers, which begin with 1.
SignatureAlgorithm AlgorithmOf(int32_t number) {
  return SignatureAlgorithms()[static_cast<size_t>(number - 1)].id;
}

}  // namespace

KmsSigner::KmsSigner() {
  signer.size = sizeof(signer);
  signer.context = this;
  signer.create = [](void* context, const char*, int32_t algorithm,
                     pki_bytes_sink result, void* sink) {
    auto& keys = static_cast<KmsSigner*>(context)->kms;
    return Give(keys.Create(static_cast<v1::KeyAlgorithm>(algorithm)), result,
                sink);
  };
  signer.public_key = [](void* context, const char*, pki_bytes handle,
                         pki_bytes_sink result, void* sink) {
    auto& keys = static_cast<KmsSigner*>(context)->kms;
    return Give(keys.PublicKeyOf(ToText(handle)), result, sink);
  };
  signer.sign = [](void* context, const char*, pki_bytes handle,
                   int32_t algorithm, pki_bytes digest, pki_bytes_sink result,
                   void* sink) {
    auto& keys = static_cast<KmsSigner*>(context)->kms;
    return Give(keys.SignDigest(ToText(handle), AlgorithmOf(algorithm),
                                ByteView(digest.data, digest.size)),
                result, sink);
  };
  signer.destroy = [](void* context, const char*, pki_bytes handle) {
    static_cast<KmsSigner*>(context)->kms.Destroy(ToText(handle));
    return 0;
  };
}

}  // namespace pki
