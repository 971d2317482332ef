// TagCertificateAuthority, UntagCertificateAuthority and ListTags. Tags are
// kept in the order of their keys.
#include "pki/engine/tags.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/engine/change_ca.h"
#include "pki/engine/operations.h"
#include "pki/engine/page.h"

namespace pki {
namespace {

using Tags = google::protobuf::RepeatedPtrField<v1::Tag>;

// API Reference: TagCertificateAuthority.
constexpr size_t kMaxTags = 50;
constexpr absl::string_view kReserved = "aws:";

using TagMap = std::map<std::string, v1::Tag>;

TagMap ByKey(const Tags& tags) {
  TagMap map;
  for (const v1::Tag& tag : tags) map[tag.key()] = tag;
  return map;
}

Tags InOrder(const TagMap& map) {
  Tags tags;
  for (const auto& [key, tag] : map) *tags.Add() = tag;
  return tags;
}

}  // namespace

absl::Status CheckTags(const Tags& tags) {
  for (int i = 0; i < tags.size(); ++i) {
    const std::string field = absl::StrCat("Request.Tags[", i, "].Key");
    const std::string& key = tags[i].key();
    if (absl::StartsWithIgnoreCase(key, kReserved)) {
      return Refuse(v1::REASON_TAG_RESERVED, field,
                    absl::StrCat("The key ", Quote(key), " begins with ",
                                 kReserved, ", which is reserved."));
    }
    if (std::any_of(tags.begin(), tags.begin() + i,
                    [&](const v1::Tag& tag) { return tag.key() == key; })) {
      return Refuse(v1::REASON_TAG_DUPLICATE, field,
                    absl::StrCat("The tag ", Quote(key), " is given twice."));
    }
  }
  return absl::OkStatus();
}

absl::Status TagCertificateAuthority(
    Context& context, const v1::TagCertificateAuthorityRequest& request,
    v1::TagCertificateAuthorityResponse* /*response*/) {
  PKI_RETURN_IF_ERROR(CheckTags(request.tags()));
  const auto tag = [&request](Ca& ca, absl::Time now) -> absl::Status {
    PKI_RETURN_IF_ERROR(ca.Apply(CaUse::kManage, now));
    TagMap tags = ByKey(ca.record.tags());
    for (const v1::Tag& added : request.tags()) tags[added.key()] = added;
    if (tags.size() > kMaxTags) {
      return Refuse(
          v1::REASON_TAG_COUNT, "Request.Tags",
          absl::StrCat("The certificate authority would have ", tags.size(),
                       " tags; it can have ", kMaxTags, "."));
    }
    *ca.record.mutable_tags() = InOrder(tags);
    return absl::OkStatus();
  };
  return ChangeCa(context, request.certificate_authority_arn(), tag);
}

absl::Status UntagCertificateAuthority(
    Context& context, const v1::UntagCertificateAuthorityRequest& request,
    v1::UntagCertificateAuthorityResponse* /*response*/) {
  const auto untag = [&request](Ca& ca, absl::Time now) -> absl::Status {
    PKI_RETURN_IF_ERROR(ca.Apply(CaUse::kManage, now));
    TagMap tags = ByKey(ca.record.tags());
    for (const v1::Tag& removed : request.tags()) {
      const auto found = tags.find(removed.key());
      // With a value, a tag goes only if it has that value.
      if (found != tags.end() &&
          (!removed.has_value() || removed.value() == found->second.value())) {
        tags.erase(found);
      }
    }
    *ca.record.mutable_tags() = InOrder(tags);
    return absl::OkStatus();
  };
  return ChangeCa(context, request.certificate_authority_arn(), untag);
}

absl::Status ListTags(Context& context, const v1::ListTagsRequest& request,
                      v1::ListTagsResponse* response) {
  const std::string& arn = request.certificate_authority_arn();
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(const Ca ca,
                       context.ReadCaFor(arn, now, CaUse::kManage));
  PKI_ASSIGN_OR_RETURN(const Pager pager,
                       Pager::New(context, absl::StrCat("ListTags/", arn)));
  PKI_ASSIGN_OR_RETURN(const std::string after, pager.After(TokenOf(request)));
  const TagMap tags = ByKey(ca.record.tags());
  const size_t size = PageSize(request);
  for (auto tag = tags.upper_bound(after); tag != tags.end(); ++tag) {
    if (response->tags_size() == static_cast<int>(size)) {
      PKI_ASSIGN_OR_RETURN(*response->mutable_next_token(),
                           pager.Token(response->tags().rbegin()->key()));
      break;
    }
    *response->add_tags() = tag->second;
  }
  return absl::OkStatus();
}

}  // namespace pki
