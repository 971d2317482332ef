// The C ABI over the engine: decode, call, encode, and turn every failure into
// an error object.
#include "capi/pki_engine.h"

#include <climits>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "capi/caller.h"
#include "capi/crypto_binding/bind.h"
#include "capi/error.h"
#include "capi/host.h"
#include "capi/host_store.h"
#include "capi/ports.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/message.h"
#include "pki/base/bytes.h"
#include "pki/base/status.h"
#include "pki/engine/engine.h"
#include "pki/store/conformance.h"
#include "pki/wire/json.h"
#include "pki/wire/secrets.h"
#include "proto/config.pb.h"
#include "proto/engine_operations.pb.h"

struct pki_engine {
  pki_host host;
  std::unique_ptr<pki::Engine> engine;
};

// The bytes and a final zero follow in the same allocation.
struct pki_buffer {
  size_t size;
  uint8_t* data() { return reinterpret_cast<uint8_t*>(this + 1); }
  const uint8_t* data() const {
    return reinterpret_cast<const uint8_t*>(this + 1);
  }
};

namespace pki {
namespace {

using ::google::protobuf::Message;

absl::Status CheckPointer(const void* pointer, absl::string_view name) {
  if (pointer != nullptr) return absl::OkStatus();
  return Refuse(v1::REASON_ARGUMENT_NULL, name,
                absl::StrCat("The argument ", name, " must not be null."));
}

absl::Status CheckEncoding(int32_t encoding) {
  if (encoding == PKI_ENCODING_PROTOBUF || encoding == PKI_ENCODING_JSON) {
    return absl::OkStatus();
  }
  return Refuse(v1::REASON_ENCODING_UNKNOWN, "encoding",
                absl::StrCat("The encoding ", encoding,
                             " is neither PKI_ENCODING_PROTOBUF nor "
                             "PKI_ENCODING_JSON."));
}

absl::Status Decode(int32_t encoding, const void* data, size_t size,
                    Message* message) {
  if (encoding == PKI_ENCODING_JSON) {
    return ReadJson(absl::string_view(static_cast<const char*>(data), size),
                    message);
  }
  if (size <= INT_MAX &&
      message->ParseFromArray(data, static_cast<int>(size))) {
    return absl::OkStatus();
  }
  return Refuse(v1::REASON_PROTOBUF_MALFORMED, "",
                absl::StrCat("The ", size, " bytes are no ",
                             message->GetDescriptor()->full_name(), "."));
}

pki_buffer* NewBuffer(size_t size) {
  if (void* memory = std::malloc(sizeof(pki_buffer) + size + 1)) {
    auto* buffer = new (memory) pki_buffer{size};
    buffer->data()[size] = 0;
    return buffer;
  }
  throw std::bad_alloc();
}

pki_buffer* CopyToBuffer(absl::string_view bytes) {
  pki_buffer* const buffer = NewBuffer(bytes.size());
  bytes.copy(reinterpret_cast<char*>(buffer->data()), bytes.size());
  return buffer;
}

pki_buffer* Encode(int32_t encoding, const Message& message) {
  if (encoding == PKI_ENCODING_JSON) return CopyToBuffer(WriteJson(message));
  pki_buffer* const buffer = NewBuffer(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(buffer->data());
  return buffer;
}

absl::Status Open(int32_t encoding, const void* data, size_t size,
                  const pki_host* host, pki_engine** engine) {
  PKI_RETURN_IF_ERROR(CheckPointer(engine, "engine"));
  PKI_RETURN_IF_ERROR(CheckEncoding(encoding));
  PKI_RETURN_IF_ERROR(CheckHost(host));
  v1::EngineConfiguration configuration;
  const SecretsWiper wiper(&configuration);
  if (size != 0) {
    PKI_RETURN_IF_ERROR(CheckPointer(data, "configuration"));
    PKI_RETURN_IF_ERROR(
        Under("Configuration", Decode(encoding, data, size, &configuration)));
  }
  PKI_RETURN_IF_ERROR(BindCrypto());
  auto opened = std::make_unique<pki_engine>();
  opened->host = CompleteHost(host);
  PKI_ASSIGN_OR_RETURN(Ports ports, PortsOf(configuration, opened->host));
  PKI_ASSIGN_OR_RETURN(opened->engine,
                       Engine::New(configuration, std::move(ports)));
  *engine = opened.release();
  return absl::OkStatus();
}

// Without a caller it is the engine's own account that calls.
absl::Status Call(pki_engine* engine, const pki_caller* given,
                  const char* operation, int32_t encoding, const void* data,
                  size_t size, pki_buffer** buffer) {
  PKI_RETURN_IF_ERROR(CheckPointer(engine, "engine"));
  PKI_RETURN_IF_ERROR(CheckPointer(operation, "operation"));
  PKI_RETURN_IF_ERROR(CheckPointer(buffer, "response"));
  PKI_RETURN_IF_ERROR(CheckEncoding(encoding));
  if (size != 0) PKI_RETURN_IF_ERROR(CheckPointer(data, "request"));
  PKI_ASSIGN_OR_RETURN(const OperationTypes types, TypesOf(operation));

  // Most requests and their responses fit on the stack.
  char block[4096];
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = sizeof(block);
  google::protobuf::Arena arena(options);
  Message* const request = types.request->New(&arena);
  Message* const response = types.response->New(&arena);
  const SecretsWiper wiper(types.has_secrets ? request : nullptr);

  PKI_RETURN_IF_ERROR(Under("Request", Decode(encoding, data, size, request)));
  if (given == nullptr) {
    PKI_RETURN_IF_ERROR(engine->engine->Call(operation, *request, response));
  } else {
    PKI_ASSIGN_OR_RETURN(Caller caller, CallerOf(given));
    PKI_RETURN_IF_ERROR(engine->engine->CallAs(std::move(caller), operation,
                                               *request, response));
  }
  *buffer = Encode(encoding, *response);
  return absl::OkStatus();
}

absl::Status RespondOcsp(pki_engine* engine, const void* data, size_t size,
                         pki_buffer** buffer) {
  PKI_RETURN_IF_ERROR(CheckPointer(engine, "engine"));
  PKI_RETURN_IF_ERROR(CheckPointer(buffer, "response"));
  if (size != 0) PKI_RETURN_IF_ERROR(CheckPointer(data, "request"));
  v1::RespondOcspRequest request;
  v1::RespondOcspResponse response;
  request.set_request(data, size);
  PKI_RETURN_IF_ERROR(engine->engine->Call("RespondOcsp", request, &response));
  *buffer = CopyToBuffer(response.response());
  return absl::OkStatus();
}

absl::Status CheckStore(const pki_store* given,
                        void (*report)(void*, const char*, const char*),
                        void* context) {
  PKI_RETURN_IF_ERROR(CheckPointer(given, "store"));
  PKI_ASSIGN_OR_RETURN(const auto store, HostStoreOf(given, "store"));
  absl::Status result;
  for (const ConformanceCase& each : ConformanceCases()) {
    const absl::Status status = RunConformanceCase(each, *store);
    result.Update(Under(each.name, status));
    if (report == nullptr) continue;
    const std::string failure = DetailOf(status).message();
    report(context, each.name, status.ok() ? nullptr : failure.c_str());
  }
  return result;
}

void Log(const pki_host& host, absl::string_view what, const pki_error& error) {
  if (host.log == nullptr) return;
  const int32_t level =
      error.code < PKI_STORAGE_FAILURE ? PKI_LOG_INFO : PKI_LOG_ERROR;
  const char* const at = *error.field == '\0' ? "" : " at ";
  const std::string line =
      absl::StrCat(Quote(what), " failed: ", pki_error_name(error.code), ": ",
                   error.reason_name, at, error.field, ": ", error.message);
  host.log(host.context, level, line.c_str());
}

// Runs `function`, whose status becomes the result, `*error` and a line of the
// log. No exception gets through.
template <typename Function>
int32_t Run(Function function, absl::string_view what, const pki_host& host,
            pki_error** error) noexcept {
  if (error != nullptr) *error = nullptr;
  pki_error* failure = nullptr;
  try {
    const absl::Status status = function();
    if (status.ok()) return PKI_OK;
    failure = NewError(status);
    Log(host, what, *failure);
  } catch (const std::bad_alloc&) {
    if (failure == nullptr) failure = OutOfMemoryError();
  } catch (...) {
    if (failure == nullptr) failure = UnexpectedError();
  }
  const int32_t code = failure->code;
  if (error != nullptr) {
    *error = failure;
  } else {
    pki_error_free(failure);
  }
  return code;
}

}  // namespace
}  // namespace pki

int32_t pki_engine_open(int32_t encoding, const void* configuration,
                        size_t configuration_size, const pki_host* host,
                        pki_engine** engine, pki_error** error) {
  if (engine != nullptr) *engine = nullptr;
  return pki::Run(
      [&] {
        return pki::Open(encoding, configuration, configuration_size, host,
                         engine);
      },
      "pki_engine_open", pki::CompleteHost(host), error);
}

int32_t pki_engine_call(pki_engine* engine, const char* operation,
                        int32_t encoding, const void* request,
                        size_t request_size, pki_buffer** response,
                        pki_error** error) {
  return pki_engine_call_as(engine, nullptr, operation, encoding, request,
                            request_size, response, error);
}

int32_t pki_engine_call_as(pki_engine* engine, const pki_caller* caller,
                           const char* operation, int32_t encoding,
                           const void* request, size_t request_size,
                           pki_buffer** response, pki_error** error) {
  if (response != nullptr) *response = nullptr;
  return pki::Run(
      [&] {
        return pki::Call(engine, caller, operation, encoding, request,
                         request_size, response);
      },
      operation == nullptr ? "pki_engine_call" : operation,
      engine == nullptr ? pki_host{} : engine->host, error);
}

int32_t pki_engine_respond_ocsp(pki_engine* engine, const void* request,
                                size_t request_size, pki_buffer** response,
                                pki_error** error) {
  if (response != nullptr) *response = nullptr;
  return pki::Run(
      [&] { return pki::RespondOcsp(engine, request, request_size, response); },
      "pki_engine_respond_ocsp", engine == nullptr ? pki_host{} : engine->host,
      error);
}

void pki_engine_close(pki_engine* engine) { delete engine; }

const uint8_t* pki_buffer_data(const pki_buffer* buffer) {
  static const uint8_t empty[1] = {0};
  return buffer == nullptr ? empty : buffer->data();
}

size_t pki_buffer_size(const pki_buffer* buffer) {
  return buffer == nullptr ? 0 : buffer->size;
}

void pki_buffer_free(pki_buffer* buffer) { std::free(buffer); }

int32_t pki_store_check(const pki_store* store,
                        void (*report)(void* context, const char* name,
                                       const char* failure),
                        void* context, pki_error** error) {
  return pki::Run([&] { return pki::CheckStore(store, report, context); },
                  "pki_store_check", pki_host{}, error);
}

const char* pki_version(void) { return "0.1.0"; }

int32_t pki_abi_version(void) { return PKI_ABI_VERSION; }
