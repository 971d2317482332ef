// Ways to do the same thing, measured in turns, so that all of them see the
// same weather of a noisy machine.
#ifndef BENCH_TURNS_H_
#define BENCH_TURNS_H_

#include <benchmark/benchmark.h>

#include <cstddef>
#include <functional>
#include <vector>

namespace pki {

// Does a thing for the nth time.
using Task = std::function<void(size_t nth)>;

// Runs each once an iteration, none always first. Of each the lower quartile of
// its times, in seconds of processor time of this thread: what others do on the
// machine does not count. The iteration's own time is that of the last.
std::vector<double> TimeInTurns(benchmark::State& state,
                                const std::vector<Task>& tasks);

}  // namespace pki

#endif  // BENCH_TURNS_H_
