// OCSP responses, beside the bare limit: what the same library needs to sign
// the same ResponseData and, where the engine checks what it signed, to verify
// that. One thread, a store in memory, one certificate a request, which is DER
// already; the ways in are the C++ engine's operation and the direct one of the
// C ABI.
#ifndef BENCH_OCSP_H_
#define BENCH_OCSP_H_

namespace pki {

// The counters of a case.
inline constexpr char kResponsesPerSecond[] = "responses_per_second";
inline constexpr char kResponseRatio[] = "response_ratio";
inline constexpr char kResponseOverhead[] = "response_overhead_us";

// Registers Ocsp/CA:…/WAY/SIGNATURE_CHECK.
void RegisterOcsp();

// The counters of presigning in bulk, in real time: the ratio is that to the
// bare limit on as many threads, the scalings are those of the engine and of
// the limit to what one thread does.
inline constexpr char kPresignedPerSecond[] = "presigned_per_second";
inline constexpr char kPresignedRatio[] = "presigned_ratio";
inline constexpr char kPresignedScaling[] = "presigned_scaling";
inline constexpr char kBareScaling[] = "bare_scaling";

// Registers Presign/CA:…/threads:N/SIGNATURE_CHECK.
void RegisterPresign();

}  // namespace pki

#endif  // BENCH_OCSP_H_
