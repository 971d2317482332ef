// Reading of nameConstraints.
#include "pki/x509/name_constraints.h"

#include "pki/der/reader.h"

namespace pki {
namespace {

constexpr der::Tag kPermitted = der::ContextConstructed(0);
constexpr der::Tag kExcluded = der::ContextConstructed(1);
constexpr der::Tag kIpAddress = der::Context(7);

// A general name, but for iPAddress, which has a mask here.
bool ReadBase(der::Reader* reader, GeneralName* base) {
  if (!reader->NextIs(kIpAddress)) return ReadGeneralName(reader, base);
  base->form = GeneralNameForm::kIpAddress;
  return reader->Read(kIpAddress, &base->value) &&
         (base->value.size() == 8 || base->value.size() == 32);
}

// Both lists are optional; one that is there is not empty.
bool ReadSubtrees(der::Reader* fields, der::Tag tag,
                  std::vector<GeneralName>* bases) {
  if (!fields->NextIs(tag)) return true;
  der::Reader list;
  if (!fields->Read(tag, &list) || list.empty()) return false;
  while (!list.empty()) {
    der::Reader subtree;
    // The minimum is always 0, the default, which DER leaves out, and there is
    // never a maximum: the base stands alone.
    if (!list.Read(der::kSequence, &subtree) ||
        !ReadBase(&subtree, &bases->emplace_back()) || !subtree.empty()) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<NameSubtrees> ParseNameConstraints(ByteView value) {
  NameSubtrees subtrees;
  der::Reader outer(value);
  der::Reader fields;
  if (!outer.Read(der::kSequence, &fields) || !outer.empty() ||
      fields.empty() ||
      !ReadSubtrees(&fields, kPermitted, &subtrees.permitted) ||
      !ReadSubtrees(&fields, kExcluded, &subtrees.excluded) ||
      !fields.empty()) {
    return std::nullopt;
  }
  return subtrees;
}

}  // namespace pki
