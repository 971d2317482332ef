// X509_verify_cert and `openssl verify`.
#include "pki/testing/verify_certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/testing/program.h"

namespace pki {
namespace {

bssl::UniquePtr<X509> Parse(ByteView der) {
  const uint8_t* next = der.data();
  bssl::UniquePtr<X509> certificate(
      d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  ERR_clear_error();
  return next == der.data() + der.size() ? std::move(certificate) : nullptr;
}

std::string Pem(ByteView der) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  const uint8_t* content = nullptr;
  size_t size = 0;
  PEM_write_bio(bio.get(), PEM_STRING_X509, "", der.data(),
                static_cast<long>(der.size()));
  BIO_mem_contents(bio.get(), &content, &size);
  return std::string(Text(ByteView(content, size)));
}

}  // namespace

absl::Status VerifyWithBoringSsl(ByteView certificate,
                                 absl::Span<const Bytes> intermediates,
                                 ByteView root, absl::Time at) {
  const bssl::UniquePtr<X509> leaf = Parse(certificate);
  const bssl::UniquePtr<X509> anchor = Parse(root);
  const bssl::UniquePtr<STACK_OF(X509)> chain(sk_X509_new_null());
  for (const Bytes& der : intermediates) {
    bssl::UniquePtr<X509> parsed = Parse(View(der));
    if (parsed == nullptr ||
        !bssl::PushToStack(chain.get(), std::move(parsed))) {
      return absl::InvalidArgumentError("BoringSSL cannot parse the chain");
    }
  }
  if (leaf == nullptr || anchor == nullptr) {
    return absl::InvalidArgumentError("BoringSSL cannot parse a certificate");
  }
  const bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  const bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (!X509_STORE_add_cert(store.get(), anchor.get()) ||
      !X509_STORE_CTX_init(context.get(), store.get(), leaf.get(),
                           chain.get())) {
    return absl::InternalError("BoringSSL failed");
  }
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(param, absl::ToTimeT(at));
  X509_VERIFY_PARAM_set_flags(
      param, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
  const int result = X509_verify_cert(context.get());
  ERR_clear_error();
  if (result == 1) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "BoringSSL: ",
      X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())),
      " at depth ", X509_STORE_CTX_get_error_depth(context.get())));
}

absl::Status VerifyWithOpenssl(ByteView certificate,
                               absl::Span<const Bytes> intermediates,
                               ByteView root, absl::Time at) {
  std::vector<std::string> command = {
      "openssl",      "verify",
      "-x509_strict", "-check_ss_sig",
      "-attime",      absl::StrCat(absl::ToUnixSeconds(at)),
      "-no-CApath",   "-no-CAstore",
      "-CAfile",      WriteTestFile("root.pem", Pem(root))};
  if (!intermediates.empty()) {
    std::string chain;
    for (const Bytes& der : intermediates) chain += Pem(View(der));
    command.insert(command.end(),
                   {"-untrusted", WriteTestFile("chain.pem", chain)});
  }
  command.push_back(WriteTestFile("certificate.pem", Pem(certificate)));
  const ProgramResult result = RunProgram(command);
  if (result.exit_status == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(result.output);
}

}  // namespace pki
