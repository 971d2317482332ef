// DER writing into one string.
#ifndef PKI_DER_WRITER_H_
#define PKI_DER_WRITER_H_

#include <cstdint>
#include <utility>

#include "pki/base/bytes.h"
#include "pki/der/tag.h"

namespace pki::der {

// Grows as needed. The numbers of tags are below 31. Not thread-safe.
class Writer {
 public:
  // `expected` is the size in bytes that is reserved at once.
  explicit Writer(size_t expected = 256) { bytes_.reserve(expected); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // An element whose contents `write(Writer&)` writes.
  template <typename Contents>
  void Add(Tag tag, Contents&& write) {
    const size_t start = Begin(tag);
    write(*this);
    End(start);
  }
  // An element with these contents.
  void AddBytes(Tag tag, ByteView contents) {
    Add(tag, [contents](Writer& writer) { writer.AddRaw(contents); });
  }
  void AddText(Tag tag, absl::string_view contents) {
    AddBytes(tag, View(contents));
  }
  // Bytes that are finished DER already.
  void AddRaw(ByteView der) {
    bytes_.append(reinterpret_cast<const char*>(der.data()), der.size());
  }

  void AddBoolean(bool value);
  void AddUint64(uint64_t value);
  // An INTEGER that is not negative, from big-endian bytes; leading zeros are
  // dropped, and no bytes are zero.
  void AddUnsigned(ByteView big_endian);
  // A BIT STRING of whole bytes.
  void AddBitStringBytes(ByteView bytes);
  void AddOid(ByteView octets) { AddBytes(kOid, octets); }

  // The bytes written. Called once, on the outermost writer.
  Bytes Finish() { return std::move(bytes_); }

 private:
  // Writes a tag and leaves one octet for the length. Where the contents begin.
  size_t Begin(Tag tag);
  // Writes the length of the contents, and makes room if one octet is too few.
  void End(size_t start);

  Bytes bytes_;
};

// The tag and the length of an element with contents of this size, for contents
// that are too long to be in one string.
Bytes EncodeHeader(Tag tag, uint64_t size);

}  // namespace pki::der

#endif  // PKI_DER_WRITER_H_
