// Which libraries are taken for BoringSSL, and that a refusal leaves the way
// open for the next attempt.
#include <dlfcn.h>

#include <thread>
#include <vector>

#include "capi/crypto_binding/bind.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/crypto/random.h"

namespace pki {
namespace {

TEST(BoundTest, BindsToBoringSslAlone) {
  // In the order of a process that is not set up yet.
  EXPECT_EQ(ReasonOf(BindCryptoFrom({})), v1::REASON_CRYPTO_LIBRARY_MISSING);
  EXPECT_EQ(ReasonOf(BindCryptoFrom({"/nonexistent"})),
            v1::REASON_CRYPTO_LIBRARY_MISSING);
  // OpenSSL, under which most of the names exist.
  EXPECT_EQ(ReasonOf(BindCryptoFrom({"libcrypto.so.3"})),
            v1::REASON_CRYPTO_LIBRARY_MISSING);
  EXPECT_EQ(ReasonOf(BindCryptoFrom({"libc.so.6"})),
            v1::REASON_CRYPTO_LIBRARY_MISSING);

  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] { EXPECT_TRUE(BindCrypto().ok()); });
  }
  for (std::thread& thread : threads) thread.join();
  // Bound once and for all.
  EXPECT_TRUE(BindCryptoFrom({"/nonexistent"}).ok());

  uint8_t bytes[32] = {};
  EXPECT_TRUE(CryptoEntropy().Fill(bytes, sizeof(bytes)).ok());
  EXPECT_NE(std::vector<uint8_t>(bytes, bytes + 32), std::vector<uint8_t>(32));
  // What was called is no symbol of the process.
  EXPECT_EQ(dlsym(RTLD_DEFAULT, "BORINGSSL_self_test"), nullptr);
}

}  // namespace
}  // namespace pki
