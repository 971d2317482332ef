// A CA stands under the one whose certificate its own chain begins with.
#include "capi/cli/tree.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "capi/cli/authority.h"
#include "capi/cli/client.h"
#include "capi/cli/format.h"
#include "capi/cli/options.h"
#include "capi/cli/session.h"

namespace pkictl {
namespace {

constexpr char kNoCertificate[] = "REASON_STATE_CERTIFICATE";

struct Node {
  std::string arn;
  std::string name;
  std::string status;
  // As the engine has it; empty until there is a certificate.
  std::string serial;
  std::string expiry;
  // In DER: its own, and the one above it in the chain.
  std::string certificate;
  std::string issuer;
  // Indices of nodes.
  std::vector<size_t> subordinates;
};

struct Tree {
  std::vector<Node> nodes;
  // Those that stand under none.
  std::vector<size_t> tops;
};

absl::StatusOr<Node> ReadNode(Session& session, const Json& ca) {
  Node node;
  node.arn = Member(ca, "Arn");
  node.name = SubjectText(
      ca.at("CertificateAuthorityConfiguration").value("Subject", Json()));
  node.status = Member(ca, "Status");
  if (!ca.contains("Serial")) return node;
  node.serial = Member(ca, "Serial");
  node.expiry =
      absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(ca.at("NotAfter")),
                       absl::LocalTimeZone());
  const auto own = session.Call("GetCertificateAuthorityCertificate",
                                {{"CertificateAuthorityArn", node.arn}});
  // That of a deleted CA is not given away.
  if (ReasonOf(own.status()) == kNoCertificate) return node;
  if (!own.ok()) return own.status();
  node.certificate = DerOf(Member(*own, "Certificate"));
  node.issuer = DerOf(own->value("CertificateChain", ""));
  return node;
}

absl::StatusOr<std::vector<Node>> ReadNodes(Session& session) {
  std::vector<Node> nodes;
  Json request = Json::object();
  std::string token;
  do {
    if (!token.empty()) request["NextToken"] = token;
    const auto page = session.Call("ListCertificateAuthorities", request);
    if (!page.ok()) return page.status();
    for (const Json& ca :
         page->value("CertificateAuthorities", Json::array())) {
      auto node = ReadNode(session, ca);
      if (!node.ok()) return node.status();
      nodes.push_back(*std::move(node));
    }
    token = page->value("NextToken", "");
  } while (!token.empty());
  return nodes;
}

bool HasIssued(Session& session, const Node& issuer, const Node& node) {
  const auto issued = session.Call(
      "GetCertificate",
      {{"CertificateAuthorityArn", issuer.arn},
       {"CertificateArn",
        absl::StrCat(issuer.arn, "/certificate/",
                     absl::StrReplaceAll(node.serial, {{":", ""}}))}});
  return issued.ok() &&
         DerOf(Member(*issued, "Certificate")) == node.certificate;
}

absl::StatusOr<Tree> ReadTree(Session& session) {
  auto nodes = ReadNodes(session);
  if (!nodes.ok()) return nodes.status();
  Tree tree;
  tree.nodes = *std::move(nodes);
  std::map<std::string, size_t> by_certificate;
  for (size_t i = 0; i < tree.nodes.size(); ++i) {
    by_certificate.emplace(tree.nodes[i].certificate, i);
  }
  for (size_t i = 0; i < tree.nodes.size(); ++i) {
    const Node& node = tree.nodes[i];
    size_t above = tree.nodes.size();
    if (!node.issuer.empty()) {
      const auto found = by_certificate.find(node.issuer);
      if (found != by_certificate.end()) above = found->second;
      // The issuer may have another certificate by now.
      for (size_t j = 0; found == by_certificate.end() && j < above; ++j) {
        if (HasIssued(session, tree.nodes[j], node)) above = j;
      }
    }
    (above < tree.nodes.size() ? tree.nodes[above].subordinates : tree.tops)
        .push_back(i);
  }
  return tree;
}

class Drawing {
 public:
  explicit Drawing(const Tree& tree) : tree_(tree) {
    for (const size_t top : tree.tops) Add(top, "", "");
  }

  void Print() const {
    size_t width = 0;
    for (const Line& line : lines_) width = std::max(width, Columns(line));
    for (const Line& line : lines_) {
      std::cout << line.branches << line.node->name
                << std::string(width - Columns(line), ' ')
                << absl::StreamFormat(
                       "  %-19s  %-10s  %s\n", line.node->status,
                       line.node->expiry.empty() ? "-" : line.node->expiry,
                       line.node->arn);
    }
  }

 private:
  struct Line {
    std::string branches;
    const Node* node;
  };

  // Code points, each one column wide.
  static size_t Columns(const Line& line) {
    const std::string text = line.branches + line.node->name;
    return std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
  }

  // `own` comes before the CA itself, `below` before those under it.
  void Add(size_t index, const std::string& own, const std::string& below) {
    const Node& node = tree_.nodes[index];
    lines_.push_back({own, &node});
    for (const size_t subordinate : node.subordinates) {
      const bool is_last = subordinate == node.subordinates.back();
      Add(subordinate, absl::StrCat(below, is_last ? "└── " : "├── "),
          absl::StrCat(below, is_last ? "    " : "│   "));
    }
  }

  const Tree& tree_;
  std::vector<Line> lines_;
};

Json JsonOf(const Tree& tree, const std::vector<size_t>& indices) {
  Json list = Json::array();
  for (const size_t index : indices) {
    const Node& node = tree.nodes[index];
    list.push_back({{"Arn", node.arn},
                    {"Subject", node.name},
                    {"Status", node.status},
                    {"Subordinates", JsonOf(tree, node.subordinates)}});
    if (!node.expiry.empty()) list.back()["NotAfter"] = node.expiry;
  }
  return list;
}

struct TreeOptions {
  StoreOptions store;
  std::string output;
};

absl::Status RunTree(const TreeOptions& options) {
  absl::Status is_file = CheckIsFile(options.store.store);
  if (!is_file.ok()) return is_file;
  auto session = Session::Open(options.store, "ListCertificateAuthorities");
  if (!session.ok()) return session.status();
  const auto tree = ReadTree(*session);
  if (!tree.ok()) return tree.status();
  if (options.output == "json") {
    std::cout << FormatJson(JsonOf(*tree, tree->tops));
  } else {
    Drawing(*tree).Print();
  }
  return absl::OkStatus();
}

}  // namespace

void AddTree(CLI::App& parent, Commands* commands) {
  auto options = std::make_shared<TreeOptions>();
  CLI::App* const tree = parent.add_subcommand(
      "tree", "Draw the CAs of a store, each under the one that certified it");
  AddStoreOptions(*tree, "FILE", "The store", &options->store);
  AddOutputOption(*tree, {"tree", "json"}, &options->output);
  commands->push_back({tree, [options] { return RunTree(*options); }});
}

}  // namespace pkictl
