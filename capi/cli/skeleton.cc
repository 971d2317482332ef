// Values as the AWS CLI puts them there.
#include "capi/cli/skeleton.h"

#include <algorithm>
#include <string>
#include <vector>

namespace pkictl {
namespace {

class Skeleton {
 public:
  Skeleton(const OperationShape& shape, bool for_output)
      : shape_(shape), for_output_(for_output) {}

  Json Of(const std::string& structure) {
    Json value = Json::object();
    // A structure in itself is left empty.
    if (std::count(inside_.begin(), inside_.end(), structure) > 0) return value;
    inside_.push_back(structure);
    for (const ShapeMember& member : shape_.structures.at(structure)) {
      if (member.secret) continue;
      Json item = Item(member);
      value[member.name] =
          member.list ? Json::array({std::move(item)}) : std::move(item);
    }
    inside_.pop_back();
    return value;
  }

 private:
  Json Item(const ShapeMember& member) {
    switch (member.type) {
      case MemberType::kString:
        return for_output_ ? member.name : "";
      case MemberType::kEnum:
        return for_output_ ? member.name : member.values.front();
      case MemberType::kInteger:
        return 0;
      case MemberType::kBoolean:
        return true;
      case MemberType::kBlob:
        return nullptr;
      case MemberType::kTimestamp:
        return "1970-01-01T00:00:00";
      case MemberType::kStructure:
        return Of(member.structure);
    }
    return nullptr;
  }

  const OperationShape& shape_;
  const bool for_output_;
  std::vector<std::string> inside_;
};

}  // namespace

Json InputSkeleton(const OperationShape& shape) {
  return Skeleton(shape, /*for_output=*/false).Of(shape.request);
}

Json OutputSkeleton(const OperationShape& shape) {
  return Skeleton(shape, /*for_output=*/true).Of(shape.response);
}

}  // namespace pkictl
