// Reading descriptions, and walking values along them.
#include "capi/cli/shape.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace pkictl {
namespace {

MemberType TypeNamed(const std::string& name) {
  static const auto* const types = new std::map<std::string, MemberType>{
      {"STRING", MemberType::kString},       {"INTEGER", MemberType::kInteger},
      {"BOOLEAN", MemberType::kBoolean},     {"BLOB", MemberType::kBlob},
      {"TIMESTAMP", MemberType::kTimestamp}, {"ENUM", MemberType::kEnum},
      {"STRUCTURE", MemberType::kStructure},
  };
  return types->at(name);
}

std::optional<int64_t> OptionalInteger(const Json& json, const char* name) {
  if (!json.contains(name)) return std::nullopt;
  return json.at(name).get<int64_t>();
}

ShapeMember ReadMember(const Json& json) {
  ShapeMember member;
  member.name = json.at("Name").get<std::string>();
  member.type = TypeNamed(json.at("Type").get<std::string>());
  member.structure = json.value("Structure", "");
  member.values = json.value("Values", member.values);
  member.list = json.value("List", false);
  member.required = json.value("Required", false);
  member.secret = json.value("Secret", false);
  member.min = OptionalInteger(json, "Min");
  member.max = OptionalInteger(json, "Max");
  member.pattern = json.value("Pattern", "");
  return member;
}

class Walk {
 public:
  Walk(const OperationShape& shape, const VisitScalar& visit)
      : shape_(shape), visit_(visit) {}

  absl::Status Members(const std::string& structure,
                       const std::string& parent_path, Json* value) const {
    for (auto& [name, member_value] : value->items()) {
      const ShapeMember* const member = shape_.Find(structure, name);
      if (member == nullptr) return Unknown(structure, parent_path, name);
      const std::string path =
          parent_path.empty() ? name : absl::StrCat(parent_path, ".", name);
      absl::Status status = List(*member, path, &member_value);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status List(const ShapeMember& member, const std::string& path,
                    Json* value) const {
    if (!member.list || !value->is_array()) return Item(member, path, value);
    for (size_t i = 0; i < value->size(); ++i) {
      absl::Status status =
          Item(member, absl::StrCat(path, "[", i, "]"), &value->at(i));
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Item(const ShapeMember& member, const std::string& path,
                    Json* value) const {
    if (member.type == MemberType::kStructure && value->is_object()) {
      return Members(member.structure, path, value);
    }
    return visit_(member, path, value);
  }

  absl::Status Unknown(const std::string& structure, const std::string& path,
                       absl::string_view name) const {
    return absl::InvalidArgumentError(absl::StrCat(
        "Unknown parameter in ", path.empty() ? "input" : path, ": \"", name,
        "\", must be one of: ",
        absl::StrJoin(shape_.structures.at(structure), ", ",
                      [](std::string* out, const ShapeMember& member) {
                        out->append(member.name);
                      })));
  }

  const OperationShape& shape_;
  const VisitScalar& visit_;
};

}  // namespace

const ShapeMember* OperationShape::Find(const std::string& structure,
                                        const std::string& member) const {
  for (const ShapeMember& candidate : structures.at(structure)) {
    if (candidate.name == member) return &candidate;
  }
  return nullptr;
}

OperationShape ReadShape(const std::string& operation, const Json& described) {
  OperationShape shape;
  shape.operation = operation;
  shape.request = described.at("Request").get<std::string>();
  shape.response = described.at("Response").get<std::string>();
  for (const Json& structure : described.at("Structures")) {
    Structure members;
    for (const Json& member : structure.value("Members", Json::array())) {
      members.push_back(ReadMember(member));
    }
    shape.structures.emplace(structure.at("Name").get<std::string>(),
                             std::move(members));
  }
  return shape;
}

absl::Status VisitScalars(const OperationShape& shape,
                          const std::string& structure, Json* value,
                          const VisitScalar& visit) {
  return Walk(shape, visit).Members(structure, "", value);
}

}  // namespace pkictl
