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

// Seconds of processor time of this thread: what others do on the machine does
// not count.
double ThreadTime();
// Of real time, for what several threads do.
double RealTime();

// Runs each once an iteration, none always first. Of each the lower quartile of
// its times by this clock. The iteration's own time is that of the last.
std::vector<double> TimeInTurns(benchmark::State& state,
                                const std::vector<Task>& tasks,
                                double (*clock)() = ThreadTime);

}  // namespace pki

#endif  // BENCH_TURNS_H_
