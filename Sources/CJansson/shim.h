// jansson, as it is: the second opinion that the tests of our own JSON reader ask for.
#ifndef GATEHOUSE_CJANSSON_SHIM_H
#define GATEHOUSE_CJANSSON_SHIM_H
#include <jansson.h>
#endif
