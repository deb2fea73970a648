// jansson, as it is.
#ifndef GATEHOUSE_CJANSSON_SHIM_H
#define GATEHOUSE_CJANSSON_SHIM_H
#include <jansson.h>
#endif
