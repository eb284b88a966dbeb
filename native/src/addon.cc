// The addon's only door: readGpus(): Promise<{devices, driver, reason}>. Does not decide what a GPU is used for.
#include <napi.h>

#include <cstdlib>
#include <string>

#include "nvmlLibrary.h"

namespace {

Napi::Value TextOrNull(Napi::Env env, const std::string& text) {
  return text.empty() ? env.Null() : Napi::String::New(env, text).As<Napi::Value>();
}

Napi::Object ToObject(Napi::Env env, const lathe::GpuDevice& device) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("index", Napi::Number::New(env, device.index));
  object.Set("name", Napi::String::New(env, device.name));
  // Doubles hold every byte count up to 8 PiB exactly.
  object.Set("totalBytes", Napi::Number::New(env, static_cast<double>(device.totalBytes)));
  object.Set("freeBytes", Napi::Number::New(env, static_cast<double>(device.freeBytes)));
  object.Set("usedBytes", Napi::Number::New(env, static_cast<double>(device.usedBytes)));
  return object;
}

// NVML may take a second to wake a sleeping card: that is spent on the thread pool, never on the JS thread.
class ReadGpusWorker : public Napi::AsyncWorker {
 public:
  ReadGpusWorker(Napi::Env env, std::string libraryPath)
      : Napi::AsyncWorker(env, "lathe.readGpus"), deferred_(Napi::Promise::Deferred::New(env)), libraryPath_(std::move(libraryPath)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override { report_ = lathe::ReadGpus(libraryPath_); }

  void OnOK() override {
    Napi::Env env = Env();
    Napi::Array devices = Napi::Array::New(env, report_.devices.size());
    for (uint32_t at = 0; at < report_.devices.size(); at += 1) devices.Set(at, ToObject(env, report_.devices[at]));
    Napi::Object result = Napi::Object::New(env);
    result.Set("devices", devices);
    result.Set("driver", TextOrNull(env, report_.driver));
    result.Set("reason", TextOrNull(env, report_.reason));
    deferred_.Resolve(result);
  }

  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  std::string libraryPath_;
  lathe::GpuReport report_;
};

Napi::Value ReadGpus(const Napi::CallbackInfo& info) {
  // Read here and not on the worker's thread: the environment may change under a running getenv.
  const char* override = std::getenv("LATHE_NVML_LIBRARY");
  auto* worker = new ReadGpusWorker(info.Env(), override == nullptr ? "" : override);
  Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("readGpus", Napi::Function::New(env, ReadGpus, "readGpus"));
  return exports;
}

}  // namespace

NODE_API_MODULE(lathe_gpu, Init)
