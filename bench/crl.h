// How long it takes to make a CRL, and how much memory, beside what the APIs of
// BoringSSL and OpenSSL need for the same one.
//
// Each case is a process of its own, so that its peak is its own. All of them
// make the CRL of the same revocations, with a reason code each, and hash it.
#ifndef BENCH_CRL_H_
#define BENCH_CRL_H_

#include "absl/types/span.h"

namespace pki {

// The first part of the cases' names, and of those that take minutes.
inline constexpr char kCrl[] = "Crl";
inline constexpr char kLargeCrl[] = "CrlLarge";

// The counters of a case.
inline constexpr char kCrlTime[] = "crl_ms";    // of one core
inline constexpr char kReadTime[] = "read_ms";  // of the store alone
inline constexpr char kCrlSize[] = "crl_mb";
inline constexpr char kCrlMemory[] = "memory_mb";  // above that of the start

// Registers Crl/WAY/entries:1000000, or CrlLarge/WAY/entries:10000000.
void RegisterCrl();
void RegisterLargeCrl();

// The first argument of a process that makes a CRL, and what it does then. The
// exit status.
inline constexpr char kMakeCrl[] = "--make-crl";
int MakeCrl(absl::Span<char* const> arguments);

}  // namespace pki

#endif  // BENCH_CRL_H_
