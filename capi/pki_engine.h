/* The C ABI of the PKI Engine: certificate authorities inside your program.
 *
 * Open an engine, call its operations by name with requests in JSON or
 * protobuf, free what it gave you, close it. The operations, their requests and
 * their responses are those of AWS Private CA; proto/service.proto describes
 * them, so that a new operation changes nothing here.
 *
 * Rules for everything below
 *
 * Results. A function that can fail returns 0 (PKI_OK) or the code of the
 * error, a number that never changes its meaning. Through `error` it also gives
 * an object that says which rule was broken, where, and what to do about it. It
 * belongs to the caller, who frees it with pki_error_free(). `error` may be
 * null for those who need the code alone. It is written by every call: null on
 * success. No other state remains, no "last error". Whatever fails has changed
 * nothing, and a request that was refused has stored nothing. One exception:
 * when PKI_INTERNAL_FAILURE says that there was no memory, it may have been for
 * the response alone, with the work done; the same request with the same
 * IdempotencyToken then gets the answer.
 *
 * Misuse is an error (PKI_USAGE_ERROR), not a crash: a null pointer where one
 * is required, an unknown encoding, a struct without its size. What cannot be
 * seen from inside is the caller's duty: pointers point to what they should,
 * sizes are right, and nothing is used after it was freed. No exception leaves
 * a function. Where memory runs out the call fails (PKI_INTERNAL_FAILURE), save
 * inside libraries that end the process then, as protobuf does.
 *
 * Ownership. What goes in is borrowed for the length of the call and never
 * kept, except the callbacks and their context (see pki_host). What comes out
 * belongs to the caller, is independent of the engine, and is freed with the
 * function named beside it.
 *
 * Threads. Every function may be called on any thread, any number at once, also
 * on one engine. Two limits: pki_engine_close() needs all calls on that engine
 * to have returned, and an object is freed once, when no one else is reading
 * it.
 *
 * Text is UTF-8. Sizes are in bytes. Times are milliseconds since 1970-01-01
 * 00:00 UTC, leap seconds not counted.
 *
 * Keys and signature nonces come from the random generator of the crypto
 * library (BoringSSL), which cannot be replaced. The library finds its private
 * copy when an engine is opened; an OpenSSL that the process also uses is never
 * touched.
 */
#ifndef PKI_CAPI_PKI_ENGINE_H_
#define PKI_CAPI_PKI_ENGINE_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Grows when a function or a member is added. What is there keeps its meaning:
 * a break would change the soname, libpki_engine.so.1. */
#define PKI_ABI_VERSION 1

/* How a request and its response, or a configuration, are written. */
enum {
  /* Protocol Buffers, binary, as proto/ defines the messages. */
  PKI_ENCODING_PROTOBUF = 1,
  /* For requests and responses the JSON of the service's own clients (AWS JSON
   * 1.1): names as in its API Reference, bytes in base64, times in seconds.
   * An error in this form is given by pki_error_json(). */
  PKI_ENCODING_JSON = 2
};

/* Every code that a function may return: ErrorCode of proto/error.proto.
 * Numbers below 100 are the service's exceptions and blame the request;
 * those from 100 on are failures of the host. */
enum {
  PKI_OK = 0,
  PKI_CERTIFICATE_MISMATCH_EXCEPTION = 1,
  PKI_CONCURRENT_MODIFICATION_EXCEPTION = 2,
  PKI_INVALID_ARGS_EXCEPTION = 3,
  PKI_INVALID_ARN_EXCEPTION = 4,
  PKI_INVALID_NEXT_TOKEN_EXCEPTION = 5,
  PKI_INVALID_POLICY_EXCEPTION = 6,
  PKI_INVALID_REQUEST_EXCEPTION = 7,
  PKI_INVALID_STATE_EXCEPTION = 8,
  PKI_INVALID_TAG_EXCEPTION = 9,
  PKI_LIMIT_EXCEEDED_EXCEPTION = 10,
  PKI_LOCKOUT_PREVENTED_EXCEPTION = 11,
  PKI_MALFORMED_CERTIFICATE_EXCEPTION = 12,
  PKI_MALFORMED_CSR_EXCEPTION = 13,
  PKI_PERMISSION_ALREADY_EXISTS_EXCEPTION = 14,
  PKI_REQUEST_ALREADY_PROCESSED_EXCEPTION = 15,
  PKI_REQUEST_FAILED_EXCEPTION = 16,
  PKI_REQUEST_IN_PROGRESS_EXCEPTION = 17,
  PKI_RESOURCE_NOT_FOUND_EXCEPTION = 18,
  PKI_TOO_MANY_TAGS_EXCEPTION = 19,
  PKI_VALIDATION_EXCEPTION = 20,
  PKI_ACCESS_DENIED_EXCEPTION = 21,
  PKI_THROTTLING_EXCEPTION = 22,
  PKI_SERIALIZATION_EXCEPTION = 23,
  PKI_UNKNOWN_OPERATION_EXCEPTION = 24,
  PKI_STORAGE_FAILURE = 100,
  PKI_KEY_FAILURE = 101,
  PKI_ENTROPY_FAILURE = 102,
  PKI_CLOCK_FAILURE = 103,
  PKI_CRYPTO_FAILURE = 104,
  PKI_CONFIGURATION_ERROR = 105,
  PKI_USAGE_ERROR = 106,
  PKI_INTERNAL_FAILURE = 107
};

/* What a line of the log is about. */
enum {
  /* A request was refused. */
  PKI_LOG_INFO = 1,
  /* The host failed the engine, or the engine itself: codes from 100 on. */
  PKI_LOG_ERROR = 2
};

/* An engine: its certificate authorities, their keys, what they issued. */
typedef struct pki_engine pki_engine;

/* Bytes that a call answered with. */
typedef struct pki_buffer pki_buffer;

/* Why a call failed. */
typedef struct pki_error pki_error;

/* What an engine asks of the program that it runs in. Fill it with zeros, then
 * set `size` and what you need; whatever is null has a default.
 *
 * The functions are called on the threads that call the engine, maybe on
 * several at once, and only before such a call returns. The engine holds no
 * lock meanwhile, so they may call it. They must return: no longjmp, no
 * exception, no end of the thread. The functions and what `context` points to
 * must be valid until pki_engine_close() has returned.
 */
typedef struct pki_host {
  /* sizeof(pki_host). Members that a smaller size does not reach are null, and
   * those of a later version beyond it are not read. */
  size_t size;
  /* Handed to every function below; may be null. */
  void* context;
  /* Writes the time to `*milliseconds`, in the years from 1950 to 9999.
   * Returns 0, or anything else when it cannot tell: then the call fails
   * with PKI_CLOCK_FAILURE. Default: the system's clock. */
  int32_t (*clock)(void* context, int64_t* milliseconds);
  /* Fills `size` bytes at `out` with randomness that cannot be predicted, for
   * serials, ids and tokens. Returns 0, or anything else: then the call fails
   * with PKI_ENTROPY_FAILURE. Default: the crypto library's generator. */
  int32_t (*entropy)(void* context, uint8_t* out, size_t size);
  /* Takes one line about a call that failed, without a newline, valid until it
   * returns. `level` is one of PKI_LOG_*; a line never holds a secret. Default:
   * no log. */
  void (*log)(void* context, int32_t level, const char* line);
} pki_host;

/* Opens an engine, which lives in memory, and writes it to `*engine` (null on
 * error).
 *
 * `configuration` holds `configuration_size` bytes of EngineConfiguration
 * (proto/config.proto) in `encoding`, one of PKI_ENCODING_*; its JSON has the
 * field names in lowerCamelCase. With a size of 0 it may be null, and
 * everything has its default. It may hold a key: wipe your own copy when you
 * are done, and give it in protobuf, because the text of a JSON is not wiped
 * wherever the parser copies it. `host` may be null.
 *
 * Errors: PKI_USAGE_ERROR; PKI_SERIALIZATION_EXCEPTION when the configuration
 * cannot be decoded; PKI_CONFIGURATION_ERROR when a field of it cannot be used;
 * PKI_CRYPTO_FAILURE when the crypto library is missing; PKI_INTERNAL_FAILURE
 * when there is no memory. Release: pki_engine_close().
 */
int32_t pki_engine_open(int32_t encoding, const void* configuration,
                        size_t configuration_size, const pki_host* host,
                        pki_engine** engine, pki_error** error);

/* Runs one operation, `operation` being its name ("IssueCertificate"), and
 * writes the response to `*response` (null on error). What it did is done when
 * it returns.
 *
 * `request` holds `request_size` bytes in `encoding`, one of PKI_ENCODING_*, in
 * which the response is written too. With a size of 0 it may be null.
 *
 * Errors: those that the service documents for the operation;
 * PKI_VALIDATION_EXCEPTION when a limit of its model is broken;
 * PKI_SERIALIZATION_EXCEPTION when the request cannot be decoded;
 * PKI_UNKNOWN_OPERATION_EXCEPTION; PKI_USAGE_ERROR; and the failures of the
 * host. Release: pki_buffer_free().
 */
int32_t pki_engine_call(pki_engine* engine, const char* operation,
                        int32_t encoding, const void* request,
                        size_t request_size, pki_buffer** response,
                        pki_error** error);

/* Closes an engine and wipes its keys; what it issued and was not copied out is
 * gone. Null is ignored. */
void pki_engine_close(pki_engine* engine);

/* The bytes of a response, valid until it is freed, and how many they are. A
 * byte of zero follows them that is not counted, so that JSON is a C string
 * too. For null: an empty string, and 0. */
const uint8_t* pki_buffer_data(const pki_buffer* buffer);
size_t pki_buffer_size(const pki_buffer* buffer);

/* Frees a response. Null is ignored. */
void pki_buffer_free(pki_buffer* buffer);

/* What an error says. The strings are never null, and valid until the error is
 * freed; for a null error they are empty, and the numbers 0. */

/* The code, as the failed function returned it. pki_error_name() names it. */
int32_t pki_error_code(const pki_error* error);
/* The one rule that was broken: Reason of proto/error.proto. Numbers are pinned
 * like those of codes. Then its name there ("REASON_ARN_MALFORMED"). */
int32_t pki_error_reason(const pki_error* error);
const char* pki_error_reason_name(const pki_error* error);
/* The path of what is to blame, from its source on: "Request.Validity.Value",
 * "Csr.subject". Empty when no field is. */
const char* pki_error_field(const pki_error* error);
/* A sentence for a person. Its wording may change. */
const char* pki_error_message(const pki_error* error);
/* The body with which the service answers, {"__type":"...","message":"..."},
 * with reason and field beside them. */
const char* pki_error_json(const pki_error* error);

/* Frees an error. Null is ignored. */
void pki_error_free(pki_error* error);

/* The service's name of a code ("InvalidArgsException"), a constant. For PKI_OK
 * and for numbers that are no code: "". */
const char* pki_error_name(int32_t code);

/* The version of the library, as "1.2.3", a constant. */
const char* pki_version(void);

/* The PKI_ABI_VERSION that the library was built with. One that is at least the
 * caller's has everything that the caller knows. */
int32_t pki_abi_version(void);

#ifdef __cplusplus
}
#endif

#endif /* PKI_CAPI_PKI_ENGINE_H_ */
