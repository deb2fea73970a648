// What Swift's importer cannot see of OpenSSL: function-like macros and constants made of other macros, as static
// inline functions. Each has the name of what it wraps, with `gh_` before it.
#ifndef GATEHOUSE_COPENSSL_SHIM_H
#define GATEHOUSE_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline int gh_EVP_PKEY_PUBLIC_KEY(void) { return EVP_PKEY_PUBLIC_KEY; }
static inline int gh_EVP_PKEY_KEYPAIR(void) { return EVP_PKEY_KEYPAIR; }

// What a memory BIO holds: a pointer into it, valid until the BIO changes, and its length.
static inline long gh_BIO_get_mem_data(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }

// Since 3.2 OpenSSL marks a context as finished after a one-shot EdDSA verification; clearing the mark keeps the prepared key.
static inline void gh_EVP_MD_CTX_reopen(EVP_MD_CTX *context) {
#ifdef EVP_MD_CTX_FLAG_FINALISED
    EVP_MD_CTX_clear_flags(context, EVP_MD_CTX_FLAG_FINALISED);
#else
    (void)context;
#endif
}
#include "tls.h"

#endif
