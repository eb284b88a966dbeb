/* A stand-in for NVIDIA's management library, compiled by the tests only. -DCASE_… chooses how it behaves:
   two cards by default; init that fails, a lost card, a lying count, a name without an end, a missing function. */
#include <stdlib.h>
#include <string.h>

typedef struct { unsigned long long total, free, used; } Memory;

static const unsigned long long GIB = 1024ull * 1024 * 1024;
static int indexes[2] = {0, 1};
/* Calls of init less calls of shutdown: a second init without a shutdown between them is refused. */
static int open_count = 0;

int nvmlInit_v2(void) {
#ifdef CASE_INIT_FAILS
  return 9;
#endif
  return open_count++ == 0 ? 0 : 999;
}

/* Unloading NVML while it is initialised is a fault of the caller's: it ends the process. */
__attribute__((destructor)) static void check_closed(void) {
  if (open_count != 0) abort();
}

int nvmlShutdown(void) { return --open_count == 0 ? 0 : 1; }

const char *nvmlErrorString(int code) { return code == 9 ? "Driver Not Loaded" : code == 15 ? "GPU is lost" : "Unknown Error"; }

int nvmlDeviceGetCount_v2(unsigned int *count) {
#if defined(CASE_NO_DEVICES)
  *count = 0;
#elif defined(CASE_LYING_COUNT)
  *count = 4000000000u;
#else
  *count = 2;
#endif
  return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) {
  if (index > 1) return 2;
  *device = &indexes[index];
  return 0;
}

int nvmlDeviceGetName(void *device, char *name, unsigned int length) {
#ifdef CASE_ENDLESS_NAME
  (void)device;
  memset(name, 'x', length);
#else
  strncpy(name, *(int *)device == 0 ? "Stand-in GPU A" : "Stand-in GPU \xc3\x9f", length);
#endif
  return 0;
}

#ifndef CASE_MISSING_MEMORY
int nvmlDeviceGetMemoryInfo(void *device, Memory *memory) {
  int index = *(int *)device;
#ifdef CASE_LOST_DEVICE
  if (index == 1) return 15;
#endif
  memory->total = (index == 0 ? 24 : 80) * GIB;
  memory->used = (index == 0 ? 1 : 3) * GIB + 7;
  memory->free = memory->total - memory->used;
  return 0;
}
#endif

#ifndef CASE_NO_DRIVER_VERSION
int nvmlSystemGetDriverVersion(char *version, unsigned int length) {
  strncpy(version, "580.65.06", length);
  return 0;
}
#endif
