// The nameConstraints extension for tests.
#ifndef PKI_TESTING_TEST_NAME_CONSTRAINTS_H_
#define PKI_TESTING_TEST_NAME_CONSTRAINTS_H_

#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/x509/general_name.h"

namespace pki {

// The value of a nameConstraints of these bases. An empty list is left out.
Bytes TestNameConstraints(absl::Span<const GeneralName> permitted,
                          absl::Span<const GeneralName> excluded);

}  // namespace pki

#endif  // PKI_TESTING_TEST_NAME_CONSTRAINTS_H_
