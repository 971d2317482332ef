/* What the C programs of these tests share: a root CA through the C ABI, and a
 * certificate from it. */
#ifndef PKI_CAPI_EMBEDDING_ISSUE_H_
#define PKI_CAPI_EMBEDDING_ISSUE_H_

/* Opens an engine, creates a root CA, issues and imports its certificate, and
 * closes it. `base64` encodes a string into a new one. Ends the program with a
 * message and status 1 when anything fails. Answers the certificate as PEM, to
 * be freed with free(). */
char* IssueRootCertificate(char* (*base64)(const char* text));

#endif /* PKI_CAPI_EMBEDDING_ISSUE_H_ */
