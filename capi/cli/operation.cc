// From options to a request, and from an answer to what is printed.
#include "capi/cli/operation.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "capi/cli/argument.h"
#include "capi/cli/client.h"
#include "capi/cli/format.h"
#include "capi/cli/names.h"
#include "capi/cli/options.h"
#include "capi/cli/pages.h"
#include "capi/cli/query.h"
#include "capi/cli/session.h"
#include "capi/cli/shape.h"
#include "capi/cli/shape_help.h"
#include "capi/cli/skeleton.h"

namespace pkictl {
namespace {

constexpr char kNextToken[] = "NextToken";
constexpr int kDefaultWidth = 80;
// Behind the option of a list; CLI11 takes more for "without end", and then
// takes "[...]" apart.
constexpr int kMaxWords = 10000;

// What --cli-binary-format may say.
constexpr char kBase64[] = "base64";
constexpr char kRaw[] = "raw-in-base64-out";

// Options of the AWS CLI that mean nothing here, for its scripts; with what
// they take.
constexpr std::pair<const char*, const char*> kWithoutEffect[] = {
    {"--ca-bundle", "FILE"},
    {"--cli-connect-timeout", "SECONDS"},
    {"--cli-read-timeout", "SECONDS"},
    {"--color", "WHEN"},
    {"--debug", nullptr},
    {"--endpoint-url", "URL"},
    {"--no-cli-auto-prompt", nullptr},
    {"--no-cli-pager", nullptr},
    {"--no-sign-request", nullptr},
    {"--no-verify-ssl", nullptr},
    {"--profile", "NAME"},
    {"--region", "NAME"},
};

struct OperationOptions {
  OperationShape shape;
  // Prints no answer.
  bool is_quiet = false;
  std::vector<std::pair<const ShapeMember*, CLI::Option*>> members;
  std::string binary_format;
  std::string input_json;
  std::string skeleton;
  std::string query;
  std::string output;
  PageOptions pages;
  StoreOptions store;
};

int TerminalWidth() {
  winsize size = {};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0
             ? size.ws_col
             : kDefaultWidth;
}

void Print(const OperationOptions& options, Json response) {
  if (options.output == "json") {
    std::cout << FormatJson(response);
    return;
  }
  if (options.output == "table") {
    std::cout << FormatTable(options.shape.operation, response,
                             TerminalWidth());
    return;
  }
  // What goes on stands behind what there is.
  const bool goes_on = options.query.empty() && HasPages(options.shape) &&
                       response.contains(kNextToken);
  const Json token = goes_on ? response.at(kNextToken) : Json();
  if (goes_on) response.erase(kNextToken);
  std::cout << FormatText(response);
  if (goes_on) std::cout << FormatText({{kNextToken, {{kNextToken, token}}}});
}

std::string OptionName(const ShapeMember& member) {
  return absl::StrCat("--", CliName(member.name));
}

absl::Status WrongParameter(absl::string_view option,
                            const absl::Status& status) {
  return WrongUsage(absl::StrCat("Error parsing parameter '", option,
                                 "': ", status.message()));
}

absl::StatusOr<Json> RequestFrom(const OperationOptions& options) {
  const BinaryFormat format = options.binary_format == kRaw
                                  ? BinaryFormat::kRaw
                                  : BinaryFormat::kBase64;
  Json request = Json::object();
  if (!options.input_json.empty()) {
    auto input = ReadInputJson(options.input_json);
    if (!input.ok()) return WrongParameter("--cli-input-json", input.status());
    request = *std::move(input);
  }
  std::vector<std::string> missing;
  for (const auto& [member, option] : options.members) {
    if (option->count() > 0) {
      auto value =
          option->get_expected_max() == 0
              ? Json(option->as<bool>())
              : ReadArgument(options.shape, *member, format, option->results());
      if (!value.ok())
        return WrongParameter(OptionName(*member), value.status());
      request[member->name] = *std::move(value);
    } else if (member->required && options.input_json.empty()) {
      missing.push_back(OptionName(*member));
    }
  }
  if (!missing.empty()) {
    return WrongUsage(absl::StrCat("the following arguments are required: ",
                                   absl::StrJoin(missing, ", ")));
  }
  absl::Status finished = FinishRequest(options.shape, format, &request);
  if (!finished.ok()) return WrongUsage(finished.message());
  return request;
}

absl::Status RunOperation(const OperationOptions& options) {
  if (options.skeleton == "input") {
    std::cout << FormatJson(InputSkeleton(options.shape));
    return absl::OkStatus();
  }
  auto request = RequestFrom(options);
  if (!request.ok()) return request.status();
  Query query = [](const Json& response) { return response; };
  if (!options.query.empty()) {
    auto parsed = ParseQuery(options.query);
    if (!parsed.ok()) return WrongParameter("--query", parsed.status());
    query = *std::move(parsed);
  }
  if (options.skeleton == "output") {
    Print(options, query(OutputSkeleton(options.shape)));
    return absl::OkStatus();
  }
  auto session = Session::Open(options.store, options.shape.operation);
  if (!session.ok()) return session.status();
  auto response = CallForPages(
      options.shape, options.pages, *std::move(request),
      [&](const Json& page_request) {
        return session->Call(options.shape.operation, page_request);
      });
  if (!response.ok()) return response.status();
  if (options.is_quiet) return absl::OkStatus();
  ShowTimes(options.shape, &*response);
  Print(options, query(*response));
  return absl::OkStatus();
}

// The operation's own options in our words, the rest in CLI11's.
class OperationHelp : public CLI::Formatter {
 public:
  explicit OperationHelp(std::string text) : text_(std::move(text)) {}

  std::string make_help(const CLI::App* app, std::string /*name*/,
                        CLI::AppFormatMode mode) const override {
    return absl::StrCat("Usage: pkictl ", app->get_name(), " [OPTIONS]\n",
                        text_, make_groups(app, mode), make_footer(app));
  }

 private:
  const std::string text_;
};

void AddMembers(CLI::App& command, OperationOptions* options) {
  for (const ShapeMember& member :
       options->shape.structures.at(options->shape.request)) {
    // Other users can read a command line.
    if (member.secret) continue;
    const std::string name = OptionName(member);
    CLI::Option* const option =
        member.type == MemberType::kBoolean && !member.list
            ? command.add_flag(
                  absl::StrCat(name, ",!--no-", CliName(member.name)))
            : command.add_option(name)
                  ->expected(1, member.list ? kMaxWords : 1)
                  ->allow_extra_args(false);
    // OperationHelp tells of it.
    option->group("");
    options->members.emplace_back(&member, option);
  }
}

void AddOptionsWithoutEffect(CLI::App& command) {
  for (const auto& [name, type] : kWithoutEffect) {
    (type == nullptr ? command.add_flag(name)
                     : command.add_option(name)->type_name(type))
        ->group("Taken, as by the AWS CLI, and without effect here");
  }
}

void AddOperation(CLI::App& parent, const std::string& name,
                  OperationShape shape, bool is_quiet, Commands* commands) {
  auto options = std::make_shared<OperationOptions>();
  options->shape = std::move(shape);
  options->is_quiet = is_quiet;
  CLI::App* const command = parent.add_subcommand(name);
  command->formatter(
      std::make_shared<OperationHelp>(ShapeHelp(options->shape)));
  AddMembers(*command, options.get());
  command
      ->add_option("--cli-input-json", options->input_json,
                   "The request in JSON, or file://PATH; options go before it")
      ->type_name("JSON");
  command
      ->add_option("--generate-cli-skeleton", options->skeleton,
                   "Print a request to fill in (input) or an answer (output) "
                   "instead of calling")
      ->expected(0, 1)
      ->default_str("input")
      ->check(CLI::IsMember({"input", "output"}));
  options->binary_format = kBase64;
  command
      ->add_option("--cli-binary-format", options->binary_format,
                   "What blobs are, inline and behind file://: base64, or the "
                   "bytes themselves")
      ->check(CLI::IsMember({kBase64, kRaw}))
      ->capture_default_str();
  command
      ->add_option("--query", options->query,
                   "The part of the answer to print, in JMESPath")
      ->type_name("QUERY");
  AddOutputOption(*command, {"json", "text", "table"}, &options->output);
  if (HasPages(options->shape)) AddPageOptions(*command, &options->pages);
  AddStoreOptions(
      *command, std::string("FILE|") + kMemory,
      "The store: a file, which a CA is made with when it is not there, or "
      "memory, which ends with this call",
      &options->store);
  AddKeyOptions(*command, &options->store.key);
  AddOptionsWithoutEffect(*command);
  commands->push_back({command, [options] { return RunOperation(*options); }});
}

// What to wait for, and the operation that succeeds once it is there. Here that
// is at once.
constexpr std::pair<const char*, const char*> kWaiters[] = {
    {"audit-report-created", "DescribeCertificateAuthorityAuditReport"},
    {"certificate-authority-csr-created", "GetCertificateAuthorityCsr"},
    {"certificate-issued", "GetCertificate"},
};
constexpr char kWait[] = "wait";

absl::StatusOr<OperationShape> ShapeOf(Client& client,
                                       const std::string& operation) {
  const auto described =
      client.Call("DescribeOperation", {{"Operation", operation}});
  if (!described.ok()) return described.status();
  return ReadShape(operation, *described);
}

absl::Status AddWaiter(CLI::App& parent, const std::string& wanted,
                       Client& client, Commands* commands) {
  CLI::App* const wait = parent.add_subcommand(kWait);
  wait->require_subcommand(1);
  for (const auto& [waiter, operation] : kWaiters) {
    if (waiter != wanted) {
      wait->add_subcommand(waiter);
      continue;
    }
    auto shape = ShapeOf(client, operation);
    if (!shape.ok()) return shape.status();
    AddOperation(*wait, waiter, *std::move(shape), /*is_quiet=*/true, commands);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AddOperations(CLI::App& parent,
                           const std::vector<std::string>& words,
                           Commands* commands) {
  auto client = Client::Open();
  if (!client.ok()) return client.status();
  const std::string wanted = words.empty() ? "" : words.front();
  if (wanted == kWait) {
    return AddWaiter(parent, words.size() > 1 ? words[1] : "", *client,
                     commands);
  }
  const auto listed = client->Call("ListOperations", Json::object());
  if (!listed.ok()) return listed.status();
  const std::vector<std::string> operations = listed->at("Operations");
  for (const std::string& operation : operations) {
    if (CliName(operation) != wanted) continue;
    auto shape = ShapeOf(*client, operation);
    if (!shape.ok()) return shape.status();
    AddOperation(parent, wanted, *std::move(shape), /*is_quiet=*/false,
                 commands);
    return absl::OkStatus();
  }
  if (!wanted.empty() && wanted.front() != '-') {
    return WrongUsage(
        absl::StrCat("there is no command ", wanted, "; see pkictl help"));
  }
  const std::set<std::string> own = listed->at("EngineOperations");
  for (const bool wants_own : {false, true}) {
    const char* const group = wants_own ? "Operations of this engine alone"
                                        : "Operations of AWS Private CA";
    for (const std::string& operation : operations) {
      if ((own.count(operation) > 0) != wants_own) continue;
      parent.add_subcommand(CliName(operation))->group(group);
    }
    if (!wants_own) parent.add_subcommand(kWait)->group(group);
  }
  return absl::OkStatus();
}

}  // namespace pkictl
