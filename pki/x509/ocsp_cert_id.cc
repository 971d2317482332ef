// CertIDs, and the table of their hashes.
#include "pki/x509/ocsp_cert_id.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "pki/crypto/digest.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/der/writer.h"

namespace pki {
namespace {

// SHA-1 is no Digest: nothing is signed with it.
Bytes HashBySha1(ByteView data) { return Copy(Sha1(data)); }

template <Digest kDigest>
Bytes HashByDigest(ByteView data) {
  return DigestOf(kDigest, data);
}

// What there is to a hash, in the enum's order.
struct Row {
  ByteView oid;
  size_t size;  // of a digest, in bytes
  Bytes (*hash)(ByteView data);
};
constexpr Row kRows[] = {
    {oid::kSha1, 20, HashBySha1},
    {oid::kSha256, 32, HashByDigest<Digest::kSha256>},
    {oid::kSha384, 48, HashByDigest<Digest::kSha384>},
    {oid::kSha512, 64, HashByDigest<Digest::kSha512>},
};
constexpr CertIdHash kAll[] = {CertIdHash::kSha1, CertIdHash::kSha256,
                               CertIdHash::kSha384, CertIdHash::kSha512};
static_assert(std::size(kAll) == std::size(kRows), "each has a row");

const Row& RowOf(CertIdHash hash) { return kRows[static_cast<int>(hash)]; }

// The row that the next AlgorithmIdentifier names, null for an algorithm that
// has none; nothing when it cannot be read.
std::optional<const Row*> ReadHash(der::Reader* reader) {
  der::Reader algorithm;
  ByteView oid;
  if (!reader->Read(der::kSequence, &algorithm) || !algorithm.ReadOid(&oid)) {
    return std::nullopt;
  }
  const Row* const row =
      std::find_if(std::begin(kRows), std::end(kRows),
                   [oid](const Row& each) { return each.oid == oid; });
  // What stands behind it only its own specification says.
  if (row == std::end(kRows)) return nullptr;
  ByteView parameters;
  if (!algorithm.empty() && (!algorithm.Read(der::kNull, &parameters) ||
                             !parameters.empty() || !algorithm.empty())) {
    return std::nullopt;
  }
  return row;
}

}  // namespace

absl::Span<const CertIdHash> CertIdHashes() { return kAll; }

Bytes HashBy(CertIdHash hash, ByteView data) { return RowOf(hash).hash(data); }

std::optional<CertId> ParseCertId(ByteView der) {
  CertId id;
  id.der = der;
  der::Reader outer(der);
  der::Reader fields;
  if (!outer.Read(der::kSequence, &fields) || !outer.empty()) {
    return std::nullopt;
  }
  const std::optional<const Row*> row = ReadHash(&fields);
  if (!row.has_value() ||
      !fields.Read(der::kOctetString, &id.issuer_name_hash) ||
      !fields.Read(der::kOctetString, &id.issuer_key_hash) ||
      !fields.ReadInteger(&id.serial) || !fields.empty()) {
    return std::nullopt;
  }
  if (*row == nullptr) return id;
  if (id.issuer_name_hash.size() != (*row)->size ||
      id.issuer_key_hash.size() != (*row)->size) {
    return std::nullopt;
  }
  id.hash = kAll[*row - kRows];
  return id;
}

Bytes EncodeCertId(CertIdHash hash, ByteView issuer_name_hash,
                   ByteView issuer_key_hash, ByteView serial) {
  der::Writer writer(issuer_name_hash.size() * 2 + serial.size() + 32);
  writer.Add(der::kSequence, [&](der::Writer& fields) {
    fields.Add(der::kSequence, [&](der::Writer& algorithm) {
      algorithm.AddOid(RowOf(hash).oid);
      algorithm.AddBytes(der::kNull, ByteView());
    });
    fields.AddBytes(der::kOctetString, issuer_name_hash);
    fields.AddBytes(der::kOctetString, issuer_key_hash);
    fields.AddUnsigned(serial);
  });
  return writer.Finish();
}

}  // namespace pki
