// Building the tree from the parser's events: the parser's own way to a tree
// keeps the last of members with one name.
#include "pki/access/json_tree.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"

namespace pki {
namespace {

using Json = nlohmann::json;

// Every handler returns whether to go on; after a refusal the parser stops.
class TreeBuilder final : public nlohmann::json_sax<Json> {
 public:
  const absl::Status& status() const { return status_; }
  Json& root() { return root_; }

  bool null() override { return Add(nullptr); }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(int64_t value) override { return Add(value); }
  bool number_unsigned(uint64_t value) override { return Add(value); }
  bool number_float(double value, const std::string&) override {
    return Add(value);
  }
  bool string(std::string& value) override { return Add(std::move(value)); }

  bool start_object(size_t) override { return Open(Json::object()); }
  bool key(std::string& name) override {
    if (open_.back()->contains(name)) {
      return Stop(v1::REASON_POLICY_MEMBER_TWICE,
                  absl::StrCat("An object of the policy has the member ",
                               Quote(name), " twice."));
    }
    key_ = std::move(name);
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return Open(Json::array()); }
  bool end_array() override { return Close(); }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Stop(
        v1::REASON_POLICY_JSON,
        absl::StrCat("The policy is not valid JSON at byte ", position, "."));
  }

  // Binary formats alone have these.
  bool binary(Json::binary_t&) override { return false; }

 private:
  bool Stop(v1::Reason reason, absl::string_view message) {
    status_ = Refuse(reason, "Policy", message);
    return false;
  }

  // Where the value now is. Nothing is added to what stands before or above
  // it while it is open, so it stays there.
  Json* Place(Json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Json& parent = *open_.back();
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }

  bool Add(Json value) {
    Place(std::move(value));
    return true;
  }

  bool Open(Json value) {
    if (open_.size() == kMaxPolicyDepth) {
      return Stop(v1::REASON_POLICY_DEPTH,
                  absl::StrCat("The policy is more than ", kMaxPolicyDepth,
                               " objects and arrays deep."));
    }
    open_.push_back(Place(std::move(value)));
    return true;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;  // objects and arrays, the innermost last
  std::string key_;          // of the value that comes next
  absl::Status status_;
};

}  // namespace

absl::StatusOr<Json> ReadJsonTree(absl::string_view text) {
  TreeBuilder builder;
  Json::sax_parse(text.begin(), text.end(), &builder);
  PKI_RETURN_IF_ERROR(builder.status());
  return std::move(builder.root());
}

}  // namespace pki
