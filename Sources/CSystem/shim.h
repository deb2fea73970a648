// What Swift's Glibc module lacks: eventfd, and GNU functions.
#ifndef GATEHOUSE_CSYSTEM_SHIM_H
#define GATEHOUSE_CSYSTEM_SHIM_H

#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// Declared by glibc for _GNU_SOURCE alone, which would make its types differ from those of Swift's module.
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

// How many processors this process may run on; 0 when that cannot be told.
int sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t *set);

#endif
