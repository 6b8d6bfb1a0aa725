// Readiness over libuv's uv_poll, for Node and Electron. The functions are looked up at run time
// and the handles are opaque, so that the addon has no undefined libuv symbol and loads in
// runtimes without libuv. Runs on the JavaScript thread of its Env.
#include <cstdlib>
#include <cstring>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include "readiness.h"

namespace zmqx {
namespace {

// From libuv's stable ABI: the value of UV_POLL in uv_handle_type and of UV_READABLE.
constexpr int kUvPoll = 8;
constexpr int kUvReadable = 1;

// V8 has small integers of 31 bits.
constexpr uint64_t kTurns = 0x3fffffff;

using UvLoop = struct uv_loop_s;
using UvHandle = void;

// uv_metrics_t, whose other members are of no use here.
struct UvMetrics {
  uint64_t loop_count;
  uint64_t others[15];
};

struct Uv {
  size_t (*handle_size)(int);
  int (*poll_init_socket)(UvLoop*, UvHandle*, zmq_fd_t);
  int (*poll_start)(UvHandle*, int, void (*)(UvHandle*, int, int));
  int (*poll_stop)(UvHandle*);
  void (*handle_set_data)(UvHandle*, void*);
  void* (*handle_get_data)(const UvHandle*);
  int (*is_active)(const UvHandle*);
  void (*ref)(UvHandle*);
  void (*unref)(UvHandle*);
  void (*close)(UvHandle*, void (*)(UvHandle*));
  int (*metrics_info)(UvLoop*, UvMetrics*);  // null before libuv 1.45
};

void* Symbol(const char* name) {
#ifdef _WIN32
  return reinterpret_cast<void*>(GetProcAddress(GetModuleHandle(nullptr), name));
#else
  return dlsym(RTLD_DEFAULT, name);
#endif
}

template <class Function>
bool Find(Function*& function, const char* name) {
  function = reinterpret_cast<Function*>(Symbol(name));
  return function != nullptr;
}

bool FindAll(Uv& uv) {
  Find(uv.metrics_info, "uv_metrics_info");
  return Find(uv.handle_size, "uv_handle_size") &&
         Find(uv.poll_init_socket, "uv_poll_init_socket") && Find(uv.poll_start, "uv_poll_start") &&
         Find(uv.poll_stop, "uv_poll_stop") && Find(uv.handle_set_data, "uv_handle_set_data") &&
         Find(uv.handle_get_data, "uv_handle_get_data") && Find(uv.is_active, "uv_is_active") &&
         Find(uv.ref, "uv_ref") && Find(uv.unref, "uv_unref") && Find(uv.close, "uv_close");
}

// The same for every environment of the process. Null where the runtime has no libuv.
const Uv* LoadUv() {
  static Uv uv{};
  static const bool complete = FindAll(uv);
  return complete ? &uv : nullptr;
}

class UvReadiness final : public Readiness {
 public:
  UvReadiness(const Uv& uv, UvLoop* loop) : uv_(uv), loop_(loop) {}

  // Handles are closed by turns of the loop, which the environment has to wait for. Only here,
  // because Deno frees the handle of such a hook twice.
  bool HoldEnvironment(napi_env env) {
    const auto nothing = [](napi_async_cleanup_hook_handle, void*) {};
    return napi_add_async_cleanup_hook(env, nothing, nullptr, &held_) == napi_ok;
  }

  const char* name() const override { return "uv"; }

  bool Arm(Watch& watch) override {
    watch.wanted = true;
    if (watch.backend == nullptr && !Open(watch)) return false;
    UpdateReference(watch);
    if (uv_.is_active(watch.backend) != 0) return true;
    return uv_.poll_start(watch.backend, kUvReadable, &OnPoll) == 0;
  }

  void Disarm(Watch& watch) override {
    watch.wanted = false;
    UpdateReference(watch);
  }

  void UpdateReference(Watch& watch) override {
    if (watch.backend == nullptr) return;
    if (watch.wanted && watch.referenced) {
      uv_.ref(watch.backend);
    } else {
      uv_.unref(watch.backend);
    }
  }

  void Forget(Watch& watch) override {
    if (watch.backend == nullptr) return;
    uv_.poll_stop(watch.backend);
    // From here on the handle belongs to the closing: it must not reach the watch any more.
    uv_.handle_set_data(watch.backend, this);
    uv_.close(watch.backend, &OnClosed);
    watch.backend = nullptr;
    watch.wanted = false;
  }

  int32_t Turn() const override {
    UvMetrics metrics{};
    if (uv_.metrics_info == nullptr || uv_.metrics_info(loop_, &metrics) != 0) return 0;
    return static_cast<int32_t>(metrics.loop_count & kTurns);
  }

  void Close(std::function<void()> done) override {
    done_ = std::move(done);
    if (open_ == 0) Finish();
  }

 private:
  bool Open(Watch& watch) {
    void* handle = std::calloc(1, uv_.handle_size(kUvPoll));
    if (handle == nullptr) return false;
    if (uv_.poll_init_socket(loop_, handle, watch.fd) != 0) {
      std::free(handle);
      return false;
    }
    uv_.handle_set_data(handle, &watch);
    watch.backend = handle;
    ++open_;
    return true;
  }

  static void OnPoll(UvHandle* handle, int, int) {
    auto* watch = static_cast<Watch*>(LoadUv()->handle_get_data(handle));
    if (watch->wanted) {
      watch->on_ready();
    } else {
      LoadUv()->poll_stop(handle);
    }
  }

  static void OnClosed(UvHandle* handle) {
    auto* self = static_cast<UvReadiness*>(LoadUv()->handle_get_data(handle));
    std::free(handle);
    if (--self->open_ == 0 && self->done_) self->Finish();
  }

  // `done_` may delete this object.
  void Finish() {
    const auto done = std::move(done_);
    const napi_async_cleanup_hook_handle held = held_;
    done();
    napi_remove_async_cleanup_hook(held);
  }

  const Uv& uv_;
  UvLoop* const loop_;
  size_t open_ = 0;
  napi_async_cleanup_hook_handle held_ = nullptr;
  std::function<void()> done_;
};

}  // namespace

std::unique_ptr<Readiness> CreateUvReadiness(napi_env env) {
  const Uv* uv = LoadUv();
  UvLoop* loop = nullptr;
  if (uv == nullptr || napi_get_uv_event_loop(env, &loop) != napi_ok || loop == nullptr) {
    return nullptr;
  }
  auto readiness = std::make_unique<UvReadiness>(*uv, loop);
  if (!readiness->HoldEnvironment(env)) return nullptr;
  return readiness;
}

}  // namespace zmqx
