// Fuzzes page tokens: a listing takes those that it made, and no other: nothing
// made up, nothing changed, none of another listing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "pki/base/status.h"
#include "pki/engine/context.h"
#include "pki/engine/load_catalogue.h"
#include "pki/engine/page.h"
#include "pki/testing/engine_harness.h"

namespace {

constexpr absl::string_view kListing = "listing";
// Has made no token: libFuzzer sees those that are made, and tries them.
constexpr absl::string_view kSilent = "silent listing";

pki::Context& EngineContext() {
  static pki::EngineHarness harness;
  static const pki::Settings settings = pki::Settings::From({}).value();
  static pki::EngineState state(settings, harness.ports(),
                                pki::LoadCatalogue({}, settings).value(),
                                pki::Validator::Create({}).value());
  static const pki::Caller caller;
  static pki::Context context(&state, &caller);
  return context;
}

pki::Pager MakePager(absl::string_view listing) {
  return pki::Pager::New(EngineContext(), std::string(listing)).value();
}

// A token with one edit, as the first three bytes of `data` say.
std::string Edited(std::string token, absl::string_view data) {
  if (data.size() < 3) return token + std::string(data);
  const size_t at = static_cast<uint8_t>(data[0]) % token.size();
  switch (data[1] % 4) {
    case 0:
      token[at] = data[2];
      return token;
    case 1:
      return token.insert(at, 1, data[2]);
    case 2:
      return token.erase(at, 1);
    default:
      return token + std::string(data.substr(2));
  }
}

void MustRefuse(const pki::Pager& pager, absl::string_view token) {
  if (pki::ReasonOf(pager.After(token).status()) !=
      pki::v1::REASON_NEXT_TOKEN) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const pki::Pager pager = MakePager(kListing);
  static const pki::Pager silent = MakePager(kSilent);
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (text == kListing || text == kSilent) return 0;
  MustRefuse(silent, text);
  const std::string own = pager.Token(text).value();
  if (pager.After(own).value() != text) std::abort();
  const std::string edited = Edited(own, text);
  if (edited != own) MustRefuse(pager, edited);
  MustRefuse(pager, MakePager(text).Token("key").value());
  return 0;
}
