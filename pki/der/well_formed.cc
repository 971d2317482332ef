// A walk over DER of unknown type.
#include "pki/der/well_formed.h"

#include "pki/der/reader.h"

namespace pki::der {
namespace {

constexpr Tag kConstructed = CBS_ASN1_CONSTRUCTED;
constexpr Tag kClass = CBS_ASN1_CLASS_MASK;
// The other two universal types that are SEQUENCEs inside (X.690 sections 8.17
// and 8.18).
constexpr Tag kExternal = kConstructed | 8;
constexpr Tag kEmbeddedPdv = kConstructed | 11;

bool IsUniversal(Tag tag) { return (tag & kClass) == CBS_ASN1_UNIVERSAL; }

bool IsConstructed(Tag tag) { return (tag & kConstructed) != 0; }

// In DER a universal type is either always constructed or never.
bool HasRightForm(Tag tag) {
  if (!IsUniversal(tag)) return true;
  const Tag constructed = tag | kConstructed;
  return IsConstructed(tag) ==
         (constructed == kSequence || constructed == kSet ||
          constructed == kExternal || constructed == kEmbeddedPdv);
}

// What a universal type demands of the next element.
bool HasRightContents(Tag tag, Reader reader) {
  ByteView contents;
  bool truth = false;
  int unused_bits = 0;
  switch (tag) {
    case kBoolean:
      return reader.ReadBoolean(&truth);
    case kInteger:
    case kEnumerated:
      return reader.ReadInteger(&contents, tag);
    case kBitString:
      return reader.ReadBitString(&contents, &unused_bits);
    case kNull:
      return reader.Read(kNull, &contents) && contents.empty();
    case kOid:
      return reader.ReadOid(&contents);
    case kBmpString:
      return reader.Read(tag, &contents) && contents.size() % 2 == 0;
    case kUniversalString:
      return reader.Read(tag, &contents) && contents.size() % 4 == 0;
    default:
      return true;
  }
}

}  // namespace

bool IsWellFormed(ByteView der, int depth) {
  Reader reader(der);
  while (!reader.empty()) {
    const Reader element = reader;
    Tag tag = 0;
    ByteView contents;
    if (depth == 0 || !reader.ReadAny(&tag, &contents) || !HasRightForm(tag) ||
        !HasRightContents(tag, element) ||
        (IsConstructed(tag) && !IsWellFormed(contents, depth - 1))) {
      return false;
    }
  }
  return true;
}

bool IsOneElement(ByteView der) {
  Reader reader(der);
  ByteView element;
  return reader.ReadAnyElement(&element) && reader.empty() && IsWellFormed(der);
}

}  // namespace pki::der
