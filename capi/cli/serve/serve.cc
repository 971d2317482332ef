// The options, and who answers what.
#include "capi/cli/serve/serve.h"

#include <iostream>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "capi/cli/options.h"
#include "capi/cli/serve/engine.h"
#include "capi/cli/serve/http.h"
#include "capi/cli/serve/operations.h"
#include "capi/cli/serve/server.h"

namespace pkictl {
namespace {

struct ServeOptions {
  StoreOptions store;
  std::string listen = "127.0.0.1:0";
  bool verbose = false;
};

HttpAnswer Route(const Engine& engine, const HttpRequest& request) {
  if (request.target != "/") {
    return Refuse(404, "ResourceNotFoundException", "There is nothing here.");
  }
  if (request.method != "POST") {
    HttpAnswer answer = Refuse(405, "MethodNotAllowedException",
                               "An operation is called with POST.");
    answer.headers.push_back({"Allow", "POST"});
    return answer;
  }
  return AnswerOperation(engine, Caller(), request);
}

absl::Status RunServe(const ServeOptions& options) {
  const auto key = ReadKey(options.store.key);
  if (!key.ok()) return key.status();
  nlohmann::json configuration = nlohmann::json::object();
  if (options.store.store != kMemory) {
    configuration["storeFile"] = options.store.store;
  }
  const auto engine = Engine::Open(std::move(configuration), *key);
  if (!engine.ok()) return engine.status();
  HttpOptions http;
  http.listen = options.listen;
  http.ready = [](const std::string& url) {
    std::cout << "listening on " << url << std::endl;
  };
  if (options.verbose) {
    http.log = [](absl::string_view line) { std::cerr << line << "\n"; };
  }
  return ServeHttp(http, [&engine](const HttpRequest& request) {
    return Route(*engine, request);
  });
}

}  // namespace

void AddServe(CLI::App& parent, Commands* commands) {
  auto options = std::make_shared<ServeOptions>();
  options->store.store = kMemory;
  CLI::App* const serve = parent.add_subcommand(
      "serve", "Serve the engine over HTTP, as AWS Private CA is served");
  serve
      ->add_option("--listen", options->listen,
                   "Address and port; port 0 picks one")
      ->type_name("IP:PORT")
      ->capture_default_str();
  serve
      ->add_option("--store", options->store.store,
                   "A file, which is made when it is not there, or memory")
      ->type_name("memory|FILE")
      ->capture_default_str();
  AddKeyOptions(*serve, &options->store.key);
  serve->add_flag("--verbose", options->verbose,
                  "A line on standard error for each answer");
  commands->push_back({serve, [options] { return RunServe(*options); }});
}

}  // namespace pkictl
