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
 * nothing, and a request that was refused has stored nothing. Two exceptions:
 * when PKI_INTERNAL_FAILURE says that there was no memory, it may have been for
 * the response alone, with the work done; the same request with the same
 * IdempotencyToken then gets the answer. And after PKI_STORAGE_FAILURE in a
 * commit it may be unknown whether it is on the disk: open the engine again,
 * and make the same request with the same IdempotencyToken. A token is known
 * for as long as the configuration says (idempotency_window_seconds): whoever
 * comes back later, after a loss of power, asks ListCertificates whether the
 * subject has its certificate already.
 *
 * Misuse is an error (PKI_USAGE_ERROR), not a crash: a null pointer where one
 * is required, an unknown encoding, a struct without its size. What cannot be
 * seen from inside is the caller's duty: pointers point to what they should,
 * sizes are right, and nothing is used after it was freed. No exception leaves
 * a function. Where memory runs out the call fails (PKI_INTERNAL_FAILURE), save
 * inside libraries that end the process then, as protobuf does.
 *
 * Ownership. What goes in is borrowed for the length of the call and never
 * kept, except the callbacks and their contexts (see pki_host). What comes out
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

/* Grows when a function or a member is added to what was released. What is
 * there keeps its meaning: a break would change the soname,
 * libpki_engine.so.1. */
#define PKI_ABI_VERSION 1

/* How a request and its response, or a configuration, are written. */
enum {
  /* Protocol Buffers, binary, as proto/ defines the messages. The library has
   * registered proto/'s files in the process's libprotobuf.so: a host that
   * links that too, with code generated of the same files, is ended by it at
   * start. Such a host uses JSON. */
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

/* What the engine and the callbacks of a host hand each other. None of these
 * four ever grows. */

/* Bytes, borrowed for the length of the call that they are handed to; whoever
 * wants to keep them copies them. With a size of 0 `data` may be null. */
typedef struct pki_bytes {
  const uint8_t* data;
  size_t size;
} pki_bytes;

/* What must hold for a commit: the key is at this version, or, with a version
 * of 0, absent. */
typedef struct pki_precondition {
  pki_bytes key;
  uint64_t version;
} pki_precondition;

typedef struct pki_put {
  pki_bytes key;
  pki_bytes value;
} pki_put;

/* Arrays with their lengths; one of length 0 may be null. */
typedef struct pki_batch {
  const pki_precondition* preconditions;
  size_t precondition_count;
  const pki_put* puts;
  size_t put_count;
  const pki_bytes* deletes;
  size_t delete_count;
} pki_batch;

/* A sink is a function of the engine by which a callback hands over what it
 * found, together with the `sink` that it was given for it. It may be called
 * only before the callback returns, and on the same thread; it copies, calls
 * nothing and waits for nobody, so that it may be called with a lock held.
 * Returns 0, or anything else when it wants no more: then the callback returns
 * that. */
typedef int32_t (*pki_entry_sink)(void* sink, pki_bytes key, pki_bytes value,
                                  uint64_t version);
typedef int32_t (*pki_bytes_sink)(void* sink, pki_bytes bytes);

/* What `commit` of a pki_store returns when a precondition does not hold. */
enum { PKI_STORE_PRECONDITION_FAILED = 1 };

/* A store of the host's own: entries of a key, a value and a version, in the
 * order of their keys. What pki_host says of its functions holds for these too.
 *
 * Keys and values are any bytes, zeros among them; a value may be empty. Keys
 * are compared byte by byte as unsigned numbers, and a key comes before a
 * longer one that it begins. A key has 1 to 512 bytes, a value at most 4 MB.
 *
 * A version is a number from 1 on that the store gives: it grows with every
 * write to a key, also when the value stays the same, and never returns for
 * that key, not even after the key was deleted. A counter of commits does.
 *
 * A function returns 0 when it has done its work. Anything else fails the
 * engine's call with PKI_STORAGE_FAILURE, except PKI_STORE_PRECONDITION_FAILED
 * from `commit`. What contradicts the rules below (an entry that was not asked
 * for, two in the wrong order, a version of 0) fails it too.
 *
 * A store is as safe as it is made: what `commit` said is done must outlive a
 * loss of power, or the engine's own promises do not. pki_store_check() finds
 * most other mistakes.
 */
typedef struct pki_store {
  /* sizeof(pki_store). */
  size_t size;
  /* Handed to the functions below; may be null. */
  void* context;
  /* Calls `entry` once with the entry of `key`, or not at all when there is
   * none. It sees every commit that returned before it was called. */
  int32_t (*get)(void* context, pki_bytes key, pki_entry_sink entry,
                 void* sink);
  /* Calls `entry` with the first `limit` entries whose key is not before
   * `begin`, and is before `end`, in the order of their keys; there are none
   * when `end` does not come after `begin`. All of them are of one instant, and
   * that is not before the call. */
  int32_t (*scan)(void* context, pki_bytes begin, pki_bytes end, size_t limit,
                  pki_entry_sink entry, void* sink);
  /* Checks all the preconditions, then applies the puts in their order, then
   * the deletes, in which a key that is absent does no harm: all of that at
   * once for whoever reads or commits meanwhile, and durably before it returns
   * 0. Otherwise it writes nothing: PKI_STORE_PRECONDITION_FAILED when a
   * precondition does not hold, any other number when it could not do its
   * work. A store that does not know whether it has written, because a
   * connection was lost, finds out before it returns. A key may occur in more
   * than one of the arrays. A batch may be empty, or have thousands of puts. */
  int32_t (*commit)(void* context, const pki_batch* batch);
} pki_store;

/* The kinds of keys that a CA can have: KeyAlgorithm of proto/service.proto. */
enum {
  PKI_KEY_RSA_2048 = 1,
  PKI_KEY_RSA_3072 = 2,
  PKI_KEY_RSA_4096 = 3,
  /* NIST P-256, P-384, P-521. */
  PKI_KEY_EC_PRIME256V1 = 4,
  PKI_KEY_EC_SECP384R1 = 5,
  PKI_KEY_EC_SECP521R1 = 6
};

/* How they sign: SigningAlgorithm of proto/service.proto. Each names the hash
 * of which a signer gets the digest. */
enum {
  /* ECDSA. The signature is the Ecdsa-Sig-Value in DER (RFC 3279 section
   * 2.2.3), a SEQUENCE of r and s; not the two numbers alone. */
  PKI_SIGN_SHA256WITHECDSA = 1,
  PKI_SIGN_SHA384WITHECDSA = 2,
  PKI_SIGN_SHA512WITHECDSA = 3,
  /* RSASSA-PKCS1-v1_5. The signer puts the digest into a DigestInfo and pads
   * it (RFC 8017 section 9.2). */
  PKI_SIGN_SHA256WITHRSA = 4,
  PKI_SIGN_SHA384WITHRSA = 5,
  PKI_SIGN_SHA512WITHRSA = 6,
  /* RSASSA-PSS. The signer pads the digest (RFC 8017 section 9.1.1), with MGF1
   * over the same hash and a salt that is as long as the digest. */
  PKI_SIGN_SHA256WITHRSA_PSS = 7,
  PKI_SIGN_SHA384WITHRSA_PSS = 8,
  PKI_SIGN_SHA512WITHRSA_PSS = 9
};

/* What `create` of a pki_signer returns when it has no such keys. */
enum { PKI_SIGNER_UNSUPPORTED = 1 };

/* Where the keys of the CAs are, when not in the engine: a cloud's key
 * management service, a hardware security module, a secure element. The engine
 * never sees a private key then. What pki_host says of its functions holds for
 * these too.
 *
 * A key is known by a handle, which the signer chooses: an id, a label, a
 * wrapped key. The engine keeps it in its store, unread, and hands it back,
 * also after a restart. `arn` is that of the CA whose key it is, as text that
 * ends with a zero; the signer may ignore it, or bind the key to it.
 *
 * Each result is handed over by one call of `result`, and has 1 to 16384 bytes.
 * A function returns 0 when it has done its work; anything else, or another
 * number of results, fails the engine's call with PKI_KEY_FAILURE.
 */
typedef struct pki_signer {
  /* sizeof(pki_signer). */
  size_t size;
  /* Handed to the functions below; may be null. */
  void* context;
  /* What the keys' storage is certified for, in the service's words:
   * "FIPS_140_2_LEVEL_2_OR_HIGHER", "FIPS_140_2_LEVEL_3_OR_HIGHER" or
   * "CCPC_LEVEL_1_OR_HIGHER"; null for nothing. It is read when the engine is
   * opened. DescribeCertificateAuthority shows it as
   * KeyStorageSecurityStandard, whatever the request for the CA named; for keys
   * that the engine keeps itself it shows none. */
  const char* security_standard;
  /* Makes a key, `key_algorithm` being one of PKI_KEY_*. The result is its
   * handle. Returns PKI_SIGNER_UNSUPPORTED when it makes no such keys: the
   * request is to blame then (PKI_INVALID_ARGS_EXCEPTION). */
  int32_t (*create)(void* context, const char* arn, int32_t key_algorithm,
                    pki_bytes_sink result, void* sink);
  /* The result is the public half of a key, as a SubjectPublicKeyInfo in DER
   * (RFC 5280 section 4.1.2.7), elliptic curves by name and points
   * uncompressed. It is asked for when a key was made, and when an engine uses
   * it for the first time; an answer that is not the first one's is refused. */
  int32_t (*public_key)(void* context, const char* arn, pki_bytes handle,
                        pki_bytes_sink result, void* sink);
  /* Signs. `digest` is the digest of the message, by the hash that
   * `signing_algorithm`, one of PKI_SIGN_*, names: 32, 48 or 64 bytes, neither
   * padded nor wrapped. The message itself is not handed over. The result is
   * the signature. Unless the configuration trusts the signer, the engine
   * verifies it before anyone sees it. */
  int32_t (*sign)(void* context, const char* arn, pki_bytes handle,
                  int32_t signing_algorithm, pki_bytes digest,
                  pki_bytes_sink result, void* sink);
  /* Destroys a key that no CA has any more, or that never came to have one.
   * Returns 0 when there is no such key: after a crash it is asked again. */
  int32_t (*destroy)(void* context, const char* arn, pki_bytes handle);
} pki_signer;

/* A part of an object, which is an audit report or a CRL: what the service
 * would put into S3. It never grows. The texts end with a zero. */
typedef struct pki_object_part {
  /* Where the object would be there. Neither is checked to be a good name for a
   * file: a key may have parts like "..". */
  const char* bucket;
  const char* key;
  /* "text/csv", say. */
  const char* content_type;
  /* Another one for each content that comes to be under bucket and key. */
  const char* content_id;
  /* Of the whole object, in bytes. */
  uint64_t object_size;
  /* Where in the object this part begins, in bytes. */
  uint64_t offset;
  pki_bytes bytes;
} pki_object_part;

/* What an engine asks of the program that it runs in. Fill it with zeros, then
 * set `size` and what you need; whatever is null has a default. A pki_store and
 * a pki_signer are filled in the same way, but all of their functions are
 * required. The structs themselves are read when the engine is opened, and not
 * after that.
 *
 * The functions are called on the threads that call the engine, or on those
 * that it was configured to use besides, maybe on several at once, and only
 * before such a call returns. The engine holds no lock meanwhile, so they may
 * call it. They must return: no longjmp, no exception, no end of the thread.
 * The functions and what each `context` points to must be valid until
 * pki_engine_close() has returned.
 */
typedef struct pki_host {
  /* sizeof(pki_host). Members that a smaller size does not reach are null, and
   * those of a later version beyond it are not read. */
  size_t size;
  /* Handed to every function of this struct; may be null. */
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
  /* Where the engine keeps everything. Default: the file that the configuration
   * names, or memory. */
  const pki_store* store;
  /* Where the keys of the CAs are. It excludes every key-encryption key: there
   * is nothing to seal. Default: in the engine's store, sealed. */
  const pki_signer* signer;
  /* Told how far a long operation has come, in a unit of its own, on the thread
   * that called it. Returns 0; anything else ends the operation, which fails
   * with PKI_REQUEST_FAILED_EXCEPTION and leaves nothing behind. Default: none
   * is told. */
  int32_t (*progress)(void* context, uint64_t done, uint64_t total);
  /* Writes the key-encryption key, 32 bytes, to `key`: what the keys of the CAs
   * are sealed under, in place of the key or the passphrase of the
   * configuration. It is called once, when the engine is opened, which keeps
   * the key in memory and wipes it when it is closed. Returns 0, or anything
   * else: then the engine is not opened (PKI_KEY_FAILURE). Default: as the
   * configuration says. */
  int32_t (*key_encryption_key)(void* context, uint8_t* key);
  /* Takes a part of an object that was put into the engine's store, where it
   * stays: this is a copy for the host. The parts come one after the other on
   * one thread, before the call that made the object returns. The first has the
   * offset 0, each one begins where the one before it ended, and the one that
   * ends at `object_size` is the last; an object of no bytes has one part of
   * none. With its last part the copy is complete, and takes the place of the
   * one that the host has of the same bucket and key.
   *
   * Contents of one key may come on several threads at once, each with a
   * `content_id` of its own: the one that is completed last is the one to keep,
   * and it may be one that came before. A copy that begins anew, or of which
   * the last part never comes, was given up, and is to be forgotten.
   *
   * Returns 0, or anything else: then the call that made the object fails with
   * PKI_REQUEST_FAILED_EXCEPTION. It excludes the object_directory of the
   * configuration. Default: none is told; objects can always be read with
   * GetObject. */
  int32_t (*object)(void* context, const pki_object_part* part);
} pki_host;

/* Opens an engine and writes it to `*engine` (null on error).
 *
 * What it keeps, that is its CAs, the keys that no signer holds, and all that
 * it issued, is in one of three places. By default in memory, and gone when it
 * is closed. In the file that the configuration names (store_file), or in the
 * store that the host brings (host->store): there it outlives the engine, and
 * several engines may share it, also those of several processes. Those two
 * exclude each other.
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
 * PKI_STORAGE_FAILURE; PKI_KEY_FAILURE when the store's keys are sealed under
 * another key (without any key it opens, and only what needs one fails);
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

/* Who calls. Fill it with zeros, then set `size` and what you know; text ends
 * with a zero. */
typedef struct pki_caller {
  /* sizeof(pki_caller). Members that a smaller size does not reach are null,
   * and those of a later version beyond it are not read. */
  size_t size;
  /* Twelve digits. Default: the account of the configuration. */
  const char* account;
  /* The ARN of that account's root, of one of its users, roles or sessions of a
   * role; or a service that acts for the account, as "acm.amazonaws.com".
   * Default: the account's root. */
  const char* principal;
  /* The organization that the account is in ("o-a1b2c3d4z5"). Default: none. */
  const char* organization;
} pki_caller;

/* The same as pki_engine_call() in the name of `caller`; null is the account of
 * the configuration, for which pki_engine_call() always calls.
 *
 * An account owns the CAs that it creates, and may do everything with them.
 * Others may what the CA's policy allows them (PutPolicy), and a service what
 * it has a permission for (CreatePermission). Who the caller is the engine
 * takes on trust: to find out is up to the host.
 *
 * Errors: PKI_ACCESS_DENIED_EXCEPTION; PKI_USAGE_ERROR for what is no caller;
 * those of pki_engine_call(). Release: pki_buffer_free().
 */
int32_t pki_engine_call_as(pki_engine* engine, const pki_caller* caller,
                           const char* operation, int32_t encoding,
                           const void* request, size_t request_size,
                           pki_buffer** response, pki_error** error);

/* Answers an OCSP request: `request` holds `request_size` bytes, an OCSPRequest
 * in DER (RFC 6960 section 4.1), and `*response` gets an OCSPResponse in DER
 * (null on error), to be handed to whoever asked. It is the operation
 * RespondOcsp without a message around the bytes, called for the account of the
 * configuration; anybody may be answered.
 *
 * The CA that the first certificate of the request is of signs, itself or by
 * its delegate (ocsp_signer in the configuration), when it is ACTIVE or
 * DISABLED and its OcspConfiguration is enabled. A request that is malformed,
 * or is of no such CA, is no error: the response says so.
 *
 * Errors: PKI_VALIDATION_EXCEPTION for an empty request and one of more than
 * 65536 bytes; PKI_USAGE_ERROR; and the failures of the host, for which an HTTP
 * server answers 500. Release: pki_buffer_free().
 */
int32_t pki_engine_respond_ocsp(pki_engine* engine, const void* request,
                                size_t request_size, pki_buffer** response,
                                pki_error** error);

/* Closes an engine and wipes its keys from memory. What it kept in memory is
 * gone; what is in a file or in the host's store stays there. Null is ignored.
 */
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
/* The HTTP status that the service has beside that name. For PKI_OK and for
 * numbers that are no code: 0. */
int32_t pki_error_http_status(int32_t code);

/* Checks that a store keeps the rules of pki_store: atomicity, order,
 * preconditions, versions, visibility, concurrent writers. For the tests of
 * whoever writes one. Durability cannot be checked from inside.
 *
 * `report`, which may be null, is told the outcome of each case as soon as it
 * is known: its name, and what was expected and what was seen, or null when the
 * store passed. It is handed `context` and called on this thread.
 *
 * The store may hold other entries, and be in use. Only keys that begin with
 * "pki_store_check/" are written, and deleted in the end; two checks of one
 * store at the same time disturb each other. A check makes some thousand small
 * commits, and calls the store from up to four threads of its own beside this
 * one, none of which outlives it.
 *
 * Returns 0 when the store passed every case. Errors: PKI_STORAGE_FAILURE for
 * the first case that failed, which pki_error_field() names; PKI_USAGE_ERROR.
 */
int32_t pki_store_check(const pki_store* store,
                        void (*report)(void* context, const char* name,
                                       const char* failure),
                        void* context, pki_error** error);

/* The version of the library, as "1.2.3", a constant. */
const char* pki_version(void);

/* The PKI_ABI_VERSION that the library was built with. One that is at least the
 * caller's has everything that the caller knows. */
int32_t pki_abi_version(void);

#ifdef __cplusplus
}
#endif

#endif /* PKI_CAPI_PKI_ENGINE_H_ */
