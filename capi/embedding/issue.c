/* A root CA through the C ABI, with no help but the C library. */
#include "capi/embedding/issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capi/pki_engine.h"

/* Calls, and answers the response as a new string. */
static char* Call(pki_engine* engine, const char* operation,
                  const char* request) {
  pki_buffer* response = NULL;
  pki_error* error = NULL;
  char* text;
  if (pki_engine_call(engine, operation, PKI_ENCODING_JSON, request,
                      strlen(request), &response, &error) != PKI_OK) {
    fprintf(stderr, "%s: %s\n", operation, pki_error_json(error));
    exit(1);
  }
  text = strdup((const char*)pki_buffer_data(response));
  pki_buffer_free(response);
  return text;
}

/* The value of a string member, with "\n" made a newline. Frees `json`. */
static char* Member(char* json, const char* name) {
  char* value = strstr(json, name);
  char* in;
  char* out;
  if (value == NULL) {
    fprintf(stderr, "no %s in %s\n", name, json);
    exit(1);
  }
  value = strdup(value + strlen(name) + strlen("\":\""));
  free(json);
  for (in = out = value; *in != '"'; ++in, ++out) {
    *out = *in;
    if (*in == '\\' && in[1] == 'n') {
      *out = '\n';
      ++in;
    }
  }
  *out = '\0';
  return value;
}

char* IssueRootCertificate(char* (*base64)(const char* text)) {
  char request[8192];
  pki_engine* engine = NULL;
  pki_error* error = NULL;
  char* arn;
  char* csr;
  char* certificate_arn;
  char* certificate;
  char* encoded;

  if (pki_engine_open(PKI_ENCODING_JSON, NULL, 0, NULL, &engine, &error) !=
      PKI_OK) {
    fprintf(stderr, "open: %s\n", pki_error_json(error));
    exit(1);
  }
  arn = Member(Call(engine, "CreateCertificateAuthority",
                    "{\"CertificateAuthorityType\":\"ROOT\","
                    "\"CertificateAuthorityConfiguration\":{"
                    "\"KeyAlgorithm\":\"EC_prime256v1\","
                    "\"SigningAlgorithm\":\"SHA256WITHECDSA\","
                    "\"Subject\":{\"CommonName\":\"Embedded Root\"}}}"),
               "CertificateAuthorityArn");
  snprintf(request, sizeof(request), "{\"CertificateAuthorityArn\":\"%s\"}",
           arn);
  csr = Member(Call(engine, "GetCertificateAuthorityCsr", request), "Csr");
  encoded = base64(csr);
  snprintf(request, sizeof(request),
           "{\"CertificateAuthorityArn\":\"%s\",\"Csr\":\"%s\","
           "\"SigningAlgorithm\":\"SHA256WITHECDSA\","
           "\"TemplateArn\":"
           "\"arn:aws:acm-pca:::template/RootCACertificate/V1\","
           "\"Validity\":{\"Type\":\"YEARS\",\"Value\":10}}",
           arn, encoded);
  free(encoded);
  certificate_arn =
      Member(Call(engine, "IssueCertificate", request), "CertificateArn");
  snprintf(request, sizeof(request),
           "{\"CertificateAuthorityArn\":\"%s\",\"CertificateArn\":\"%s\"}",
           arn, certificate_arn);
  certificate = Member(Call(engine, "GetCertificate", request), "Certificate");
  encoded = base64(certificate);
  snprintf(request, sizeof(request),
           "{\"CertificateAuthorityArn\":\"%s\",\"Certificate\":\"%s\"}", arn,
           encoded);
  free(encoded);
  free(Call(engine, "ImportCertificateAuthorityCertificate", request));
  free(certificate_arn);
  free(csr);
  free(arn);
  pki_engine_close(engine);
  return certificate;
}
