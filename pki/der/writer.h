// DER writing over CBB. A failure sticks, so a whole structure needs one check.
#ifndef PKI_DER_WRITER_H_
#define PKI_DER_WRITER_H_

#include <openssl/bytestring.h>

#include <cstdint>

#include "pki/base/bytes.h"
#include "pki/der/tag.h"

namespace pki::der {

// Grows as needed. The only failure is a lack of memory, which Finish() turns
// into std::bad_alloc. Not thread-safe.
class Writer {
 public:
  // `expected` is the size in bytes that is reserved at once.
  explicit Writer(size_t expected = 256);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // An element whose contents `write(Writer&)` writes.
  template <typename Contents>
  void Add(Tag tag, Contents&& write) {
    Writer child(*this, tag);
    write(child);
    child.Close(*this);
  }
  // An element with these contents.
  void AddBytes(Tag tag, ByteView contents);
  void AddText(Tag tag, absl::string_view contents) {
    AddBytes(tag, View(contents));
  }
  // Bytes that are finished DER already.
  void AddRaw(ByteView der);

  void AddBoolean(bool value);
  void AddUint64(uint64_t value);
  // A positive INTEGER from big-endian bytes; leading zeros are dropped.
  void AddPositiveInteger(ByteView big_endian);
  // A BIT STRING of whole bytes.
  void AddBitStringBytes(ByteView bytes);
  void AddOid(ByteView octets) { AddBytes(kOid, octets); }

  // The bytes written. Called once, on the outermost writer.
  Bytes Finish();

 private:
  Writer(Writer& parent, Tag tag);
  void Close(Writer& parent);

  CBB cbb_;
  bool ok_;
  bool is_child_ = false;
};

}  // namespace pki::der

#endif  // PKI_DER_WRITER_H_
