// That no secret outlives an engine: a child process makes CAs, issues, and
// closes its engine; then its whole memory, which is what a core dump would
// have, its store's files and its log are searched for the CAs' keys, for the
// key-encryption keys and for the passphrase.
//
// What is searched are runs of 16 bytes: memory that was freed without being
// wiped keeps its secret but for the first bytes, which the allocator uses.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "capi/pki_engine.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/base/secret.h"
#include "pki/crypto/random.h"
#include "pki/keystore/keyring.h"
#include "pki/store/record.h"
#include "pki/store/sqlite_store.h"
#include "pki/testing/key_parts.h"
#include "proto/config.pb.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// ---- The child. It is told secrets through its standard input, in frames: a
// size in four bytes, and so many bytes.

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "child: %s\n", what);
  std::_Exit(1);
}

void Require(bool holds, const char* what) {
  if (!holds) Die(what);
}

void ReadAll(int file, void* out, size_t size) {
  for (auto* next = static_cast<char*>(out); size > 0;) {
    const ssize_t got = read(file, next, size);
    Require(got > 0, "input ended");
    next += got;
    size -= static_cast<size_t>(got);
  }
}

void WriteAll(int file, const void* data, size_t size) {
  Require(write(file, data, size) == static_cast<ssize_t>(size), "write");
}

// A frame, which is wiped with this object: a host's own copy is its own duty.
class Frame {
 public:
  Frame() {
    ReadAll(STDIN_FILENO, &size_, sizeof(size_));
    Require(size_ <= bytes_.size(), "frame size");
    ReadAll(STDIN_FILENO, bytes_.data(), size_);
  }
  ~Frame() { WipeMemory(bytes_.data(), bytes_.size()); }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  const void* data() const { return bytes_.data(); }
  size_t size() const { return size_; }

 private:
  uint32_t size_ = 0;
  std::array<char, 256> bytes_;
};

// Calls with the bytes of a request; answers the code.
int32_t CallBytes(pki_engine* engine, const char* operation, const void* data,
                  size_t size, std::string* response) {
  pki_buffer* buffer = nullptr;
  const int32_t code = pki_engine_call(engine, operation, PKI_ENCODING_PROTOBUF,
                                       data, size, &buffer, nullptr);
  response->assign(reinterpret_cast<const char*>(pki_buffer_data(buffer)),
                   pki_buffer_size(buffer));
  pki_buffer_free(buffer);
  return code;
}

template <typename Response, typename Request>
Response Call(pki_engine* engine, const Request& request) {
  std::string operation = Request::descriptor()->name();
  operation.resize(operation.size() - (sizeof("Request") - 1));
  const std::string bytes = request.SerializeAsString();
  std::string answer;
  Response response;
  Require(CallBytes(engine, operation.c_str(), bytes.data(), bytes.size(),
                    &answer) == PKI_OK &&
              response.ParseFromString(answer),
          operation.c_str());
  return response;
}

std::string CreateCa(pki_engine* engine, v1::CertificateAuthorityType type,
                     v1::KeyAlgorithm key, v1::SigningAlgorithm signing) {
  v1::CreateCertificateAuthorityRequest request;
  request.set_certificate_authority_type(type);
  auto& configuration = *request.mutable_certificate_authority_configuration();
  configuration.set_key_algorithm(key);
  configuration.set_signing_algorithm(signing);
  configuration.mutable_subject()->set_common_name("CA");
  return Call<v1::CreateCertificateAuthorityResponse>(engine, request)
      .certificate_authority_arn();
}

std::string CsrOf(pki_engine* engine, const std::string& arn) {
  v1::GetCertificateAuthorityCsrRequest request;
  request.set_certificate_authority_arn(arn);
  return Call<v1::GetCertificateAuthorityCsrResponse>(engine, request).csr();
}

// Makes a root with its certificate, which then issues one for `csr`.
void MakeRoot(pki_engine* engine, v1::KeyAlgorithm key,
              v1::SigningAlgorithm signing, const std::string& csr) {
  const std::string arn =
      CreateCa(engine, v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, key, signing);
  v1::IssueCertificateRequest issue;
  issue.set_certificate_authority_arn(arn);
  issue.set_csr(CsrOf(engine, arn));
  issue.set_signing_algorithm(signing);
  issue.mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_DAYS);
  issue.mutable_validity()->set_value(30);
  issue.set_template_arn("arn:aws:acm-pca:::template/RootCACertificate/V1");
  v1::GetCertificateRequest get;
  get.set_certificate_authority_arn(arn);
  get.set_certificate_arn(
      Call<v1::IssueCertificateResponse>(engine, issue).certificate_arn());
  v1::ImportCertificateAuthorityCertificateRequest import;
  import.set_certificate_authority_arn(arn);
  import.set_certificate(
      Call<v1::GetCertificateResponse>(engine, get).certificate());
  Call<v1::ImportCertificateAuthorityCertificateResponse>(engine, import);

  issue.clear_template_arn();
  issue.set_csr(csr);
  issue.mutable_validity()->set_value(7);
  Call<v1::IssueCertificateResponse>(engine, issue);
}

void LogTo(void* context, int32_t /*level*/, const char* line) {
  auto* const log = static_cast<std::ofstream*>(context);
  *log << line << std::endl;
}

// Tells the parent that it may look, and waits until it has.
void LetLook() {
  WriteAll(STDOUT_FILENO, "x", 1);
  char go = 0;
  ReadAll(STDIN_FILENO, &go, 1);
}

pki_engine* OpenEngine(const pki_host& host) {
  const Frame configuration;
  pki_engine* engine = nullptr;
  Require(
      pki_engine_open(PKI_ENCODING_PROTOBUF, configuration.data(),
                      configuration.size(), &host, &engine, nullptr) == PKI_OK,
      "open");
  return engine;
}

// Frames: the configuration; a request for RewrapKeys that is refused; one that
// is not, or nothing; and the configuration for opening the store again.
int RunChild(const char* log_file) {
  std::ofstream log(log_file);
  pki_host host = {};
  host.size = sizeof(host);
  host.context = &log;
  host.log = LogTo;
  pki_engine* engine = OpenEngine(host);
  const std::string csr =
      CsrOf(engine, CreateCa(engine, v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE,
                             v1::KEY_ALGORITHM_EC_SECP521R1,
                             v1::SIGNING_ALGORITHM_SHA512WITHECDSA));
  MakeRoot(engine, v1::KEY_ALGORITHM_EC_PRIME256V1,
           v1::SIGNING_ALGORITHM_SHA256WITHECDSA, csr);
  MakeRoot(engine, v1::KEY_ALGORITHM_EC_SECP384R1,
           v1::SIGNING_ALGORITHM_SHA384WITHECDSA, csr);
  MakeRoot(engine, v1::KEY_ALGORITHM_RSA_2048,
           v1::SIGNING_ALGORITHM_SHA256WITHRSA, csr);
  std::string response;
  {
    const Frame refused;
    Require(CallBytes(engine, "RewrapKeys", refused.data(), refused.size(),
                      &response) == PKI_VALIDATION_EXCEPTION,
            "a key of the wrong size");
  }
  {
    const Frame rewrap;
    Require(rewrap.size() == 0 || CallBytes(engine, "RewrapKeys", rewrap.data(),
                                            rewrap.size(), &response) == PKI_OK,
            "rewrap");
  }
  LetLook();
  pki_engine_close(engine);
  LetLook();
  // Nothing is done with it that would overwrite what opening left behind.
  pki_engine_close(OpenEngine(host));
  LetLook();
  return 0;
}

// ---- The parent.

constexpr size_t kRun = 16;  // bytes

// What is searched for.
class Needles {
 public:
  // Each run of the bytes, in this order and backwards: as they are written,
  // and as the limbs of a big number have them.
  void Add(const std::string& name, const Bytes& bytes) {
    ASSERT_GE(bytes.size(), kRun) << name;
    const Bytes backwards(bytes.rbegin(), bytes.rend());
    for (const Bytes& order : {bytes, backwards}) {
      for (size_t i = 0; i + kRun <= order.size(); ++i) {
        runs_.emplace(order.substr(i, kRun), name);
        starts_[StartOf(order.data() + i)] = true;
      }
    }
  }

  // The names of those that are there.
  std::set<std::string> Find(const char* data, size_t size) const {
    std::set<std::string> found;
    for (size_t i = 0; i + kRun <= size; ++i) {
      if (!starts_[StartOf(data + i)]) continue;
      const auto run = runs_.find(std::string(data + i, kRun));
      if (run != runs_.end()) found.insert(run->second);
    }
    return found;
  }

 private:
  static size_t StartOf(const char* data) {
    uint32_t start = 0;
    std::memcpy(&start, data, 3);
    return start;
  }

  std::unordered_map<std::string, std::string> runs_;
  std::vector<bool> starts_ = std::vector<bool>(size_t{1} << 24);
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// "NAME in [heap]" for what is in the memory that the process can write to.
std::vector<std::string> FindInMemory(pid_t process, const Needles& needles) {
  std::vector<std::string> found;
  const std::string folder = absl::StrCat("/proc/", process);
  const int memory = open((folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_GE(memory, 0) << std::strerror(errno);
  std::istringstream maps(ReadFile(folder + "/maps"));
  size_t total = 0;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream columns(line);
    uintptr_t begin = 0;
    uintptr_t end = 0;
    char dash = 0;
    std::string rights, offset, device, inode, name;
    columns >> std::hex >> begin >> dash >> end >> rights >> offset >> device >>
        inode >> name;
    if (!absl::StartsWith(rights, "rw")) continue;
    std::string bytes(end - begin, '\0');
    const ssize_t got =
        pread(memory, &bytes[0], bytes.size(), static_cast<off_t>(begin));
    EXPECT_EQ(got, static_cast<ssize_t>(bytes.size())) << line;
    total += bytes.size();
    for (const std::string& needle : needles.Find(bytes.data(), bytes.size())) {
      found.push_back(absl::StrCat(needle, " in ", name));
    }
  }
  close(memory);
  EXPECT_GT(total, 100000u);  // A heap and a stack at least.
  return found;
}

Bytes RandomBytes() { return Copy(RandomSecret(32).value().Reveal()); }

void SendFrame(int file, const std::string& bytes) {
  const auto size = static_cast<uint32_t>(bytes.size());
  ASSERT_EQ(write(file, &size, sizeof(size)),
            static_cast<ssize_t>(sizeof(size)));
  ASSERT_EQ(write(file, bytes.data(), bytes.size()),
            static_cast<ssize_t>(bytes.size()));
}

// This program again, as the child, with pipes to it.
class Child {
 public:
  explicit Child(const std::string& log_file) {
    std::array<int, 2> in;
    std::array<int, 2> out;
    EXPECT_EQ(pipe2(in.data(), O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(out.data(), O_CLOEXEC), 0);
    process_ = fork();
    if (process_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      execl("/proc/self/exe", "child", log_file.c_str(), nullptr);
      Die("exec");
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = out[0];
  }
  ~Child() {
    close(to_);
    close(from_);
    int status = 0;
    EXPECT_EQ(waitpid(process_, &status, 0), process_);
    EXPECT_EQ(status, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t process() const { return process_; }
  int to() const { return to_; }
  // Waits until the child lets look.
  bool Wait() const {
    char ready = 0;
    return read(from_, &ready, 1) == 1;
  }
  void GoOn() const { EXPECT_EQ(write(to_, "x", 1), 1); }

 private:
  pid_t process_ = 0;
  int to_ = -1;
  int from_ = -1;
};

class SecretRemainsTest : public testing::Test {
 protected:
  SecretRemainsTest()
      : folder_(absl::StrCat(
            testing::TempDir(), "/",
            testing::UnitTest::GetInstance()->current_test_info()->name())),
        store_file_(folder_ + "/ca.db"),
        log_file_(folder_ + "/log") {
    EXPECT_EQ(
        std::system(
            absl::StrCat("rm -rf ", folder_, " && mkdir ", folder_).c_str()),
        0);
  }

  v1::EngineConfiguration Configuration() const {
    v1::EngineConfiguration configuration;
    configuration.set_store_file(store_file_);
    return configuration;
  }

  // Adds the keys of the CAs in the store. A handle, which is no secret, shows
  // whether the files are searched.
  void AddKeys(const KekSource& source) {
    std::shared_ptr<Store> store = SqliteStore::Open(store_file_, {}).value();
    const auto keyring = Keyring::Open(store, source).value();
    const auto entries = store->Scan({"ca/", "ca0"}, SIZE_MAX).value();
    ASSERT_EQ(entries.size(), 4u);
    for (const Entry& entry : entries) {
      const v1::CertificateAuthorityRecord record =
          ToRecord<v1::CertificateAuthorityRecord>(entry).value().record;
      const std::string key =
          v1::KeyAlgorithm_Name(record.configuration().key_algorithm());
      // One that has no certificate is not kept open.
      if (record.certificates_size() != 0) keys_.insert(key);
      const Secret pkcs8 =
          keyring->Unseal(record.arn(), View(record.key_handle())).value();
      for (const auto& [part, bytes] : KeyParts(pkcs8)) {
        needles_.Add(absl::StrCat(key, " ", part), bytes);
      }
      handles_.Add("handle", record.key_handle());
    }
  }

  std::set<std::string> FindInFiles(const Needles& needles) const {
    std::set<std::string> found;
    for (const std::string& file :
         {store_file_, store_file_ + "-wal", store_file_ + "-shm", log_file_}) {
      const std::string bytes = ReadFile(file);
      found.merge(needles.Find(bytes.data(), bytes.size()));
    }
    return found;
  }

  // `secrets` are there while the engine is open, and so are the CAs' keys;
  // nothing is when it is closed. In the end the key-encryption key is `kek`.
  void Run(const v1::EngineConfiguration& configuration,
           const v1::RewrapKeysRequest& refused, const std::string& rewrap,
           const Bytes& kek, const std::vector<std::string>& secrets) {
    const Child child(log_file_);
    SendFrame(child.to(), configuration.SerializeAsString());
    SendFrame(child.to(), refused.SerializeAsString());
    SendFrame(child.to(), rewrap);
    ASSERT_TRUE(child.Wait());
    AddKeys(KekSource::Key(Secret(View(kek))).value());
    // The control: what is held is found.
    const std::vector<std::string> open =
        FindInMemory(child.process(), needles_);
    for (const std::string& key : keys_) {
      EXPECT_THAT(open, Contains(StartsWith(key)));
    }
    for (const std::string& secret : secrets) {
      EXPECT_THAT(open, Contains(StartsWith(secret)));
    }
    EXPECT_THAT(FindInFiles(handles_), Contains("handle"));
    EXPECT_THAT(FindInFiles(needles_), IsEmpty());
    EXPECT_THAT(ReadFile(log_file_),
                testing::HasSubstr("REASON_FIELD_TOO_SHORT"));

    child.GoOn();
    ASSERT_TRUE(child.Wait());
    EXPECT_THAT(FindInMemory(child.process(), needles_), IsEmpty());
    EXPECT_THAT(FindInFiles(handles_), Contains("handle"));
    EXPECT_THAT(FindInFiles(needles_), IsEmpty());

    v1::EngineConfiguration again = Configuration();
    again.set_key_encryption_key(kek);
    child.GoOn();
    SendFrame(child.to(), again.SerializeAsString());
    ASSERT_TRUE(child.Wait());
    EXPECT_THAT(FindInMemory(child.process(), needles_), IsEmpty());
    child.GoOn();
  }

  const std::string folder_;
  const std::string store_file_;
  const std::string log_file_;
  Needles needles_;
  Needles handles_;
  std::set<std::string> keys_;
};

TEST_F(SecretRemainsTest, OfAKeyEncryptionKey) {
  const Bytes kek = RandomBytes();
  needles_.Add("kek", kek);
  v1::EngineConfiguration configuration = Configuration();
  configuration.set_key_encryption_key(kek);
  v1::RewrapKeysRequest refused;
  refused.set_new_key_encryption_key(kek.substr(1));
  Run(configuration, refused, "", kek, {"kek"});
}

TEST_F(SecretRemainsTest, OfAPassphraseAndOfANewKey) {
  const Bytes passphrase = Hex(View(RandomBytes()));
  const Bytes kek = RandomBytes();
  needles_.Add("passphrase", passphrase);
  needles_.Add("new kek", kek);
  v1::EngineConfiguration configuration = Configuration();
  configuration.set_passphrase(passphrase);
  v1::RewrapKeysRequest refused;
  refused.set_new_key_encryption_key(kek.substr(1));
  v1::RewrapKeysRequest rewrap;
  rewrap.set_new_key_encryption_key(kek);
  Run(configuration, refused, rewrap.SerializeAsString(), kek, {"new kek"});
}

}  // namespace
}  // namespace pki

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[0]) == "child") {
    return pki::RunChild(argv[1]);
  }
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
