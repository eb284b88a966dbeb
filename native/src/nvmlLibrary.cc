#include "nvmlLibrary.h"

#include <mutex>

#ifdef _WIN32
#define NOMINMAX
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace lathe {
namespace {

using NvmlReturn = int;
using NvmlDevice = void*;
struct NvmlMemory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

constexpr NvmlReturn kSuccess = 0;
// Room for the longest name NVML returns (NVML_DEVICE_NAME_V2_BUFFER_SIZE = 96) and then some.
constexpr unsigned int kTextLength = 256;
// More than any machine holds: a count beyond it is a broken driver's, not a number to loop over.
constexpr unsigned int kMostDevices = 256;

#if defined(_WIN32)
constexpr const char* kSystemLibrary = "nvml.dll";
#else
constexpr const char* kSystemLibrary = "libnvidia-ml.so.1";
#endif

// The open library; closed when it leaves scope.
class Library {
 public:
  explicit Library(const std::string& path) {
#ifdef _WIN32
    if (path.empty()) {
      // System32 only: a planted nvml.dll in the working folder must not load.
      handle_ = LoadLibraryExA(kSystemLibrary, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    } else {
      std::wstring wide(MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, nullptr, 0), L'\0');
      MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, wide.data(), static_cast<int>(wide.size()));
      handle_ = LoadLibraryExW(wide.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
    }
    if (handle_ == nullptr) error_ = "Windows error " + std::to_string(GetLastError());
#else
    handle_ = dlopen(path.empty() ? kSystemLibrary : path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) {
      const char* text = dlerror();
      error_ = text == nullptr ? "no reason given" : text;
    }
#endif
  }

  ~Library() {
    if (handle_ == nullptr) return;
#ifdef _WIN32
    FreeLibrary(handle_);
#else
    dlclose(handle_);
#endif
  }

  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  bool isOpen() const { return handle_ != nullptr; }
  const std::string& error() const { return error_; }

  template <typename Function>
  bool find(const char* name, Function& function) const {
#ifdef _WIN32
    function = reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(handle_, name)));
#else
    function = reinterpret_cast<Function>(dlsym(handle_, name));
#endif
    return function != nullptr;
  }

 private:
#ifdef _WIN32
  HMODULE handle_ = nullptr;
#else
  void* handle_ = nullptr;
#endif
  std::string error_;
};

struct Functions {
  NvmlReturn (*init)() = nullptr;
  NvmlReturn (*shutdown)() = nullptr;
  NvmlReturn (*deviceCount)(unsigned int*) = nullptr;
  NvmlReturn (*deviceByIndex)(unsigned int, NvmlDevice*) = nullptr;
  NvmlReturn (*deviceName)(NvmlDevice, char*, unsigned int) = nullptr;
  NvmlReturn (*deviceMemory)(NvmlDevice, NvmlMemory*) = nullptr;
  // These two may be missing: they only make the report nicer.
  NvmlReturn (*driverVersion)(char*, unsigned int) = nullptr;
  const char* (*errorText)(NvmlReturn) = nullptr;
};

// Fills `functions`; returns the names of those that the library lacks, separated by commas.
std::string FindFunctions(const Library& library, Functions& functions) {
  std::string missing;
  const auto need = [&](const char* name, auto& function) {
    if (!library.find(name, function)) missing += (missing.empty() ? "" : ", ") + std::string(name);
  };
  need("nvmlInit_v2", functions.init);
  need("nvmlShutdown", functions.shutdown);
  need("nvmlDeviceGetCount_v2", functions.deviceCount);
  need("nvmlDeviceGetHandleByIndex_v2", functions.deviceByIndex);
  need("nvmlDeviceGetName", functions.deviceName);
  need("nvmlDeviceGetMemoryInfo", functions.deviceMemory);
  library.find("nvmlSystemGetDriverVersion", functions.driverVersion);
  library.find("nvmlErrorString", functions.errorText);
  return missing;
}

// "nvmlInit_v2 failed: Driver Not Loaded (NVML error 9)"
std::string Failure(const Functions& functions, const char* call, NvmlReturn code) {
  const char* text = functions.errorText == nullptr ? nullptr : functions.errorText(code);
  return std::string(call) + " failed: " + (text == nullptr ? "unknown" : text) + " (NVML error " + std::to_string(code) + ")";
}

// Reads one device; returns the reason when it cannot be read.
std::string ReadDevice(const Functions& functions, unsigned int index, GpuDevice& device) {
  NvmlDevice handle = nullptr;
  NvmlReturn code = functions.deviceByIndex(index, &handle);
  if (code != kSuccess) return Failure(functions, "nvmlDeviceGetHandleByIndex_v2", code);
  // One byte more than NVML is told of, so that a name without its closing zero still ends.
  char name[kTextLength + 1] = {};
  code = functions.deviceName(handle, name, kTextLength);
  if (code != kSuccess) return Failure(functions, "nvmlDeviceGetName", code);
  NvmlMemory memory = {};
  code = functions.deviceMemory(handle, &memory);
  if (code != kSuccess) return Failure(functions, "nvmlDeviceGetMemoryInfo", code);
  device = {index, name, memory.total, memory.free, memory.used};
  return "";
}

void ReadDevices(const Functions& functions, GpuReport& report) {
  char driver[kTextLength + 1] = {};
  if (functions.driverVersion != nullptr && functions.driverVersion(driver, kTextLength) == kSuccess) report.driver = driver;
  unsigned int count = 0;
  const NvmlReturn code = functions.deviceCount(&count);
  if (code != kSuccess) {
    report.reason = Failure(functions, "nvmlDeviceGetCount_v2", code);
    return;
  }
  if (count == 0) report.reason = "The NVIDIA driver reports no GPU";
  if (count > kMostDevices) {
    report.reason = "The NVIDIA driver reports " + std::to_string(count) + " GPUs; only the first " + std::to_string(kMostDevices) + " were read";
    count = kMostDevices;
  }
  for (unsigned int index = 0; index < count; index += 1) {
    GpuDevice device;
    const std::string failure = ReadDevice(functions, index, device);
    if (failure.empty()) {
      report.devices.push_back(device);
    } else {
      report.reason += (report.reason.empty() ? "" : "; ") + std::string("GPU ") + std::to_string(index) + " was left out: " + failure;
    }
  }
}

}  // namespace

GpuReport ReadGpus(const std::string& libraryPath) {
  // NVML counts its inits, but two threads must not unload it under each other.
  static std::mutex oneAtATime;
  const std::lock_guard<std::mutex> lock(oneAtATime);
  GpuReport report;
#ifdef __APPLE__
  if (libraryPath.empty()) {
    report.reason = "NVIDIA's management library does not exist on macOS";
    return report;
  }
#endif
  const Library library(libraryPath);
  if (!library.isOpen()) {
    report.reason = "NVIDIA's management library could not be loaded (no NVIDIA driver?): " + library.error();
    return report;
  }
  Functions functions;
  const std::string missing = FindFunctions(library, functions);
  if (!missing.empty()) {
    report.reason = "NVIDIA's management library lacks " + missing + ": the driver is too old";
    return report;
  }
  const NvmlReturn code = functions.init();
  if (code != kSuccess) {
    report.reason = Failure(functions, "nvmlInit_v2", code);
    return report;
  }
  ReadDevices(functions, report);
  functions.shutdown();
  return report;
}

}  // namespace lathe
