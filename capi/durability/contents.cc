// One kind of record after the other.
#include "capi/durability/contents.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace pki {
namespace {

constexpr size_t kPage = 1000;

template <typename Record>
void Keep(const Entry& entry, std::map<std::string, Record>* records,
          Problems* problems) {
  Record record;
  if (!record.ParseFromString(entry.value) || record.format() == 0) {
    AddProblem(problems, entry.key, "is damaged");
    return;
  }
  records->emplace(entry.key, std::move(record));
}

void KeepEntry(const Entry& entry, Contents* contents, Problems* problems) {
  const std::string kind = PartsOf(entry.key).front();
  if (kind == "ca") {
    Keep(entry, &contents->authorities, problems);
  } else if (kind == "cert") {
    Keep(entry, &contents->certificates, problems);
  } else if (kind == "token") {
    Keep(entry, &contents->tokens, problems);
  } else if (kind == "audit") {
    Keep(entry, &contents->audit, problems);
  } else if (kind == "revoked") {
    Keep(entry, &contents->revocations, problems);
  } else if (kind == "crl") {
    Keep(entry, &contents->crls, problems);
  } else if (kind == "crlmark") {
    Keep(entry, &contents->crl_marks, problems);
  } else if (kind == "crluri") {
    Keep(entry, &contents->crl_uris, problems);
  } else if (kind == "permission") {
    Keep(entry, &contents->permissions, problems);
  } else if (kind == "policy") {
    Keep(entry, &contents->policies, problems);
  } else if (kind == "report" || kind == "reporting") {
    Keep(entry, &contents->reports, problems);
  } else if (kind == "object") {
    Keep(entry, &contents->objects, problems);
  } else if (kind == "part") {
    contents->parts.emplace(entry.key, entry.value);
  } else if (kind == "ocsp") {
    Keep(entry, &contents->delegates, problems);
  } else if (kind == "issuer") {
    contents->issuers.emplace(entry.key, entry.value);
  } else if (kind == "index") {
    contents->index.insert(entry.key);
    if (!entry.value.empty()) {
      AddProblem(problems, entry.key, "has a value");
    }
  } else if (kind != "keyring" && kind != "pagination" && kind != "draft" &&
             kind != "discard") {
    AddProblem(problems, entry.key, "is of no known kind");
  }
}

}  // namespace

Contents ReadContents(Store& store, Problems* problems) {
  Contents contents;
  KeyRange range{"", "\xff"};
  while (true) {
    const auto page = store.Scan(range, kPage);
    if (!page.ok()) {
      AddProblem(problems, "scan", page.status().message());
      return contents;
    }
    for (const Entry& entry : *page) KeepEntry(entry, &contents, problems);
    if (page->size() < kPage) return contents;
    range.begin = page->back().key + '\0';
  }
}

Bytes ContentOf(const Contents& contents, const v1::ObjectRecord& object) {
  const std::string prefix = absl::StrCat("part/", object.content_id(), "/");
  Bytes content = object.head();
  for (auto part = contents.parts.lower_bound(prefix);
       part != contents.parts.end() && absl::StartsWith(part->first, prefix);
       ++part) {
    content += part->second;
  }
  return content;
}

std::vector<std::string> PartsOf(const std::string& key) {
  return absl::StrSplit(key, '/');
}

void AddProblem(Problems* problems, absl::string_view what,
                absl::string_view text) {
  problems->push_back(absl::StrCat(what, ": ", text));
}

}  // namespace pki
