// What every way to make a CRL makes it of, and how it is measured.
#ifndef BENCH_CRL_CASE_H_
#define BENCH_CRL_CASE_H_

#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>

namespace pki {

inline constexpr size_t kCrlSerialSize = 16;  // bytes
inline constexpr uint8_t kCrlReason = 1;      // keyCompromise
// 2026-03-01 12:00:00 UTC, when the CRL is made.
inline constexpr int64_t kCrlNow = 1772366400;

// In increasing order, and otherwise as random ones: the first eight bytes say
// how far the number has come to `count`, the last eight are scattered.
inline std::string CrlSerial(uint64_t number, uint64_t count) {
  constexpr uint64_t kStep = 0x9e3779b97f4a7c15;
  const uint64_t high = UINT64_MAX / (count + 1) * (number + 1);
  const uint64_t low = (number + 1) * kStep;
  std::string serial(kCrlSerialSize, '\0');
  constexpr size_t kHalf = kCrlSerialSize / 2;
  for (size_t i = 0; i < kHalf; ++i) {
    serial[i] = static_cast<char>(high >> (56 - 8 * i));
    serial[kHalf + i] = static_cast<char>(low >> (56 - 8 * i));
  }
  return serial;
}

// When the certificate was revoked: within a year before kCrlNow.
inline int64_t CrlRevokedAt(uint64_t number) {
  constexpr uint64_t kSecondsPerYear = 31536000;
  constexpr uint64_t kStep = 7919;
  return kCrlNow - static_cast<int64_t>(number * kStep % kSecondsPerYear);
}

// Milliseconds of this process's own time.
inline double CpuMilliseconds() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_nsec) * 1e-6;
}

// The most memory that this process has had, in megabytes.
inline double PeakMegabytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

// What one way costs.
struct CrlCost {
  double milliseconds = 0;
  double read_milliseconds = 0;
  uint64_t size = 0;  // bytes of the CRL
  double megabytes_before = 0;
};

// Tells the process that waits for this one.
inline void PrintCrlCost(const CrlCost& cost) {
  std::printf("%f %f %f %f", cost.milliseconds, cost.read_milliseconds,
              static_cast<double>(cost.size) / 1e6,
              PeakMegabytes() - cost.megabytes_before);
}

}  // namespace pki

#endif  // BENCH_CRL_CASE_H_
