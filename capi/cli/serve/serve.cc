// The options, and who answers what.
#include "capi/cli/serve/serve.h"

#include <malloc.h>

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "capi/cli/options.h"
#include "capi/cli/secret.h"
#include "capi/cli/serve/callers.h"
#include "capi/cli/serve/configuration.h"
#include "capi/cli/serve/engine.h"
#include "capi/cli/serve/http.h"
#include "capi/cli/serve/routes.h"
#include "capi/cli/serve/server.h"
#include "capi/cli/session.h"
#include "capi/cli/settings.h"
#include "capi/pki_engine.h"
#include "nlohmann/json.hpp"

namespace pkictl {
namespace {

constexpr int kMmapThreshold = 256 << 10;

struct ServeOptions {
  StoreOptions store;
  std::string listen = "127.0.0.1:0";
  bool unauthenticated = false;
  bool verbose = false;
};

// What the CAs' keys are sealed under. A store in memory needs nothing, and
// one on disk can be read without it.
absl::StatusOr<SealingKey> KeyOf(const StoreOptions& options) {
  auto key = GivenKey(options.key);
  if (!key.ok() || !key->empty() || options.store == kMemory) return key;
  key = AskPassphrase(options.store, !CheckExists(options.store).ok());
  if (!absl::IsUnavailable(key.status())) return key;
  std::cerr << "pkictl: the keys in " << options.store
            << " stay sealed: no key or passphrase was given\n";
  return SealingKey();
}

// An engine takes any text for an account until someone calls in its name.
absl::Status CheckCallers(const Engine& engine, const Callers::Table& keys) {
  for (const auto& [id, key] : keys) {
    const Reply reply = engine.Call(key.caller, "ListOperations", "{}");
    if (reply.code == PKI_USAGE_ERROR) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the access key ", id, " is of no caller: ", reply.json));
    }
  }
  return absl::OkStatus();
}

// Callers that prove nothing may be anybody.
absl::Status CheckReach(const ServeOptions& options, bool is_loopback,
                        const Callers::Table& keys) {
  const bool is_verified =
      !keys.empty() && absl::c_none_of(keys, [](const auto& entry) {
        return entry.second.secret.empty();
      });
  if (is_loopback || is_verified || options.unauthenticated) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "whoever reaches ", options.listen,
      " could issue from every CA: give --config with accessKeys that each "
      "have a secretFile, or say --unauthenticated"));
}

absl::StatusOr<ServeConfiguration> ConfigurationOf(const std::string& config) {
  if (config.empty()) return ServeConfiguration();
  return ReadServeConfiguration(config);
}

void WarnOfMaintenance(absl::string_view what) {
  std::cerr << absl::StrCat("pkictl: maintenance: ", what, "\n");
}

// CRLs that are due, and the like. Returns when to do so again: what failed is
// not tried again before.
absl::StatusOr<absl::Time> RunMaintenance(const Engine& engine) {
  const Reply reply = engine.Call(Caller(), "RunMaintenance", "{}");
  if (!reply.ok()) return absl::UnknownError(reply.json);
  const auto response = nlohmann::json::parse(reply.json);
  const auto failures = response.find("Failures");
  if (failures != response.end() && !failures->empty()) {
    WarnOfMaintenance(reply.json);
  }
  return absl::UnixEpoch() +
         absl::Seconds(response.at("NextRunAt").get<double>());
}

absl::Status RunServe(const ServeOptions& options) {
  // Left alone, malloc raises this with the first large body, and each thread
  // then keeps what it once needed: three times the memory.
  mallopt(M_MMAP_THRESHOLD, kMmapThreshold);
  auto configuration = ConfigurationOf(options.store.config);
  if (!configuration.ok()) return configuration.status();
  const auto is_loopback = IsLoopback(options.listen);
  if (!is_loopback.ok()) return is_loopback.status();
  absl::Status reached =
      CheckReach(options, *is_loopback, configuration->access_keys);
  if (!reached.ok()) return reached;
  auto key = KeyOf(options.store);
  if (!key.ok()) return key.status();
  Settings settings;
  settings.engine = std::move(configuration->engine);
  if (options.store.store != kMemory) settings.store_file = options.store.store;
  settings.key = *std::move(key);
  const auto engine = Engine::Open(settings);
  if (!engine.ok()) return engine.status();
  absl::Status called = CheckCallers(*engine, configuration->access_keys);
  if (!called.ok()) return called;
  const bool is_local = configuration->access_keys.empty() && *is_loopback;
  const Callers callers(std::move(configuration->access_keys));
  const Service service = {*engine, callers, is_local};
  HttpOptions http;
  http.listen = options.listen;
  http.limits = configuration->limits;
  http.ready = [&options](const std::string& url) {
    std::cout << "listening on " << url << " (store: " << options.store.store
              << ")" << std::endl;
  };
  http.turn = [&engine] { return RunMaintenance(*engine); };
  http.turn_failed = [](const absl::Status& why) {
    WarnOfMaintenance(why.message());
  };
  if (options.verbose) {
    http.log = [](absl::string_view line) { std::cerr << line << "\n"; };
  }
  return ServeHttp(http, [&service](const HttpRequest& request) {
    return Answer(service, request);
  });
}

}  // namespace

void AddServe(CLI::App& parent, Commands* commands) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* const serve = parent.add_subcommand(
      "serve", "Serve the engine over HTTP, as AWS Private CA is served");
  serve
      ->add_option("--listen", options->listen,
                   "Address and port; port 0 picks one. Where others reach "
                   "it, each caller needs an access key with a secret")
      ->type_name("IP:PORT")
      ->capture_default_str();
  AddStoreOptions(*serve, std::string("FILE|") + kMemory,
                  "The store: a file, which is made when it is not there, or "
                  "memory, which ends with the server",
                  &options->store);
  AddKeyOptions(*serve, &options->store.key);
  serve->add_flag("--unauthenticated", options->unauthenticated,
                  "Let all who reach it call it in any name, wherever it "
                  "listens");
  serve->add_flag("--verbose", options->verbose,
                  "A line on standard error for each answer");
  commands->push_back({serve, [options] { return RunServe(*options); }});
}

}  // namespace pkictl
