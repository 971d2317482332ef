// Certificate revocation lists, version 2 (RFC 5280 section 5): written in
// pieces, so that memory does not grow with the entries, and read.
#ifndef PKI_X509_CRL_H_
#define PKI_X509_CRL_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/der/reader.h"
#include "pki/x509/extension.h"

namespace pki {

// One entry to write.
struct RevokedCertificate {
  ByteView serial;  // big-endian bytes of a positive number, at most 20
  absl::Time revoked_at;
  // A CRLReason (RFC 5280 section 5.3.1); none for one that is unspecified.
  std::optional<uint8_t> reason;
};

// Appends the entry in DER.
void AppendCrlEntry(const RevokedCertificate& entry, Bytes* out);

// What a CRL says beside its entries. All but the times are finished DER.
struct CrlParts {
  ByteView signature_algorithm;
  ByteView issuer;  // a Name
  absl::Time this_update;
  absl::Time next_update;
  absl::Span<const ByteView> extensions;  // whole Extensions, at least one
};

// What stands around the entries of a CRL. The tbsCertList, which is signed, is
// tbs_head(), the entries, tbs_tail(); the CRL is Head(), the entries, Tail().
class CrlFrame {
 public:
  // `entries_size` is that of all entries, in bytes. Nothing of `parts` is
  // looked at afterwards.
  CrlFrame(const CrlParts& parts, uint64_t entries_size);

  ByteView tbs_head() const { return View(tbs_head_); }
  ByteView tbs_tail() const { return View(tbs_tail_); }
  Bytes Head(ByteView signature) const;
  Bytes Tail(ByteView signature) const;

 private:
  // What follows the tbsCertList.
  Bytes Signed(ByteView signature) const;

  const uint64_t entries_size_;
  const Bytes signature_algorithm_;
  Bytes tbs_head_;
  Bytes tbs_tail_;
};

// The value of the extension cRLNumber.
Bytes EncodeCrlNumber(uint64_t number);
// None for what is not one, or not below 2^64.
std::optional<uint64_t> ParseCrlNumber(ByteView value);

// One entry that was read: views into the CRL.
struct CrlEntry {
  ByteView serial;  // content octets of the INTEGER
  absl::Time revoked_at;
  // A CRLReason; none when the entry gives none.
  std::optional<uint8_t> reason;
  ExtensionList extensions;
};

// A CRL that was read. Views into bytes that the caller holds.
struct Crl {
  // The entries, one after the other.
  class Entries {
   public:
    explicit Entries(ByteView der = {}) : rest_(der) {}

    // The next one; none at the end. Every entry of a CRL from Parse() can be
    // read.
    std::optional<CrlEntry> Next();

   private:
    der::Reader rest_;
  };

  // Guaranteed of what it answers: DER of the RFC's shape with nothing behind
  // it, version 2, both algorithm identifiers the same, a reason in no entry
  // that is none. What else it says is not judged.
  static std::optional<Crl> Parse(ByteView der);

  ByteView tbs;
  ByteView signature_algorithm;  // AlgorithmIdentifier in DER
  ByteView issuer;               // Name in DER
  absl::Time this_update;
  std::optional<absl::Time> next_update;
  Entries entries;
  ExtensionList extensions;
  ByteView signature;
};

}  // namespace pki

#endif  // PKI_X509_CRL_H_
