// Objects (audit reports, CRLs), as clients of Amazon S3 read them: GET and
// HEAD of /BUCKET/KEY.
#ifndef PKI_CAPI_CLI_SERVE_OBJECTS_H_
#define PKI_CAPI_CLI_SERVE_OBJECTS_H_

#include "capi/cli/serve/engine.h"
#include "capi/cli/serve/http.h"

namespace pkictl {

// Of any size, in parts. It refers to `engine` until the answer ends.
HttpAnswer AnswerObject(const Engine& engine, const Caller& caller,
                        const HttpRequest& request);

// A refusal in the form of S3.
HttpAnswer RefuseObject(const Refusal& refusal);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_OBJECTS_H_
