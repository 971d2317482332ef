/* What a host's library exports so that store_check can check its store. */
#ifndef PKI_CAPI_STORE_CHECK_STORE_CHECK_H_
#define PKI_CAPI_STORE_CHECK_STORE_CHECK_H_

#include "capi/pki_engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The store, ready to be used until the program ends; null when that cannot be.
 * Called once. */
const pki_store* pki_store_to_check(void);

#ifdef __cplusplus
}
#endif

#endif /* PKI_CAPI_STORE_CHECK_STORE_CHECK_H_ */
