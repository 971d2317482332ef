// How bad it is to break a rule.
#ifndef PKI_LINT_SEVERITY_H_
#define PKI_LINT_SEVERITY_H_

namespace pki {

enum class Severity {
  kError,    // must not be signed
  kWarning,  // allowed, and unwise
  kNotice,   // done on purpose, and others may object
};

}  // namespace pki

#endif  // PKI_LINT_SEVERITY_H_
