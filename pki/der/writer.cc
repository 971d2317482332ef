// DER writing over CBB.
#include "pki/der/writer.h"

#include <new>

namespace pki::der {

Writer::Writer(size_t expected) : ok_(CBB_init(&cbb_, expected) != 0) {}

Writer::Writer(Writer& parent, Tag tag) : is_child_(true) {
  CBB_zero(&cbb_);
  ok_ = parent.ok_ && CBB_add_asn1(&parent.cbb_, &cbb_, tag) != 0;
}

Writer::~Writer() {
  // A child's bytes belong to its parent.
  if (!is_child_) CBB_cleanup(&cbb_);
}

void Writer::Close(Writer& parent) {
  parent.ok_ = ok_ && CBB_flush(&parent.cbb_) != 0;
}

void Writer::AddBytes(Tag tag, ByteView contents) {
  CBB child;
  ok_ = ok_ && CBB_add_asn1(&cbb_, &child, tag) &&
        CBB_add_bytes(&child, contents.data(), contents.size()) &&
        CBB_flush(&cbb_);
}

void Writer::AddRaw(ByteView der) {
  ok_ = ok_ && CBB_add_bytes(&cbb_, der.data(), der.size());
}

void Writer::AddBoolean(bool value) {
  ok_ = ok_ && CBB_add_asn1_bool(&cbb_, value ? 1 : 0);
}

void Writer::AddUint64(uint64_t value) {
  ok_ = ok_ && CBB_add_asn1_uint64(&cbb_, value);
}

void Writer::AddPositiveInteger(ByteView big_endian) {
  while (big_endian.size() > 1 && big_endian[0] == 0) {
    big_endian.remove_prefix(1);
  }
  CBB child;
  ok_ = ok_ && CBB_add_asn1(&cbb_, &child, kInteger) &&
        // The sign bit is kept clear.
        (big_endian[0] < 0x80 || CBB_add_u8(&child, 0)) &&
        CBB_add_bytes(&child, big_endian.data(), big_endian.size()) &&
        CBB_flush(&cbb_);
}

void Writer::AddBitStringBytes(ByteView bytes) {
  CBB child;
  ok_ = ok_ && CBB_add_asn1(&cbb_, &child, kBitString) &&
        CBB_add_u8(&child, 0) &&
        CBB_add_bytes(&child, bytes.data(), bytes.size()) && CBB_flush(&cbb_);
}

Bytes Writer::Finish() {
  if (!ok_ || !CBB_flush(&cbb_)) throw std::bad_alloc();
  return Bytes(reinterpret_cast<const char*>(CBB_data(&cbb_)), CBB_len(&cbb_));
}

}  // namespace pki::der
