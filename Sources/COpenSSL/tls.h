// What TLS needs of OpenSSL and Swift's importer cannot see: macros over SSL_CTX_ctrl and BIO flags.
#ifndef GATEHOUSE_COPENSSL_TLS_H
#define GATEHOUSE_COPENSSL_TLS_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

typedef int (*gatehouse_server_name_callback)(SSL *ssl, int *alert, void *argument);

static inline void gatehouse_tls_set_minimum_version(SSL_CTX *context, int version) {
    SSL_CTX_set_min_proto_version(context, version);
}

static inline void gatehouse_tls_set_mode(SSL_CTX *context, long mode) { SSL_CTX_set_mode(context, mode); }

static inline void gatehouse_tls_disable_session_cache(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

// Options are macros over a macro.
static inline void gatehouse_tls_refuse_renegotiation(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}

static inline void gatehouse_tls_prefer_server_ciphers(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
}

static inline int gatehouse_tls_set_groups(SSL_CTX *context, const char *list) {
    return SSL_CTX_set1_groups_list(context, list);
}

// The key material of session tickets: all workers must have the same. Returns the size when `keys` is null.
static inline long gatehouse_tls_set_ticket_keys(SSL_CTX *context, void *keys, long count) {
    return SSL_CTX_set_tlsext_ticket_keys(context, keys, count);
}

static inline int gatehouse_tls_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(context, certificate);
}

// The callback's argument is on purpose a context of the caller, not of OpenSSL.
static inline void gatehouse_tls_set_server_name_callback(SSL_CTX *context, gatehouse_server_name_callback callback,
                                                          void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}

static inline int gatehouse_tls_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

static inline void gatehouse_bio_ask_again(BIO *bio) { BIO_set_retry_read(bio); }
static inline void gatehouse_bio_clear_flags(BIO *bio) { BIO_clear_retry_flags(bio); }

#endif
