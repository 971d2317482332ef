// Frames and entries.
#include "pki/x509/crl_sample.h"

#include "pki/crypto/signature_algorithm.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

Bytes EntriesOf(const CrlSample& sample) {
  Bytes entries;
  for (const CrlSample::Entry& entry : sample.entries) {
    AppendCrlEntry({View(entry.serial), entry.revoked_at, entry.reason},
                   &entries);
  }
  return entries;
}

CrlFrame FrameOf(const CrlSample& sample, uint64_t entries_size) {
  const Bytes issuer =
      EncodeName({{oid::kCommonName, der::kUtf8String, "issuer"}});
  std::vector<Bytes> extensions = {EncodeExtension(
      oid::kCrlNumber, false, View(EncodeCrlNumber(sample.number)))};
  if (!sample.uris.empty()) {
    extensions.push_back(
        EncodeExtension(oid::kIssuingDistributionPoint, true,
                        View(EncodeIssuingDistributionPoint(sample.uris))));
  }
  const std::vector<ByteView> views = [&] {
    std::vector<ByteView> all;
    for (const Bytes& extension : extensions) all.push_back(View(extension));
    return all;
  }();
  CrlParts parts;
  parts.signature_algorithm =
      InfoOf(SignatureAlgorithm::kEcdsaSha256).identifier;
  parts.issuer = View(issuer);
  parts.this_update = sample.this_update;
  parts.next_update = sample.next_update;
  parts.extensions = views;
  return CrlFrame(parts, entries_size);
}

}  // namespace

Bytes EncodeCrl(const CrlSample& sample) {
  const Bytes entries = EntriesOf(sample);
  const CrlFrame frame = FrameOf(sample, entries.size());
  return frame.Head(View(sample.signature)) + entries +
         frame.Tail(View(sample.signature));
}

Bytes TbsOf(const CrlSample& sample) {
  const Bytes entries = EntriesOf(sample);
  const CrlFrame frame = FrameOf(sample, entries.size());
  return Copy(frame.tbs_head()) + entries + Copy(frame.tbs_tail());
}

}  // namespace pki
