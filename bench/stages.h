// The stages of issuing, each by itself.
#ifndef BENCH_STAGES_H_
#define BENCH_STAGES_H_

namespace pki {

// Registers Stage/…; those of the CA's key once for each kind of key.
void RegisterStages();

}  // namespace pki

#endif  // BENCH_STAGES_H_
