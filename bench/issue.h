// Whole certificates, beside the bare limit.
//
// The bare limit is what the same library needs for the same cryptography on
// the same bytes: to verify the CSR's signature over its info, to sign the
// TBSCertificate, and, where the engine checks what it signed, to verify that.
// Each of these begins with the hash of the message. Nothing is parsed,
// encoded, looked up or stored, and the CA's key, another one of the same kind,
// is ready.
//
// The CSR's public key is ready too: that is the stricter limit, which no
// engine can reach, because every CSR brings a key of its own. The second limit
// builds that key from its bytes, as the engine must.
//
// The two limits and the whole take turns (turns.h). One thread; the whole is a
// request that is already encoded, into an engine with a store in memory.
#ifndef BENCH_ISSUE_H_
#define BENCH_ISSUE_H_

namespace pki {

// The counters of a case.
inline constexpr char kPerSecond[] = "certificates_per_second";
inline constexpr char kRatio[] = "ratio";                  // to the limit
inline constexpr char kRatioWithKey[] = "ratio_with_key";  // to the second one
inline constexpr char kOverhead[] = "overhead_us";         // over the limit
inline constexpr char kOverheadWithKey[] = "overhead_with_key_us";

// Registers Issue/CA:…/CSR:…/WAY/SIGNATURE_CHECK, and the same with /full, for
// a CSR and an ApiPassthrough that ask for everything.
void RegisterIssue();

}  // namespace pki

#endif  // BENCH_ISSUE_H_
