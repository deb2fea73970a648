// hiredis' reader of replies, without its sockets; and what differs between its versions.
#ifndef GATEHOUSE_CHIREDIS_SHIM_H
#define GATEHOUSE_CHIREDIS_SHIM_H

#include <hiredis/hiredis.h>

// hiredis 1.0 and newer read RESP3 too, which we never ask for. Without these two functions it would hand out numbers as if
// they were pointers when a peer sends such values all the same.
#if HIREDIS_MAJOR >= 1
static inline void *gatehouse_refuse_double(const redisReadTask *task, double value, char *text, size_t count) {
    (void)task, (void)value, (void)text, (void)count;
    return NULL;
}

static inline void *gatehouse_refuse_bool(const redisReadTask *task, int value) {
    (void)task, (void)value;
    return NULL;
}
#endif

static inline void gatehouse_refuse_resp3(redisReplyObjectFunctions *functions) {
#if HIREDIS_MAJOR >= 1
    functions->createDouble = gatehouse_refuse_double;
    functions->createBool = gatehouse_refuse_bool;
#else
    (void)functions;
#endif
}

#endif
