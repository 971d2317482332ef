/* A program that has OpenSSL 3 and our library in one process: both work,
 * before and after, and neither's functions were bound to the other's. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capi/embedding/issue.h"

static void Check(int condition, const char* what) {
  if (!condition) {
    fprintf(stderr, "failed: %s\n", what);
    exit(1);
  }
}

/* The library that the process's `symbol` is in. */
static const char* LibraryOf(const char* symbol) {
  Dl_info info;
  void* const address = dlsym(RTLD_DEFAULT, symbol);
  Check(address != NULL && dladdr(address, &info) != 0, symbol);
  return info.dli_fname;
}

/* Has OpenSSL make a TLS context and sign with a key of its own. */
static void UseOpenSsl(void) {
  unsigned char signature[256];
  size_t size = sizeof(signature);
  SSL_CTX* context = SSL_CTX_new(TLS_method());
  EVP_PKEY* key = EVP_EC_gen("P-256");
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
  Check(context != NULL, "SSL_CTX_new");
  Check(SSL_CTX_set_cipher_list(context, "HIGH") == 1, "cipher list");
  Check(EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, key) == 1 &&
            EVP_DigestSign(digest, signature, &size,
                           (const unsigned char*)"text", 4) == 1,
        "sign");
  EVP_MD_CTX_free(digest);
  EVP_PKEY_free(key);
  SSL_CTX_free(context);
  Check(strncmp(OpenSSL_version(OPENSSL_VERSION), "OpenSSL 3.", 10) == 0,
        "version of OpenSSL");
  Check(strstr(LibraryOf("EVP_PKEY_free"), "libcrypto.so.3") != NULL,
        "OpenSSL's functions are its own");
}

static char* Base64(const char* text) {
  const int size = (int)strlen(text);
  char* const encoded = malloc((size_t)size / 3 * 4 + 8);
  EVP_EncodeBlock((unsigned char*)encoded, (const unsigned char*)text, size);
  return encoded;
}

/* OpenSSL reads what the engine signed, and checks it. */
static void VerifyWithOpenSsl(const char* pem) {
  BIO* bio = BIO_new_mem_buf(pem, -1);
  X509* certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
  Check(certificate != NULL, "read the certificate");
  Check(X509_verify(certificate, X509_get0_pubkey(certificate)) == 1,
        "verify the certificate");
  X509_free(certificate);
  BIO_free(bio);
}

int main(void) {
  int round;
  UseOpenSsl();
  for (round = 0; round < 2; ++round) {
    char* const certificate = IssueRootCertificate(Base64);
    VerifyWithOpenSsl(certificate);
    free(certificate);
    UseOpenSsl();
  }
  puts("PASSED");
  return 0;
}
