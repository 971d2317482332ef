// Checksums of pages, and of the frames of the log
// (https://www.sqlite.org/fileformat2.html, section 4).
#include "pki/store/checksum_vfs.h"

#include <endian.h>

#include <array>
#include <cstring>
#include <new>
#include <utility>

namespace pki {
namespace {

constexpr int kContentSize = kSqlitePageSize - kSqliteReservedBytes;

uint64_t LoadLittle64(const unsigned char* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return le64toh(word);
}

// Every step is a bijection of the sum so far, so that a change of one word
// always changes the result.
uint64_t PageSum(const unsigned char* page, uint64_t number) {
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c55;
  constexpr int kHalf = 32;
  uint64_t sum = number * kOdd;
  for (size_t i = 0; i < kContentSize; i += sizeof(uint64_t)) {
    sum ^= LoadLittle64(page + i);
    sum *= kOdd;
    sum ^= sum >> kHalf;
  }
  return sum;
}

uint64_t NumberAt(int64_t offset) {
  return static_cast<uint64_t>(offset / kSqlitePageSize) + 1;
}

uint32_t LoadBig32(const unsigned char* bytes) {
  uint32_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return be32toh(word);
}

// The sum over the log up to some frame.
struct LogSum {
  uint32_t first = 0;
  uint32_t second = 0;

  // As it is stored, in eight bytes.
  static LogSum At(const unsigned char* bytes) {
    return {LoadBig32(bytes), LoadBig32(bytes + sizeof(uint32_t))};
  }

  void Add(const unsigned char* data, size_t size, bool big_endian) {
    for (size_t i = 0; i < size; i += 2 * sizeof(uint32_t)) {
      std::array<uint32_t, 2> words;
      std::memcpy(words.data(), data + i, sizeof(words));
      for (uint32_t& word : words) {
        word = big_endian ? be32toh(word) : le32toh(word);
      }
      first += words[0] + second;
      second += words[1] + first;
    }
  }

  bool operator==(const LogSum& other) const {
    return first == other.first && second == other.second;
  }
};

// How the log is laid out: a header, then frames, each of which is a header and
// a page. A frame's header has the page number, the size of the file after the
// commit that ends here (0 when none does), two salts that are those of the
// log's header, and the sum of everything before it and itself.
constexpr int64_t kLogHeaderSize = 32;
constexpr int64_t kLogSalts = 16;
constexpr int64_t kLogHeaderSum = 24;
constexpr int64_t kFrameHeaderSize = 24;
constexpr int64_t kFrameCommit = 4;
constexpr int64_t kFrameSalts = 8;
constexpr int64_t kFrameSum = 16;
constexpr int64_t kFrameSize = kFrameHeaderSize + kSqlitePageSize;

using Salts = std::array<unsigned char, 8>;
using LogHeader = std::array<unsigned char, kLogHeaderSize>;
using FrameHeader = std::array<unsigned char, kFrameHeaderSize>;
using Frame = std::array<unsigned char, kFrameSize>;

int64_t FrameOffset(int64_t index) {
  return kLogHeaderSize + index * kFrameSize;
}

// Where the sum is that the frame `index` continues.
int64_t SumOffset(int64_t index) {
  return index == 0 ? kLogHeaderSum : FrameOffset(index - 1) + kFrameSum;
}

Salts SaltsAt(const unsigned char* bytes) {
  Salts salts;
  std::memcpy(salts.data(), bytes, salts.size());
  return salts;
}

// Whether a frame is as it was written after one whose sum is `before`.
bool IsWhole(const unsigned char* header, const unsigned char* page,
             const LogSum& before) {
  // The log's first word says which of the two; the sum says it as well.
  for (const bool big_endian : {false, true}) {
    LogSum sum = before;
    sum.Add(header, kFrameSalts, big_endian);
    sum.Add(page, kSqlitePageSize, big_endian);
    if (sum == LogSum::At(header + kFrameSum)) return true;
  }
  return false;
}

}  // namespace

// Any file of the store.
class ChecksumVfs::CountingFile : public File {
 public:
  CountingFile(sqlite3_file* below, std::atomic<uint64_t>& syncs)
      : File(below), syncs_(syncs) {}

  int Sync(int flags) override {
    ++syncs_;
    return File::Sync(flags);
  }

 private:
  std::atomic<uint64_t>& syncs_;
};

// The database itself.
class ChecksumVfs::MainFile : public CountingFile {
 public:
  using CountingFile::CountingFile;

  int Read(void* data, int size, int64_t offset) override {
    // SQLite looks at its header before it has a lock, when it may be half
    // written; what it then goes by is the whole page.
    if (offset + size <= kHeaderSize) return File::Read(data, size, offset);
    if (!IsPage(size, offset)) return SQLITE_IOERR_DATA;
    const int result = File::Read(data, size, offset);
    if (result == SQLITE_IOERR_SHORT_READ) {
      return IsEmpty() ? result : SQLITE_IOERR_DATA;
    }
    if (result != SQLITE_OK) return result;
    const auto* const page = static_cast<const unsigned char*>(data);
    return LoadLittle64(page + kContentSize) == PageSum(page, NumberAt(offset))
               ? SQLITE_OK
               : SQLITE_IOERR_DATA;
  }

  int Write(const void* data, int size, int64_t offset) override {
    if (!IsPage(size, offset)) return SQLITE_IOERR_WRITE;
    std::array<unsigned char, kSqlitePageSize> page;
    std::memcpy(page.data(), data, page.size());
    const uint64_t sum = htole64(PageSum(page.data(), NumberAt(offset)));
    std::memcpy(&page[kContentSize], &sum, sizeof(sum));
    return File::Write(page.data(), size, offset);
  }

 private:
  static constexpr int64_t kHeaderSize = 100;

  static bool IsPage(int size, int64_t offset) {
    return size == kSqlitePageSize && offset % kSqlitePageSize == 0;
  }

  bool IsEmpty() {
    sqlite3_int64 size = -1;
    return below()->pMethods->xFileSize(below(), &size) == SQLITE_OK &&
           size == 0;
  }
};

// Its log.
class ChecksumVfs::LogFile : public CountingFile {
 public:
  using CountingFile::CountingFile;

  int Read(void* data, int size, int64_t offset) override {
    int result = WriteHeld();
    if (result != SQLITE_OK) return result;
    const int64_t index = (offset - kLogHeaderSize) / kFrameSize;
    // This and the next two are all that SQLite ever reads. Those it reads in
    // recovery, while nobody writes.
    if (offset == FrameOffset(index) + kFrameHeaderSize &&
        size == kSqlitePageSize) {
      return ReadPage(data, index);
    }
    result = File::Read(data, size, offset);
    if (result != SQLITE_OK) return result;
    const auto* const bytes = static_cast<const unsigned char*>(data);
    if (offset == 0 && size == kLogHeaderSize) return CheckHeader(bytes);
    if (offset == FrameOffset(index) && size == kFrameSize) {
      return CheckRecovered(bytes, index);
    }
    return SQLITE_IOERR_DATA;
  }

  // SQLite writes the header of a frame, and then its page. They go on as one
  // write: the header is held until what comes next.
  int Write(const void* data, int size, int64_t offset) override {
    if (size == kSqlitePageSize && offset == held_at_ + kFrameHeaderSize) {
      std::memcpy(&held_[kFrameHeaderSize], data, kSqlitePageSize);
      return File::Write(held_.data(), kFrameSize,
                         std::exchange(held_at_, kNothing));
    }
    const int result = WriteHeld();
    if (result != SQLITE_OK) return result;
    if (size != kFrameHeaderSize) return File::Write(data, size, offset);
    std::memcpy(held_.data(), data, kFrameHeaderSize);
    held_at_ = offset;
    return SQLITE_OK;
  }

  int Truncate(int64_t size) override {
    const int result = WriteHeld();
    return result == SQLITE_OK ? File::Truncate(size) : result;
  }

  int Sync(int flags) override {
    const int result = WriteHeld();
    return result == SQLITE_OK ? CountingFile::Sync(flags) : result;
  }

 private:
  static constexpr int64_t kNothing = -kFrameSize;

  int WriteHeld() {
    if (held_at_ == kNothing) return SQLITE_OK;
    return File::Write(held_.data(), kFrameHeaderSize,
                       std::exchange(held_at_, kNothing));
  }

  // A page in use by a reader: in one read with all that it is checked by.
  int ReadPage(void* page, int64_t index) {
    const int64_t begin = SumOffset(index);
    const int64_t header = FrameOffset(index) - begin;
    std::array<unsigned char, 2 * kFrameSize> bytes;
    const int result =
        File::Read(bytes.data(), static_cast<int>(header + kFrameSize), begin);
    if (result != SQLITE_OK) return result;
    std::memcpy(page, &bytes[header + kFrameHeaderSize], kSqlitePageSize);
    return IsWhole(&bytes[header], &bytes[header + kFrameHeaderSize],
                   LogSum::At(bytes.data()))
               ? SQLITE_OK
               : SQLITE_IOERR_DATA;
  }

  int CheckHeader(const unsigned char* header) {
    for (const bool big_endian : {false, true}) {
      LogSum sum;
      sum.Add(header, kLogHeaderSum, big_endian);
      if (sum == LogSum::At(header + kLogHeaderSum)) return SQLITE_OK;
    }
    FrameHeader first;
    if (!Load(first, FrameOffset(0))) return SQLITE_OK;
    return HasCommitAfter(0, SaltsAt(&first[kFrameSalts])) ? SQLITE_IOERR_DATA
                                                           : SQLITE_OK;
  }

  int CheckRecovered(const unsigned char* frame, int64_t index) {
    LogHeader header;
    LogSum before;
    if (!Load(header, 0) || !LoadSum(index, before)) return SQLITE_IOERR_DATA;
    const Salts salts = SaltsAt(&header[kLogSalts]);
    if (SaltsAt(frame + kFrameSalts) == salts &&
        IsWhole(frame, frame + kFrameHeaderSize, before)) {
      return SQLITE_OK;
    }
    return HasCommitAfter(index, salts) ? SQLITE_IOERR_DATA : SQLITE_OK;
  }

  // Whether a commit ends in the frame `index` or later and another one follows
  // it: not the remains of one that failed, whose sum continues that of a frame
  // that is no more.
  bool HasCommitAfter(int64_t index, const Salts& salts) {
    constexpr std::array<unsigned char, 4> kNone = {};
    FrameHeader end;
    for (; Load(end, FrameOffset(index)); ++index) {
      Frame next;
      if (SaltsAt(&end[kFrameSalts]) == salts &&
          std::memcmp(&end[kFrameCommit], kNone.data(), kNone.size()) != 0 &&
          Load(next, FrameOffset(index + 1)) &&
          SaltsAt(&next[kFrameSalts]) == salts &&
          IsWhole(next.data(), &next[kFrameHeaderSize],
                  LogSum::At(&end[kFrameSum]))) {
        return true;
      }
    }
    return false;
  }

  // The sum before the frame `index`.
  bool LoadSum(int64_t index, LogSum& sum) {
    std::array<unsigned char, sizeof(LogSum)> bytes;
    if (!Load(bytes, SumOffset(index))) return false;
    sum = LogSum::At(bytes.data());
    return true;
  }

  template <size_t kSize>
  bool Load(std::array<unsigned char, kSize>& bytes, int64_t offset) {
    return File::Read(bytes.data(), kSize, offset) == SQLITE_OK;
  }

  Frame held_;
  int64_t held_at_ = kNothing;
};

std::unique_ptr<SqliteVfs::File> ChecksumVfs::Wrap(sqlite3_file* below,
                                                   const char* /*path*/,
                                                   int flags) {
  File* file = nullptr;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
    file = new (std::nothrow) MainFile(below, syncs_);
  } else if ((flags & SQLITE_OPEN_WAL) != 0) {
    file = new (std::nothrow) LogFile(below, syncs_);
  } else {
    file = new (std::nothrow) CountingFile(below, syncs_);
  }
  return std::unique_ptr<File>(file);
}

}  // namespace pki
