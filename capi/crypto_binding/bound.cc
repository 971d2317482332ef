// BindCrypto() for the shared library: fills the stubs' slots with dlopen().
#include <dlfcn.h>

#include <cstring>
#include <mutex>
#include <string>

#include "absl/strings/str_cat.h"
#include "capi/crypto_binding/bind.h"
#include "pki/base/status.h"

// From stubs.S: the names, one after the other, and a slot for each.
extern "C" {
extern const char pki_bound_names[];
extern void* pki_bound_slots[];
}

namespace pki {
namespace {

// Debian's package android-libboringssl; then whatever the loader finds under
// its soname, which is no name of OpenSSL's.
constexpr const char* kLibraries[] = {
    "/usr/lib/x86_64-linux-gnu/android/libcrypto.so.0",
    "libcrypto.so.0",
};

// Why `library` cannot be used, or nothing when every slot is filled.
std::string BindTo(const char* library) {
  // DEEPBIND: its own calls to itself must not end in the process's OpenSSL.
  void* const handle = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (handle == nullptr) return dlerror();
  // OpenSSL has most of our functions, but not this one.
  if (dlsym(handle, "BORINGSSL_self_test") == nullptr) {
    dlclose(handle);
    return absl::StrCat(library, " is not BoringSSL");
  }
  void** slot = pki_bound_slots;
  for (const char* name = pki_bound_names; *name != '\0';
       name += std::strlen(name) + 1) {
    *slot = dlsym(handle, name);
    if (*slot == nullptr) {
      dlclose(handle);
      return absl::StrCat(library, " lacks ", name);
    }
    ++slot;
  }
  return "";  // The handle stays open for the life of the process.
}

}  // namespace

absl::Status BindCryptoFrom(absl::Span<const char* const> libraries) {
  static std::mutex mutex;
  static bool bound = *pki_bound_names == '\0';
  const std::lock_guard<std::mutex> lock(mutex);
  if (bound) return absl::OkStatus();
  std::string problems;
  for (const char* library : libraries) {
    const std::string problem = BindTo(library);
    if (problem.empty()) {
      bound = true;
      return absl::OkStatus();
    }
    absl::StrAppend(&problems, problems.empty() ? "" : "; ", problem);
  }
  return Refuse(v1::REASON_CRYPTO_LIBRARY_MISSING, "",
                absl::StrCat("BoringSSL cannot be loaded; install Debian's "
                             "package android-libboringssl. Tried: ",
                             problems, "."));
}

absl::Status BindCrypto() { return BindCryptoFrom(kLibraries); }

}  // namespace pki
