// Whether a store has all that an engine has answered, and nothing that does
// not belong together.
#ifndef PKI_CAPI_DURABILITY_CHECKER_H_
#define PKI_CAPI_DURABILITY_CHECKER_H_

#include <string>
#include <vector>

#include "capi/durability/answer.h"
#include "capi/durability/contents.h"
#include "capi/durability/workload.h"

namespace pki {

// Adds a problem for every answer that the store does not keep, and for every
// record that does not go with the others: certificates have the serial of
// their key and a CA, audit entries match certificates and CAs one to one,
// the index has what certificates are found by and nothing else, tokens name
// what is there; and as CheckCrls() does.
void CheckContents(const Contents& contents, const Answers& answers,
                   Problems* problems);

// Adds a problem for everything that an engine on the store answers otherwise
// than it did: each token, each certificate, and its own check of the store.
// Each CA must open and sign; `worker`, whose sink may be `answers`, knows them
// all afterwards.
void CheckEngine(Worker& worker, const std::vector<std::string>& authorities,
                 const Answers& answers, Problems* problems);

// All of these for the store in a file, whatever it was left as, and for the
// backups that were made of it, which are removed then. Once the engine has
// done what was due, the CRLs have what was revoked, and nothing is due. The
// ARN of every CA.
std::vector<std::string> CheckFile(const std::string& path, Answers& answers,
                                   Problems* problems);

}  // namespace pki

#endif  // PKI_CAPI_DURABILITY_CHECKER_H_
