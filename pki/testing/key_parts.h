// What of a private key gives it away, for searching it where it must not be.
#ifndef PKI_TESTING_KEY_PARTS_H_
#define PKI_TESTING_KEY_PARTS_H_

#include <string>
#include <utility>
#include <vector>

#include "pki/base/bytes.h"
#include "pki/base/secret.h"

namespace pki {

// The secret numbers of a key in PKCS#8, each with its name, the first byte
// being the highest: "d" of an EC key; "d", "p", "q", "dp", "dq" and "qinv" of
// an RSA key. Aborts the test program when it is not a key.
std::vector<std::pair<std::string, Bytes>> KeyParts(const Secret& pkcs8);

}  // namespace pki

#endif  // PKI_TESTING_KEY_PARTS_H_
