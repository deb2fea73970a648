// What Swift's importer cannot see of libevent: function-like macros and untyped constants.
#ifndef GATEHOUSE_CLIBEVENT_SHIM_H
#define GATEHOUSE_CLIBEVENT_SHIM_H

// First, because event-config.h defines _GNU_SOURCE, under which fd_set differs from that of Swift's Glibc module.
#include <sys/select.h>

#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/dns.h>
#include <event2/util.h>

#endif
