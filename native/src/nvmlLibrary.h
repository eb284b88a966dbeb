// Owns the loading of NVIDIA's management library at run time. Nothing of NVML is needed to build:
// the few declarations below restate its public C interface (nvml.h, API version 2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lathe {

struct GpuDevice {
  uint32_t index = 0;
  std::string name;
  uint64_t totalBytes = 0;
  uint64_t freeBytes = 0;
  uint64_t usedBytes = 0;
};

struct GpuReport {
  std::vector<GpuDevice> devices;
  // Empty when the driver does not tell.
  std::string driver;
  // Why devices are missing, in words; empty when every device was read.
  std::string reason;
};

// Loads NVML, reads every device and unloads it again. Never throws for a library that is absent, damaged or too
// old, nor for a device that fails: `reason` says which and the other devices are still returned.
// `libraryPath`: UTF-8; empty means the system's own NVML. Blocks for up to a second or so: call it off the JS thread.
GpuReport ReadGpus(const std::string& libraryPath);

}  // namespace lathe
