// What Swift's Glibc module lacks: eventfd, GNU functions, and ioctl with its variable arguments.
#ifndef GATEHOUSE_CSYSTEM_SHIM_H
#define GATEHOUSE_CSYSTEM_SHIM_H

#include <linux/sockios.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

// Declared by glibc for _GNU_SOURCE alone, which would make its types differ from those of Swift's module.
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

// How many processors this process may run on; 0 when that cannot be told.
int sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t *set);

// Asks for the bytes that a socket was given and its peer has not taken (tcp(7)).
static inline int gatehouse_untaken(int descriptor, int *count) { return ioctl(descriptor, SIOCOUTQ, count); }

#endif
