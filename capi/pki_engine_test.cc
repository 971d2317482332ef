// The C ABI from the outside: what it answers, what it refuses and how, and
// that both encodings say the same.
#include "capi/pki_engine.h"

#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <new>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "capi/kms_signer.h"
#include "capi/map_store.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "pki/base/status.h"
#include "pki/store/conformance.h"
#include "pki/testing/csr_corpus.h"
#include "pki/wire/json.h"
#include "proto/config.pb.h"
#include "proto/error.pb.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

using ::google::protobuf::Message;
using ::google::protobuf::util::MessageDifferencer;
using ::nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct EngineCloser {
  void operator()(pki_engine* engine) const { pki_engine_close(engine); }
};
using EnginePtr = std::unique_ptr<pki_engine, EngineCloser>;

// What a call came to. The strings are copies, and everything is freed.
struct Outcome {
  int32_t code = PKI_OK;
  int32_t reason = 0;
  std::string field;
  std::string error_json;
  std::string response;
};

Outcome Take(int32_t code, pki_buffer* response, pki_error* error) {
  Outcome outcome;
  outcome.code = code;
  EXPECT_EQ(pki_error_code(error), code);
  EXPECT_EQ(error == nullptr, code == PKI_OK);
  outcome.reason = pki_error_reason(error);
  outcome.field = pki_error_field(error);
  outcome.error_json = pki_error_json(error);
  outcome.response.assign(
      reinterpret_cast<const char*>(pki_buffer_data(response)),
      pki_buffer_size(response));
  pki_buffer_free(response);
  pki_error_free(error);
  return outcome;
}

Outcome Call(const EnginePtr& engine, const char* operation, int32_t encoding,
             const std::string& request) {
  pki_buffer* response = nullptr;
  pki_error* error = nullptr;
  const int32_t code =
      pki_engine_call(engine.get(), operation, encoding, request.data(),
                      request.size(), &response, &error);
  return Take(code, response, error);
}

Outcome Call(const EnginePtr& engine, const char* operation,
             const json& request) {
  return Call(engine, operation, PKI_ENCODING_JSON, request.dump());
}

// The response of a call that must succeed.
json Answer(const EnginePtr& engine, const char* operation,
            const json& request) {
  const Outcome outcome = Call(engine, operation, request);
  EXPECT_EQ(outcome.code, PKI_OK) << outcome.error_json;
  return outcome.code == PKI_OK ? json::parse(outcome.response) : json();
}

Outcome Open(const std::string& configuration, const pki_host* host,
             EnginePtr* engine) {
  pki_engine* opened = nullptr;
  pki_error* error = nullptr;
  const int32_t code =
      pki_engine_open(PKI_ENCODING_JSON, configuration.data(),
                      configuration.size(), host, &opened, &error);
  EXPECT_EQ(opened == nullptr, code != PKI_OK);
  engine->reset(opened);
  return Take(code, nullptr, error);
}

EnginePtr NewEngine(const pki_host* host = nullptr) {
  EnginePtr engine;
  EXPECT_EQ(Open("", host, &engine).code, PKI_OK);
  return engine;
}

json CreateRequest(const std::string& type, const std::string& common_name) {
  return {
      {"CertificateAuthorityType", type},
      {"CertificateAuthorityConfiguration",
       {{"KeyAlgorithm", "EC_prime256v1"},
        {"SigningAlgorithm", "SHA256WITHECDSA"},
        {"Subject", {{"CommonName", common_name}}}}},
  };
}

json IssueRequest(const std::string& ca, const std::string& csr,
                  const std::string& template_name) {
  return {
      {"CertificateAuthorityArn", ca},
      {"Csr", absl::Base64Escape(csr)},
      {"SigningAlgorithm", "SHA256WITHECDSA"},
      {"TemplateArn", "arn:aws:acm-pca:::template/" + template_name},
      {"Validity", {{"Type", "DAYS"}, {"Value", 30}}},
  };
}

std::string CsrOf(const EnginePtr& engine, const std::string& ca) {
  return Answer(engine, "GetCertificateAuthorityCsr",
                {{"CertificateAuthorityArn", ca}})
      .value("Csr", "");
}

std::string CreateCa(const EnginePtr& engine, const std::string& type) {
  return Answer(engine, "CreateCertificateAuthority",
                CreateRequest(type, type + " CA"))
      .value("CertificateAuthorityArn", "");
}

// A root CA that has imported its own certificate.
std::string ActiveRoot(const EnginePtr& engine) {
  std::string ca = CreateCa(engine, "ROOT");
  json issue = IssueRequest(ca, CsrOf(engine, ca), "RootCACertificate/V1");
  issue["Validity"] = {{"Type", "YEARS"}, {"Value", 10}};
  const json issued = Answer(engine, "IssueCertificate", issue);
  const json certificate =
      Answer(engine, "GetCertificate",
             {{"CertificateAuthorityArn", ca},
              {"CertificateArn", issued.value("CertificateArn", "")}});
  Answer(engine, "ImportCertificateAuthorityCertificate",
         {{"CertificateAuthorityArn", ca},
          {"Certificate",
           absl::Base64Escape(certificate.value("Certificate", ""))}});
  return ca;
}

// A request for a certificate that is not a CA's: the CSR of another CA does.
std::string SomeCsr(const EnginePtr& engine) {
  return CsrOf(engine, CreateCa(engine, "SUBORDINATE"));
}

// --- What the header says in numbers ----------------------------------------

TEST(PkiEngineTest, CodesAreThoseOfTheModel) {
  const auto* codes = v1::ErrorCode_descriptor();
  for (int i = 0; i < codes->value_count(); ++i) {
    const auto code = static_cast<v1::ErrorCode>(codes->value(i)->number());
    EXPECT_EQ(pki_error_name(code), InfoOf(code).name());
    EXPECT_EQ(pki_error_http_status(code), InfoOf(code).http_status());
  }
  for (const int32_t code : {int32_t{PKI_OK}, -1, 99, 108}) {
    EXPECT_STREQ(pki_error_name(code), "") << code;
    EXPECT_EQ(pki_error_http_status(code), 0) << code;
  }
}

TEST(PkiEngineTest, CodesOfTheHeaderAreThoseOfTheModel) {
#define EXPECT_SAME_CODE(code) EXPECT_EQ(int{PKI_##code}, int{v1::code})
  EXPECT_SAME_CODE(CERTIFICATE_MISMATCH_EXCEPTION);
  EXPECT_SAME_CODE(CONCURRENT_MODIFICATION_EXCEPTION);
  EXPECT_SAME_CODE(INVALID_ARGS_EXCEPTION);
  EXPECT_SAME_CODE(INVALID_ARN_EXCEPTION);
  EXPECT_SAME_CODE(INVALID_NEXT_TOKEN_EXCEPTION);
  EXPECT_SAME_CODE(INVALID_POLICY_EXCEPTION);
  EXPECT_SAME_CODE(INVALID_REQUEST_EXCEPTION);
  EXPECT_SAME_CODE(INVALID_STATE_EXCEPTION);
  EXPECT_SAME_CODE(INVALID_TAG_EXCEPTION);
  EXPECT_SAME_CODE(LIMIT_EXCEEDED_EXCEPTION);
  EXPECT_SAME_CODE(LOCKOUT_PREVENTED_EXCEPTION);
  EXPECT_SAME_CODE(MALFORMED_CERTIFICATE_EXCEPTION);
  EXPECT_SAME_CODE(MALFORMED_CSR_EXCEPTION);
  EXPECT_SAME_CODE(PERMISSION_ALREADY_EXISTS_EXCEPTION);
  EXPECT_SAME_CODE(REQUEST_ALREADY_PROCESSED_EXCEPTION);
  EXPECT_SAME_CODE(REQUEST_FAILED_EXCEPTION);
  EXPECT_SAME_CODE(REQUEST_IN_PROGRESS_EXCEPTION);
  EXPECT_SAME_CODE(RESOURCE_NOT_FOUND_EXCEPTION);
  EXPECT_SAME_CODE(TOO_MANY_TAGS_EXCEPTION);
  EXPECT_SAME_CODE(VALIDATION_EXCEPTION);
  EXPECT_SAME_CODE(ACCESS_DENIED_EXCEPTION);
  EXPECT_SAME_CODE(THROTTLING_EXCEPTION);
  EXPECT_SAME_CODE(SERIALIZATION_EXCEPTION);
  EXPECT_SAME_CODE(UNKNOWN_OPERATION_EXCEPTION);
  EXPECT_SAME_CODE(STORAGE_FAILURE);
  EXPECT_SAME_CODE(KEY_FAILURE);
  EXPECT_SAME_CODE(ENTROPY_FAILURE);
  EXPECT_SAME_CODE(CLOCK_FAILURE);
  EXPECT_SAME_CODE(CRYPTO_FAILURE);
  EXPECT_SAME_CODE(CONFIGURATION_ERROR);
  EXPECT_SAME_CODE(USAGE_ERROR);
  EXPECT_SAME_CODE(INTERNAL_FAILURE);
#undef EXPECT_SAME_CODE
  // A new code needs a new line above and in the header.
  EXPECT_EQ(v1::ErrorCode_descriptor()->value_count(), 1 + 24 + 8);
}

TEST(PkiEngineTest, VersionsAreThere) {
  EXPECT_EQ(pki_abi_version(), PKI_ABI_VERSION);
  EXPECT_THAT(pki_version(), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

// --- Misuse -----------------------------------------------------------------

// An argument that is wrong in one way, everything else being right.
struct Misuse {
  const char* name;
  int32_t reason;
  const char* field;
  int32_t (*call)(pki_engine* engine, pki_error** error);
};

constexpr char kDescribe[] = "DescribeCertificateAuthority";

const Misuse kMisuses[] = {
    {"open without engine", v1::REASON_ARGUMENT_NULL, "engine",
     [](pki_engine*, pki_error** error) {
       return pki_engine_open(PKI_ENCODING_JSON, "{}", 2, nullptr, nullptr,
                              error);
     }},
    {"open without configuration", v1::REASON_ARGUMENT_NULL, "configuration",
     [](pki_engine*, pki_error** error) {
       pki_engine* opened = nullptr;
       return pki_engine_open(PKI_ENCODING_JSON, nullptr, 2, nullptr, &opened,
                              error);
     }},
    {"open in encoding 0", v1::REASON_ENCODING_UNKNOWN, "encoding",
     [](pki_engine*, pki_error** error) {
       pki_engine* opened = nullptr;
       return pki_engine_open(0, nullptr, 0, nullptr, &opened, error);
     }},
    {"open with an empty host", v1::REASON_STRUCT_SIZE, "host.size",
     [](pki_engine*, pki_error** error) {
       const pki_host host = {};
       pki_engine* opened = nullptr;
       return pki_engine_open(PKI_ENCODING_JSON, nullptr, 0, &host, &opened,
                              error);
     }},
    {"call without engine", v1::REASON_ARGUMENT_NULL, "engine",
     [](pki_engine*, pki_error** error) {
       pki_buffer* response = nullptr;
       return pki_engine_call(nullptr, kDescribe, PKI_ENCODING_JSON, "{}", 2,
                              &response, error);
     }},
    {"call without operation", v1::REASON_ARGUMENT_NULL, "operation",
     [](pki_engine* engine, pki_error** error) {
       pki_buffer* response = nullptr;
       return pki_engine_call(engine, nullptr, PKI_ENCODING_JSON, "{}", 2,
                              &response, error);
     }},
    {"call without request", v1::REASON_ARGUMENT_NULL, "request",
     [](pki_engine* engine, pki_error** error) {
       pki_buffer* response = nullptr;
       return pki_engine_call(engine, kDescribe, PKI_ENCODING_JSON, nullptr, 2,
                              &response, error);
     }},
    {"call without response", v1::REASON_ARGUMENT_NULL, "response",
     [](pki_engine* engine, pki_error** error) {
       return pki_engine_call(engine, kDescribe, PKI_ENCODING_JSON, "{}", 2,
                              nullptr, error);
     }},
    {"call in encoding 3", v1::REASON_ENCODING_UNKNOWN, "encoding",
     [](pki_engine* engine, pki_error** error) {
       pki_buffer* response = nullptr;
       return pki_engine_call(engine, kDescribe, 3, "{}", 2, &response, error);
     }},
    {"call in encoding -1", v1::REASON_ENCODING_UNKNOWN, "encoding",
     [](pki_engine* engine, pki_error** error) {
       pki_buffer* response = nullptr;
       return pki_engine_call(engine, kDescribe, -1, "{}", 2, &response, error);
     }},
};

TEST(PkiEngineTest, MisuseIsAnError) {
  const EnginePtr engine = NewEngine();
  for (const Misuse& misuse : kMisuses) {
    SCOPED_TRACE(misuse.name);
    pki_error* error = nullptr;
    const int32_t code = misuse.call(engine.get(), &error);
    const Outcome outcome = Take(code, nullptr, error);
    EXPECT_EQ(outcome.code, PKI_USAGE_ERROR);
    EXPECT_EQ(outcome.reason, misuse.reason);
    EXPECT_EQ(outcome.field, misuse.field);
    // The same without an error object to fill.
    EXPECT_EQ(misuse.call(engine.get(), nullptr), PKI_USAGE_ERROR);
  }
}

TEST(PkiEngineTest, NullIsFreedAndReadWithoutHarm) {
  pki_engine_close(nullptr);
  pki_buffer_free(nullptr);
  pki_error_free(nullptr);
  EXPECT_EQ(pki_buffer_size(nullptr), 0u);
  EXPECT_EQ(*pki_buffer_data(nullptr), 0);
  EXPECT_EQ(pki_error_code(nullptr), PKI_OK);
  EXPECT_EQ(pki_error_reason(nullptr), 0);
  EXPECT_STREQ(pki_error_reason_name(nullptr), "");
  EXPECT_STREQ(pki_error_field(nullptr), "");
  EXPECT_STREQ(pki_error_message(nullptr), "");
  EXPECT_STREQ(pki_error_json(nullptr), "");
}

TEST(PkiEngineTest, OutputsAreNullAfterAFailure) {
  const EnginePtr engine = NewEngine();
  pki_buffer* response = reinterpret_cast<pki_buffer*>(1);
  pki_error* error = reinterpret_cast<pki_error*>(1);
  EXPECT_NE(pki_engine_call(engine.get(), kDescribe, PKI_ENCODING_JSON, "{", 1,
                            &response, &error),
            PKI_OK);
  EXPECT_EQ(response, nullptr);
  pki_error_free(error);

  pki_engine* opened = reinterpret_cast<pki_engine*>(1);
  error = reinterpret_cast<pki_error*>(1);
  EXPECT_NE(
      pki_engine_open(PKI_ENCODING_JSON, "{", 1, nullptr, &opened, &error),
      PKI_OK);
  EXPECT_EQ(opened, nullptr);
  pki_error_free(error);
}

TEST(PkiEngineTest, AnswersOcspDirectly) {
  const EnginePtr engine = NewEngine();
  pki_buffer* response = nullptr;
  ASSERT_EQ(pki_engine_respond_ocsp(engine.get(), "0", 1, &response, nullptr),
            PKI_OK);
  // malformedRequest
  constexpr absl::string_view kMalformed("\x30\x03\x0a\x01\x01", 5);
  EXPECT_EQ(absl::string_view(
                reinterpret_cast<const char*>(pki_buffer_data(response)),
                pki_buffer_size(response)),
            kMalformed);
  pki_buffer_free(response);

  response = reinterpret_cast<pki_buffer*>(1);
  EXPECT_EQ(
      pki_engine_respond_ocsp(engine.get(), nullptr, 0, &response, nullptr),
      PKI_VALIDATION_EXCEPTION);
  EXPECT_EQ(response, nullptr);
  EXPECT_EQ(
      pki_engine_respond_ocsp(engine.get(), nullptr, 1, &response, nullptr),
      PKI_USAGE_ERROR);
  EXPECT_EQ(pki_engine_respond_ocsp(nullptr, "0", 1, &response, nullptr),
            PKI_USAGE_ERROR);
  EXPECT_EQ(pki_engine_respond_ocsp(engine.get(), "0", 1, nullptr, nullptr),
            PKI_USAGE_ERROR);
}

TEST(PkiEngineTest, ResponseEndsWithAZero) {
  const EnginePtr engine = NewEngine();
  const std::string request = CreateRequest("ROOT", "Root").dump();
  pki_buffer* response = nullptr;
  ASSERT_EQ(pki_engine_call(engine.get(), "CreateCertificateAuthority",
                            PKI_ENCODING_JSON, request.data(), request.size(),
                            &response, nullptr),
            PKI_OK);
  const auto* text = reinterpret_cast<const char*>(pki_buffer_data(response));
  EXPECT_EQ(std::strlen(text), pki_buffer_size(response));
  pki_buffer_free(response);
}

// --- Requests that cannot be decoded ----------------------------------------

TEST(PkiEngineTest, RefusesWhatIsNoRequest) {
  const EnginePtr engine = NewEngine();
  const Outcome not_json =
      Call(engine, kDescribe, PKI_ENCODING_JSON, "not JSON");
  EXPECT_EQ(not_json.code, PKI_SERIALIZATION_EXCEPTION);

  const Outcome not_protobuf =
      Call(engine, kDescribe, PKI_ENCODING_PROTOBUF, "\x07\xff");
  EXPECT_EQ(not_protobuf.code, PKI_SERIALIZATION_EXCEPTION);
  EXPECT_EQ(not_protobuf.reason, v1::REASON_PROTOBUF_MALFORMED);
  EXPECT_EQ(not_protobuf.field, "Request");

  const Outcome not_utf8 =
      Call(engine, kDescribe, PKI_ENCODING_PROTOBUF, "\x0a\x01\xff");
  EXPECT_EQ(not_utf8.code, PKI_SERIALIZATION_EXCEPTION);

  const Outcome unknown = Call(engine, "Nothing", json::object());
  EXPECT_EQ(unknown.code, PKI_UNKNOWN_OPERATION_EXCEPTION);
}

TEST(PkiEngineTest, ErrorHasTheBodyOfTheService) {
  const EnginePtr engine = NewEngine();
  const Outcome outcome =
      Call(engine, kDescribe,
           {{"CertificateAuthorityArn",
             "arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/"
             "11111111-2222-3333-4444-555555555555"}});
  EXPECT_EQ(outcome.code, PKI_RESOURCE_NOT_FOUND_EXCEPTION);
  EXPECT_EQ(outcome.reason, v1::REASON_CA_NOT_FOUND);
  EXPECT_EQ(outcome.field, "Request.CertificateAuthorityArn");
  const json body = json::parse(outcome.error_json);
  EXPECT_EQ(body["__type"], "ResourceNotFoundException");
  EXPECT_THAT(body["message"].get<std::string>(), Not(IsEmpty()));
}

// --- Configuration and the host ---------------------------------------------

TEST(PkiEngineTest, ConfigurationIsReadInBothEncodings) {
  EnginePtr engine;
  EXPECT_EQ(Open(R"({"region":"eu-central-1"})", nullptr, &engine).code,
            PKI_OK);
  EXPECT_THAT(CreateCa(engine, "ROOT"),
              HasSubstr("arn:aws:acm-pca:eu-central-1:000000000000:"));

  v1::EngineConfiguration configuration;
  configuration.set_region("eu-central-1");
  configuration.set_key_encryption_key(std::string(32, 'k'));
  const std::string bytes = configuration.SerializeAsString();
  pki_engine* opened = nullptr;
  ASSERT_EQ(pki_engine_open(PKI_ENCODING_PROTOBUF, bytes.data(), bytes.size(),
                            nullptr, &opened, nullptr),
            PKI_OK);
  engine.reset(opened);
  EXPECT_THAT(ActiveRoot(engine), HasSubstr(":eu-central-1:"));
}

TEST(PkiEngineTest, RefusesABadConfiguration) {
  EnginePtr engine;
  EXPECT_EQ(Open("{", nullptr, &engine).code, PKI_SERIALIZATION_EXCEPTION);

  const Outcome short_key =
      Open(R"({"keyEncryptionKey":"c2VjcmV0"})", nullptr, &engine);
  EXPECT_EQ(short_key.code, PKI_CONFIGURATION_ERROR);
  EXPECT_EQ(short_key.reason, v1::REASON_KEK_SIZE);
  EXPECT_THAT(short_key.error_json,
              AllOf(Not(HasSubstr("secret")), Not(HasSubstr("c2VjcmV0"))));
}

// A host whose every answer can be set, and that counts what it is asked.
struct TestHost {
  pki_host host = {};
  int64_t now = 1750000000000;  // 2025-06-15
  int32_t clock_result = 0;
  int32_t entropy_result = 0;
  std::atomic<int> clock_calls{0};
  std::atomic<int> entropy_calls{0};
  std::vector<std::pair<int32_t, std::string>> lines;

  TestHost() {
    host.size = sizeof(host);
    host.context = this;
    host.clock = [](void* context, int64_t* milliseconds) {
      auto* self = static_cast<TestHost*>(context);
      ++self->clock_calls;
      *milliseconds = self->now;
      return self->clock_result;
    };
    host.entropy = [](void* context, uint8_t* out, size_t size) {
      auto* self = static_cast<TestHost*>(context);
      // Each answer differs from those before it.
      const int call = ++self->entropy_calls;
      for (size_t i = 0; i < size; ++i) {
        out[i] = static_cast<uint8_t>(call >> (i % 4 * 8));
      }
      return self->entropy_result;
    };
    host.log = [](void* context, int32_t level, const char* line) {
      static_cast<TestHost*>(context)->lines.emplace_back(level, line);
    };
  }
};

TEST(PkiEngineTest, AsksTheHost) {
  TestHost host;
  const EnginePtr engine = NewEngine(&host.host);
  const std::string ca = CreateCa(engine, "ROOT");
  EXPECT_GT(host.clock_calls, 0);
  EXPECT_GT(host.entropy_calls, 0);
  const json described =
      Answer(engine, kDescribe, {{"CertificateAuthorityArn", ca}});
  EXPECT_EQ(described["CertificateAuthority"]["CreatedAt"], 1750000000);
  EXPECT_THAT(host.lines, IsEmpty());
}

TEST(PkiEngineTest, HostFailuresAreErrors) {
  TestHost host;
  const EnginePtr engine = NewEngine(&host.host);
  const json request = CreateRequest("ROOT", "Root");

  host.clock_result = 7;
  Outcome outcome = Call(engine, "CreateCertificateAuthority", request);
  EXPECT_EQ(outcome.code, PKI_CLOCK_FAILURE);
  EXPECT_EQ(outcome.reason, v1::REASON_CLOCK_CALLBACK);
  host.clock_result = 0;

  for (const int64_t now : {INT64_MIN, INT64_MAX}) {
    host.now = now;
    outcome = Call(engine, "CreateCertificateAuthority", request);
    EXPECT_EQ(outcome.code, PKI_CLOCK_FAILURE);
    EXPECT_EQ(outcome.reason, v1::REASON_CLOCK_RANGE);
  }
  host.now = 1750000000000;

  host.entropy_result = -1;
  outcome = Call(engine, "CreateCertificateAuthority", request);
  EXPECT_EQ(outcome.code, PKI_ENTROPY_FAILURE);
  EXPECT_EQ(outcome.reason, v1::REASON_ENTROPY_CALLBACK);
  host.entropy_result = 0;

  EXPECT_THAT(host.lines, SizeIs(4));
  for (const auto& [level, line] : host.lines) {
    EXPECT_EQ(level, PKI_LOG_ERROR) << line;
  }
  EXPECT_EQ(Call(engine, "CreateCertificateAuthority", request).code, PKI_OK);
}

TEST(PkiEngineTest, ExceptionsAreErrors) {
  // Thrown by a callback, which must not; what counts is that none gets
  // through.
  pki_host host = {};
  host.size = sizeof(host);
  host.clock = [](void*, int64_t*) -> int32_t { throw std::bad_alloc(); };
  Outcome outcome = Call(NewEngine(&host), "CreateCertificateAuthority",
                         CreateRequest("ROOT", "Root"));
  EXPECT_EQ(outcome.code, PKI_INTERNAL_FAILURE);
  EXPECT_EQ(outcome.reason, v1::REASON_OUT_OF_MEMORY);
  EXPECT_EQ(json::parse(outcome.error_json)["__type"], "InternalFailure");

  host.clock = [](void*, int64_t*) -> int32_t { throw 1; };
  outcome = Call(NewEngine(&host), "CreateCertificateAuthority",
                 CreateRequest("ROOT", "Root"));
  EXPECT_EQ(outcome.code, PKI_INTERNAL_FAILURE);
  EXPECT_EQ(outcome.reason, v1::REASON_INTERNAL);
  EXPECT_EQ(json::parse(outcome.error_json)["__type"], "InternalFailure");
}

TEST(PkiEngineTest, LogsOneLineForEachRefusal) {
  TestHost host;
  const EnginePtr engine = NewEngine(&host.host);
  Call(engine, "Nothing\nof the kind", json::object());
  ASSERT_THAT(host.lines, SizeIs(1));
  EXPECT_EQ(host.lines[0].first, PKI_LOG_INFO);
  EXPECT_THAT(
      host.lines[0].second,
      AllOf(HasSubstr("UnknownOperationException"), Not(HasSubstr("\n"))));

  EnginePtr refused;
  Open("{", &host.host, &refused);
  EXPECT_THAT(host.lines, SizeIs(2));
}

TEST(PkiEngineTest, GivesObjectsToTheHost) {
  struct Objects {
    pki_host host = {};
    std::map<std::string, std::string> objects;
    int32_t result = 0;
  } own;
  own.host.size = sizeof(own.host);
  own.host.context = &own;
  own.host.object = [](void* context, const pki_object_part* part) {
    auto* self = static_cast<Objects*>(context);
    self->objects[part->key].append(
        reinterpret_cast<const char*>(part->bytes.data), part->bytes.size);
    return self->result;
  };
  const EnginePtr engine = NewEngine(&own.host);
  const std::string ca = ActiveRoot(engine);
  json request = {{"CertificateAuthorityArn", ca},
                  {"S3BucketName", "reports"},
                  {"AuditReportResponseFormat", "JSON"}};
  const json report =
      Answer(engine, "CreateCertificateAuthorityAuditReport", request);
  EXPECT_EQ(json::parse(own.objects[report["S3Key"]])[0]["subject"],
            "CN=ROOT CA");

  own.result = 7;
  request["AuditReportResponseFormat"] = "CSV";
  const Outcome refused =
      Call(engine, "CreateCertificateAuthorityAuditReport", request);
  EXPECT_EQ(refused.code, PKI_REQUEST_FAILED_EXCEPTION);
  EXPECT_EQ(refused.reason, v1::REASON_OBJECT_CALLBACK);
  EXPECT_THAT(Answer(engine, "ListObjects", json::object())["Objects"],
              SizeIs(1));

  // Who takes them needs no folder for them.
  EnginePtr none;
  const Outcome both = Open(R"({"objectDirectory":"/tmp"})", &own.host, &none);
  EXPECT_EQ(both.reason, v1::REASON_HOST_AND_CONFIGURATION);
  EXPECT_EQ(both.field, "Configuration.ObjectDirectory");
}

TEST(PkiEngineTest, PutsObjectsIntoAFolder) {
  const std::string folder = ::testing::TempDir() + "objects";
  EnginePtr engine;
  const std::string configuration = json({{"objectDirectory", folder}}).dump();
  EXPECT_EQ(Open(configuration, nullptr, &engine).reason,
            v1::REASON_CONFIGURATION_OBJECT_DIRECTORY);
  std::filesystem::create_directories(folder);
  ASSERT_EQ(Open(configuration, nullptr, &engine).code, PKI_OK);
  const json report = Answer(engine, "CreateCertificateAuthorityAuditReport",
                             {{"CertificateAuthorityArn", ActiveRoot(engine)},
                              {"S3BucketName", "reports"},
                              {"AuditReportResponseFormat", "JSON"}});
  std::ifstream file(folder + "/reports/" + report.value("S3Key", ""));
  EXPECT_EQ(json::parse(file)[0]["subject"], "CN=ROOT CA");
}

TEST(PkiEngineTest, HostOfAnotherVersion) {
  // From the past: it ends before the log.
  TestHost past;
  past.host.size = offsetof(pki_host, log);
  EnginePtr engine = NewEngine(&past.host);
  Call(engine, "Nothing", json::object());
  EXPECT_THAT(past.lines, IsEmpty());
  CreateCa(engine, "ROOT");
  EXPECT_GT(past.clock_calls, 0);

  // From the future: it goes on.
  TestHost future;
  struct {
    pki_host known;
    void* unknown;
  } longer = {future.host, &future};
  longer.known.size = sizeof(longer);
  engine = NewEngine(&longer.known);
  Call(engine, "Nothing", json::object());
  EXPECT_THAT(future.lines, SizeIs(1));

  // All the callbacks are optional.
  pki_host bare = {};
  bare.size = sizeof(bare.size);
  engine = NewEngine(&bare);
  CreateCa(engine, "ROOT");
}

TEST(PkiEngineTest, NoCallbackComesWithALockHeld) {
  // The clock and the entropy call the engine that calls them.
  struct Reentrant {
    EnginePtr engine;
    int depth = 0;
    void Enter() {
      if (engine == nullptr || depth > 0) return;
      ++depth;
      EXPECT_EQ(Call(engine, "CreateCertificateAuthority",
                     CreateRequest("ROOT", "Inner"))
                    .code,
                PKI_OK);
      --depth;
    }
  } reentrant;
  pki_host host = {};
  host.size = sizeof(host);
  host.context = &reentrant;
  host.clock = [](void* context, int64_t* milliseconds) -> int32_t {
    static_cast<Reentrant*>(context)->Enter();
    *milliseconds = 1750000000000;
    return 0;
  };
  host.entropy = [](void* context, uint8_t* out, size_t size) -> int32_t {
    static_cast<Reentrant*>(context)->Enter();
    static uint8_t next = 0;
    std::memset(out, ++next, size);
    return 0;
  };
  reentrant.engine = NewEngine(&host);
  ActiveRoot(reentrant.engine);
  reentrant.depth = 1;
}

// --- The host's own store and signer -----------------------------------------

// A store and a signer as a host would write them, and an engine on both.
struct StoreAndSigner {
  MapStore map;
  KmsSigner kms;
  pki_host host = {};

  StoreAndSigner() {
    kms.signer.security_standard = "FIPS_140_2_LEVEL_2_OR_HIGHER";
    host.size = sizeof(host);
    host.store = map.store();
    host.signer = &kms.signer;
  }
};

TEST(PkiEngineTest, StoreAndSignerOutliveTheEngine) {
  StoreAndSigner own;
  EnginePtr engine = NewEngine(&own.host);
  const std::string ca = ActiveRoot(engine);
  const json request =
      IssueRequest(ca, SomeCsr(engine), "EndEntityCertificate/V1");
  const json before = Answer(engine, "IssueCertificate", request);
  EXPECT_EQ(own.kms.kms.size(), 2u);

  engine = NewEngine(&own.host);
  const json shown =
      Answer(engine, kDescribe, {{"CertificateAuthorityArn", ca}})
          .at("CertificateAuthority");
  EXPECT_EQ(shown["Status"], "ACTIVE");
  EXPECT_EQ(shown["KeyStorageSecurityStandard"],
            "FIPS_140_2_LEVEL_2_OR_HIGHER");
  Answer(engine, "IssueCertificate", request);
  Answer(engine, "GetCertificate",
         {{"CertificateAuthorityArn", ca},
          {"CertificateArn", before.value("CertificateArn", "")}});
  EXPECT_EQ(own.kms.kms.size(), 2u);
}

TEST(PkiEngineTest, TwoEnginesShareAStoreAndASigner) {
  StoreAndSigner own;
  const EnginePtr engines[] = {NewEngine(&own.host), NewEngine(&own.host)};
  const std::string ca = ActiveRoot(engines[0]);
  const json request =
      IssueRequest(ca, SomeCsr(engines[0]), "EndEntityCertificate/V1");
  constexpr int kEach = 20;
  const size_t entries = own.map.size();
  const std::string first = Answer(engines[0], "IssueCertificate", request)
                                .value("CertificateArn", "");
  const size_t each = own.map.size() - entries;
  std::vector<std::thread> threads;
  for (const EnginePtr& engine : engines) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        const json issued = Answer(engine, "IssueCertificate", request);
        Answer(engine, "GetCertificate",
               {{"CertificateAuthorityArn", ca},
                {"CertificateArn", issued.value("CertificateArn", "")}});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(own.map.size(), entries + (1 + 2 * kEach) * each);
}

// Whichever call of the store fails, the operation fails and stores nothing.
TEST(PkiEngineTest, AFailureOfTheStoreLeavesNothing) {
  StoreAndSigner own;
  const EnginePtr engine = NewEngine(&own.host);
  const std::string ca = ActiveRoot(engine);
  const json issue =
      IssueRequest(ca, SomeCsr(engine), "EndEntityCertificate/V1");
  const json issued = Answer(engine, "IssueCertificate", issue);
  const std::pair<const char*, json> calls[] = {
      {"CreateCertificateAuthority", CreateRequest("ROOT", "Root")},
      {kDescribe, {{"CertificateAuthorityArn", ca}}},
      {"IssueCertificate", issue},
      {"GetCertificate",
       {{"CertificateAuthorityArn", ca},
        {"CertificateArn", issued.value("CertificateArn", "")}}},
  };
  for (const auto& [operation, request] : calls) {
    SCOPED_TRACE(operation);
    for (int nth = 1;; ++nth) {
      const int before = own.map.calls();
      const size_t entries = own.map.size();
      const size_t keys = own.kms.kms.size();
      own.map.FailAt(nth, -5);
      const Outcome outcome = Call(engine, operation, request);
      if (own.map.calls() - before < nth) {
        EXPECT_EQ(outcome.code, PKI_OK) << outcome.error_json;
        EXPECT_GT(nth, 1);
        break;
      }
      EXPECT_EQ(outcome.code, PKI_STORAGE_FAILURE);
      EXPECT_EQ(outcome.reason, v1::REASON_STORE_CALLBACK);
      EXPECT_EQ(own.map.size(), entries);
      EXPECT_EQ(own.kms.kms.size(), keys);
    }
    own.map.FailAt(0, 0);  // none
  }
}

TEST(PkiEngineTest, StoreAndSignerLeaveNothingToConfigure) {
  StoreAndSigner own;
  const std::pair<const char*, const char*> configurations[] = {
      {R"({"storeFile":"ca.db"})", "Configuration.StoreFile"},
      {R"({"keyEncryptionKey":"a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="})",
       "Configuration.KeyEncryptionKey"},
      {R"({"passphrase":"c2VjcmV0"})", "Configuration.Passphrase"},
  };
  for (const auto& [configuration, field] : configurations) {
    EnginePtr engine;
    const Outcome outcome = Open(configuration, &own.host, &engine);
    EXPECT_EQ(outcome.code, PKI_CONFIGURATION_ERROR);
    EXPECT_EQ(outcome.reason, v1::REASON_HOST_AND_CONFIGURATION);
    EXPECT_EQ(outcome.field, field);
  }
}

TEST(PkiEngineTest, StoreAndSignerAreChecked) {
  StoreAndSigner own;
  EnginePtr engine;
  own.kms.signer.security_standard = "FIPS";
  Outcome outcome = Open("", &own.host, &engine);
  EXPECT_EQ(outcome.code, PKI_USAGE_ERROR);
  EXPECT_EQ(outcome.field, "host.signer.security_standard");

  pki_store incomplete = *own.map.store();
  incomplete.scan = nullptr;
  own.host.store = &incomplete;
  outcome = Open("", &own.host, &engine);
  EXPECT_EQ(outcome.code, PKI_USAGE_ERROR);
  EXPECT_EQ(outcome.field, "host.store.scan");

  // To a host of the past they are not there.
  own.host.size = offsetof(pki_host, store);
  CreateCa(NewEngine(&own.host), "ROOT");
  EXPECT_EQ(own.map.size(), 0u);
  EXPECT_EQ(own.kms.kms.size(), 0u);
}

// Outcomes by case; "" for those that passed.
using Report = std::vector<std::pair<std::string, std::string>>;

void AddToReport(void* context, const char* name, const char* failure) {
  static_cast<Report*>(context)->emplace_back(
      name, failure == nullptr ? "" : failure);
}

Outcome CheckStore(const pki_store* store, Report* report) {
  pki_error* error = nullptr;
  const int32_t code = pki_store_check(store, AddToReport, report, &error);
  return Take(code, nullptr, error);
}

TEST(PkiEngineTest, StoreCheckPassesAGoodStore) {
  MapStore map;
  Report report;
  EXPECT_EQ(CheckStore(map.store(), &report).code, PKI_OK);
  EXPECT_THAT(report, SizeIs(ConformanceCases().size()));
  for (const auto& [name, failure] : report) EXPECT_EQ(failure, "") << name;
  EXPECT_EQ(map.size(), 0u);
  EXPECT_EQ(pki_store_check(map.store(), nullptr, nullptr, nullptr), PKI_OK);
}

TEST(PkiEngineTest, StoreCheckFindsABadStore) {
  MapStore map;
  pki_store bad = *map.store();
  bad.scan = [](void* context, pki_bytes begin, pki_bytes end, size_t,
                pki_entry_sink entry, void* sink) {
    const MapStore& good = *static_cast<MapStore*>(context);
    return good.store()->scan(context, begin, end, SIZE_MAX, entry, sink);
  };
  Report report;
  const Outcome outcome = CheckStore(&bad, &report);
  EXPECT_EQ(outcome.code, PKI_STORAGE_FAILURE);
  EXPECT_EQ(outcome.reason, v1::REASON_STORE_ANSWER);
  EXPECT_EQ(outcome.field, "ScanStopsAtItsLimit");
  EXPECT_THAT(report, SizeIs(ConformanceCases().size()));
  for (const auto& [name, failure] : report) {
    if (name == outcome.field) {
      EXPECT_THAT(failure, Not(IsEmpty()));
    } else if (name == "AbsentKeyIsNone") {
      EXPECT_EQ(failure, "");
    }
  }

  bad = *map.store();
  bad.commit = [](void*, const pki_batch*) { return 0; };
  EXPECT_EQ(CheckStore(&bad, &report).reason, v1::REASON_STORE_CONFORMANCE);
}

TEST(PkiEngineTest, StoreCheckNeedsAStore) {
  EXPECT_EQ(pki_store_check(nullptr, nullptr, nullptr, nullptr),
            PKI_USAGE_ERROR);
  const pki_store empty = {};
  Report report;
  const Outcome outcome = CheckStore(&empty, &report);
  EXPECT_EQ(outcome.code, PKI_USAGE_ERROR);
  EXPECT_EQ(outcome.field, "store.size");
  EXPECT_THAT(report, IsEmpty());
}

// --- Both encodings ---------------------------------------------------------

// Makes the same call in both encodings, and expects the same answer.
template <typename Response>
Response CallTwice(const EnginePtr& engine, const char* operation,
                   const Message& request) {
  const Outcome binary = Call(engine, operation, PKI_ENCODING_PROTOBUF,
                              request.SerializeAsString());
  const Outcome text =
      Call(engine, operation, PKI_ENCODING_JSON, WriteJson(request));
  EXPECT_EQ(binary.code, PKI_OK) << binary.error_json;
  EXPECT_EQ(text.code, PKI_OK) << text.error_json;
  Response from_binary;
  Response from_text;
  EXPECT_TRUE(from_binary.ParseFromString(binary.response));
  EXPECT_TRUE(ReadJson(text.response, &from_text).ok()) << text.response;
  EXPECT_TRUE(MessageDifferencer::Equals(from_binary, from_text))
      << from_binary.DebugString() << from_text.DebugString();
  return from_binary;
}

template <typename Request>
Request Parse(const std::string& text) {
  Request request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request));
  return request;
}

TEST(PkiEngineTest, EncodingsAnswerTheSame) {
  const EnginePtr engine = NewEngine();
  // The idempotency tokens make of two calls one effect.
  const auto created = CallTwice<v1::CreateCertificateAuthorityResponse>(
      engine, "CreateCertificateAuthority",
      Parse<v1::CreateCertificateAuthorityRequest>(R"pb(
        certificate_authority_type: CERTIFICATE_AUTHORITY_TYPE_ROOT
        idempotency_token: "create"
        certificate_authority_configuration {
          key_algorithm: KEY_ALGORITHM_EC_PRIME256V1
          signing_algorithm: SIGNING_ALGORITHM_SHA256WITHECDSA
          subject { country: "DE" common_name: "Root \303\244" }
        })pb"));
  const std::string& ca = created.certificate_authority_arn();

  v1::GetCertificateAuthorityCsrRequest get_csr;
  get_csr.set_certificate_authority_arn(ca);
  const auto csr = CallTwice<v1::GetCertificateAuthorityCsrResponse>(
      engine, "GetCertificateAuthorityCsr", get_csr);

  auto issue = Parse<v1::IssueCertificateRequest>(R"pb(
    signing_algorithm: SIGNING_ALGORITHM_SHA256WITHECDSA
    template_arn: "arn:aws:acm-pca:::template/RootCACertificate/V1"
    validity { type: VALIDITY_PERIOD_TYPE_YEARS value: 10 }
    idempotency_token: "issue")pb");
  issue.set_certificate_authority_arn(ca);
  issue.set_csr(csr.csr());
  const auto issued = CallTwice<v1::IssueCertificateResponse>(
      engine, "IssueCertificate", issue);

  v1::GetCertificateRequest get;
  get.set_certificate_authority_arn(ca);
  get.set_certificate_arn(issued.certificate_arn());
  const auto certificate =
      CallTwice<v1::GetCertificateResponse>(engine, "GetCertificate", get);
  EXPECT_THAT(certificate.certificate(), HasSubstr("BEGIN CERTIFICATE"));

  v1::ImportCertificateAuthorityCertificateRequest import;
  import.set_certificate_authority_arn(ca);
  import.set_certificate(certificate.certificate());
  CallTwice<v1::ImportCertificateAuthorityCertificateResponse>(
      engine, "ImportCertificateAuthorityCertificate", import);

  v1::GetCertificateAuthorityCertificateRequest get_ca;
  get_ca.set_certificate_authority_arn(ca);
  const auto imported =
      CallTwice<v1::GetCertificateAuthorityCertificateResponse>(
          engine, "GetCertificateAuthorityCertificate", get_ca);
  EXPECT_EQ(imported.certificate(), certificate.certificate());

  v1::DescribeCertificateAuthorityRequest describe;
  describe.set_certificate_authority_arn(ca);
  const auto described = CallTwice<v1::DescribeCertificateAuthorityResponse>(
      engine, kDescribe, describe);
  EXPECT_EQ(described.certificate_authority().status(),
            v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE);
}

// --- Requests for certificates, good and hostile ----------------------------

TEST(PkiEngineTest, RefusesHostileCsrsAndStoresNothing) {
  TestHost host;
  const EnginePtr engine = NewEngine(&host.host);
  const std::string ca = ActiveRoot(engine);
  const json good =
      IssueRequest(ca, SomeCsr(engine), "EndEntityCertificate/V1");
  for (const CsrCase& csr : CsrCorpus()) {
    SCOPED_TRACE(csr.file);
    host.lines.clear();
    const int entropy_calls = host.entropy_calls;
    const Outcome outcome =
        Call(engine, "IssueCertificate",
             IssueRequest(ca, csr.contents, "EndEntityCertificate/V1"));
    EXPECT_EQ(outcome.reason, csr.reason) << outcome.error_json;
    EXPECT_EQ(outcome.field, csr.field);
    if (csr.reason == v1::REASON_UNSPECIFIED) continue;
    EXPECT_EQ(outcome.code, RuleOf(csr.reason).code());
    EXPECT_THAT(host.lines, SizeIs(1));

    // Nothing was stored: with the same randomness once more, the next
    // certificate finds that serial free.
    host.entropy_calls = entropy_calls;
    Answer(engine, "IssueCertificate", good);
    EXPECT_EQ(host.entropy_calls, entropy_calls + 1);
  }
}

// --- Threads ----------------------------------------------------------------

TEST(PkiEngineTest, ManyThreadsUseOneEngine) {
  const EnginePtr engine = NewEngine();
  const std::string ca = ActiveRoot(engine);
  const json request =
      IssueRequest(ca, SomeCsr(engine), "EndEntityCertificate/V1");
  std::vector<std::vector<std::string>> arns(4);
  std::vector<std::thread> threads;
  for (auto& mine : arns) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        const json issued = Answer(engine, "IssueCertificate", request);
        mine.push_back(issued.value("CertificateArn", ""));
        Answer(
            engine, "GetCertificate",
            {{"CertificateAuthorityArn", ca}, {"CertificateArn", mine.back()}});
        EXPECT_EQ(Call(engine, "IssueCertificate", json::object()).code,
                  PKI_VALIDATION_EXCEPTION);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> distinct;
  for (const auto& mine : arns) distinct.insert(mine.begin(), mine.end());
  EXPECT_THAT(distinct, SizeIs(40));
}

TEST(PkiEngineTest, ACallUsesTheThreadsThatItMay) {
  EnginePtr engine;
  ASSERT_EQ(Open(R"({"threads":4})", nullptr, &engine).code, PKI_OK);
  const json request = IssueRequest(ActiveRoot(engine), SomeCsr(engine),
                                    "EndEntityCertificate/V1");
  json requests(8, request);
  requests[3]["Csr"] = absl::Base64Escape("CSR");
  const json results =
      Answer(engine, "IssueCertificates", {{"Requests", requests}})["Results"];
  ASSERT_THAT(results, SizeIs(8));
  for (size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].contains("Certificate"), i != 3);
  }
  EXPECT_EQ(results[3]["Refusal"]["Reason"], "REASON_CSR_DER");

  const Outcome too_many = Open(R"({"threads":257})", nullptr, &engine);
  EXPECT_EQ(too_many.code, PKI_CONFIGURATION_ERROR);
  EXPECT_EQ(too_many.reason, v1::REASON_CONFIGURATION_THREADS);
}

TEST(PkiEngineTest, ManyThreadsOpenEngines) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] { CreateCa(NewEngine(), "ROOT"); });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace pki
