/* A Node addon of one function, call(operation, json) -> json, over an engine
 * of its own. Throws the JSON error of a refusal.
 *
 * Node-API is a stable C ABI, and Debian's Node comes without its headers: what
 * is used of it is declared here (https://nodejs.org/api/n-api.html). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "capi/pki_engine.h"

typedef struct napi_env__* napi_env;
typedef struct napi_value__* napi_value;
typedef struct napi_callback_info__* napi_callback_info;
typedef napi_value (*napi_callback)(napi_env env, napi_callback_info info);

/* Every one answers 0 when it succeeds. */
int napi_create_function(napi_env env, const char* name, size_t name_size,
                         napi_callback callback, void* data,
                         napi_value* result);
int napi_get_cb_info(napi_env env, napi_callback_info info, size_t* count,
                     napi_value* arguments, napi_value* self, void** data);
int napi_get_value_string_utf8(napi_env env, napi_value value, char* text,
                               size_t capacity, size_t* size);
int napi_create_string_utf8(napi_env env, const char* text, size_t size,
                            napi_value* result);
int napi_throw_error(napi_env env, const char* code, const char* message);

static pki_engine* engine;

/* A copy of a string argument, to be freed. */
static char* TextOf(napi_env env, napi_value value) {
  size_t size = 0;
  char* text;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &size) != 0) return NULL;
  text = malloc(size + 1);
  if (text != NULL) {
    napi_get_value_string_utf8(env, value, text, size + 1, &size);
  }
  return text;
}

static size_t LengthOf(const char* text) {
  size_t length = 0;
  while (text != NULL && text[length] != '\0') ++length;
  return length;
}

static napi_value Call(napi_env env, napi_callback_info info) {
  napi_value arguments[2] = {NULL, NULL};
  size_t count = 2;
  napi_value result = NULL;
  pki_buffer* response = NULL;
  pki_error* error = NULL;
  char* operation;
  char* request;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  operation = TextOf(env, arguments[0]);
  request = TextOf(env, arguments[1]);
  if (engine == NULL) {
    pki_engine_open(PKI_ENCODING_JSON, NULL, 0, NULL, &engine, &error);
  }
  if (error == NULL) {
    pki_engine_call(engine, operation, PKI_ENCODING_JSON, request,
                    LengthOf(request), &response, &error);
  }
  if (error == NULL) {
    napi_create_string_utf8(env, (const char*)pki_buffer_data(response),
                            pki_buffer_size(response), &result);
  } else {
    napi_throw_error(env, pki_error_reason_name(error), pki_error_json(error));
  }
  pki_error_free(error);
  pki_buffer_free(response);
  free(request);
  free(operation);
  return result;
}

/* Node calls this when it loads the addon. */
napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  (void)exports;
  napi_create_function(env, "call", 4, Call, NULL, &exports);
  return exports;
}
