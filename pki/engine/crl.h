// The CRLs of a CA: which there are, which are due, and how one is made.
//
// A CRL is due when half of its validity is over, when a certificate that it is
// to list was revoked after its revocations were read, when it has another
// place, a shorter validity or its CA another certificate, and when there is
// none yet. When the host lacks its copy, that alone is made up for. A CRL is
// replaced in one commit with its record and its number, so that neither is
// ever without the other.
//
// Certificates name the places that it had when they were issued, and so it
// stays at all of them. It names its CA as the CA's current certificate does:
// when that has another subject than the ones before, it tells nothing of the
// certificates that were issued under those.
#ifndef PKI_ENGINE_CRL_H_
#define PKI_ENGINE_CRL_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pki/base/bytes.h"
#include "pki/engine/context.h"
#include "pki/store/store.h"
#include "proto/engine_operations.pb.h"
#include "proto/store.pb.h"

namespace pki {

// One CRL of a CA.
struct CrlScope {
  size_t partition = 0;      // in keys; 0 for the complete CRL
  std::string partition_id;  // empty for the complete CRL
};

// `partition`, as in keys, is 0 or one that the CA has.
CrlScope ScopeOf(const Ca& ca, size_t partition);

// Gives the CA partitions, if its CRL is to have some and it has none yet.
// Errors: ENTROPY_FAILURE.
absl::Status AddCrlPartitions(Entropy& entropy, CaRecord* record);

// Gives the CA another CRL configuration, and notes the one that it had, which
// certificates may refer to. Errors: REASON_CRL_PLACES.
absl::Status ChangeCrlConfiguration(const v1::CrlConfiguration& wanted,
                                    CaRecord* record);

// The CRLs that are kept up: those that the configuration asks for, and those
// that it asked for before, because certificates refer to them. None while CRLs
// are not enabled.
std::vector<CrlScope> CrlScopesOf(const Ca& ca);

// Marks the CRLs that list the certificate, which `batch` revokes, as due.
void MarkCrls(const Ca& ca, ByteView serial, absl::Time now, WriteBatch* batch);

enum class CrlWish { kNow, kIfDue };

struct UpdatedCrl {
  v1::CrlRecord record;
  // Not when it was not due.
  bool is_new = false;
};

// Makes a new CRL; where none is due, the CA's key is not opened. Errors: those
// of Context::ReadCa() and, for a new one, Context::FreshCa();
// REASON_STATE_CRL, REASON_CRL_DISABLED and REASON_LOST_RACE at the CA's ARN;
// those of WriteCrl() (pki/revoke/write_crl.h) and, when the CRL is there
// already, CopyObject() (pki/object/object_sink.h).
absl::StatusOr<UpdatedCrl> UpdateCrl(Context& context, absl::string_view ca_arn,
                                     const CrlScope& scope, CrlWish wish);

// Makes those that list the certificate, if they are due. What fails stays due.
void UpdateCrlsOf(Context& context, const Ca& ca, ByteView serial);

v1::CrlSummary SummaryOf(const CrlScope& scope, const v1::CrlRecord& crl);

}  // namespace pki

#endif  // PKI_ENGINE_CRL_H_
