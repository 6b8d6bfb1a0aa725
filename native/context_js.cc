// Context: what JavaScript sees of a ContextCore. Methods give 0 or a negative errno.
#include <zmq.h>

#include <cerrno>
#include <utility>

#include "call.h"
#include "check.h"
#include "context.h"
#include "env.h"

namespace zmqx {
namespace {

constexpr int kStarted = 1;
constexpr size_t kMaxText = 256;

// What libzmq reads once, when the first socket starts the threads of the context.
bool CountsAtStart(int32_t option) {
  return option == ZMQ_IO_THREADS || option == ZMQ_MAX_SOCKETS ||
         (option >= ZMQ_THREAD_PRIORITY && option <= ZMQ_THREAD_SCHED_POLICY) ||
         (option >= ZMQ_THREAD_AFFINITY_CPU_ADD && option <= ZMQ_THREAD_NAME_PREFIX);
}

}  // namespace

napi_value Context::Define(napi_env napi) {
  const napi_property_descriptor methods[] = {
      ZMQX_METHOD("open", JsOpen),           ZMQX_METHOD("token", JsToken),
      ZMQX_METHOD("getOption", JsGetOption), ZMQX_METHOD("setOption", JsSetOption),
      ZMQX_METHOD("shutdown", JsShutdown),   ZMQX_METHOD("terminate", JsTerminate),
  };
  napi_value constructor = nullptr;
  napi_define_class(napi, "Context", NAPI_AUTO_LENGTH, &JsNew, nullptr, std::size(methods), methods,
                    &constructor);
  return constructor;
}

napi_value Context::JsNew(napi_env napi, napi_callback_info info) {
  const Arguments<0> args(napi, info);
  Env* env = Env::Of(napi);
  if (env == nullptr || args.self == nullptr) return nullptr;
  auto context = std::make_unique<Context>(env);
  const auto finalize = [](napi_env, void* self, void*) { delete static_cast<Context*>(self); };
  if (!Wrap(napi, args.self, context.get(), finalize)) return nullptr;
  env->contexts.insert(context.release());
  return args.self;
}

// open(): the default context; open(null): a new one; open(token): one made elsewhere.
napi_value Context::JsOpen(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  auto* self = Unwrap<Context>(napi, args.self);
  if (self == nullptr || self->core_ != nullptr) return Misuse(napi, "Expected a fresh Context");
  int error = ENOENT;
  uint32_t token = 0;
  switch (TypeOf(napi, args[0])) {
    case napi_undefined:
      self->core_ = ContextCore::Default(&error);
      break;
    case napi_null:
      self->core_ = ContextCore::Create(&error);
      break;
    default:
      napi_get_value_uint32(napi, args[0], &token);
      self->core_ = ContextCore::Find(token);
  }
  return Number(napi, self->core_ == nullptr ? -error : 0);
}

napi_value Context::JsToken(napi_env napi, napi_callback_info info) {
  const Arguments<0> args(napi, info);
  auto* self = Unwrap<Context>(napi, args.self);
  if (self == nullptr || self->core_ == nullptr) return Misuse(napi, "Expected an open Context");
  napi_value token = nullptr;
  napi_create_uint32(napi, self->core_->token(), &token);
  return token;
}

// getOption(id, isText): a number or a string, or undefined where libzmq does not know the option
// or the context has ended, with the reason in lastErrno().
napi_value Context::JsGetOption(napi_env napi, napi_callback_info info) {
  const Arguments<2> args(napi, info);
  auto* self = Unwrap<Context>(napi, args.self);
  int32_t option = 0;
  if (self == nullptr || self->core_ == nullptr || !ReadInt32(napi, args[0], &option)) {
    return Misuse(napi, "Expected an open Context and an option");
  }
  if (ReadBool(napi, args[1])) {
    char text[kMaxText] = {};
    size_t size = sizeof text;
    const int status = self->core_->Use([&](void* handle) {
      return StatusOf([&] { return zmq_ctx_get_ext(handle, option, text, &size); });
    });
    if (status < 0) self->env_->last_errno = -status;
    return status < 0 ? Undefined(napi) : String(napi, text);
  }
  int value = 0;
  const int status = self->core_->Use([&](void* handle) {
    size_t size = sizeof value;
    return StatusOf([&] { return zmq_ctx_get_ext(handle, option, &value, &size); });
  });
  if (status < 0) self->env_->last_errno = -status;
  return status < 0 ? Undefined(napi) : Number(napi, value);
}

// setOption(id, value): 0, a negative errno, or kStarted when it is too late for this option.
napi_value Context::JsSetOption(napi_env napi, napi_callback_info info) {
  const Arguments<2> args(napi, info);
  auto* self = Unwrap<Context>(napi, args.self);
  int32_t option = 0;
  if (self == nullptr || self->core_ == nullptr || !ReadInt32(napi, args[0], &option)) {
    return Misuse(napi, "Expected an open Context and an option");
  }
  std::string text;
  int32_t value = 0;
  const bool is_text = ReadString(napi, args[1], &text);
  if (!is_text && !ReadInt32(napi, args[1], &value)) {
    return Misuse(napi, "Expected a number or a string");
  }
  if (CountsAtStart(option) && self->core_->started()) return Number(napi, kStarted);
  // libzmq takes any four bytes for a number: a text of that length goes with its NUL.
  const size_t size = text.size() == sizeof value ? text.size() + 1 : text.size();
  const int result = self->core_->Use([&](void* handle) {
    return StatusOf([&] {
      return is_text ? zmq_ctx_set_ext(handle, option, text.c_str(), size)
                     : zmq_ctx_set(handle, option, value);
    });
  });
  if (result == 0) self->core_->NoteOption(option, value);
  return Number(napi, result);
}

napi_value Context::JsShutdown(napi_env napi, napi_callback_info info) {
  const Arguments<0> args(napi, info);
  auto* self = Unwrap<Context>(napi, args.self);
  if (self == nullptr || self->core_ == nullptr) return Misuse(napi, "Expected an open Context");
  self->core_->Shutdown();
  return Number(napi, 0);
}

// Calls the method onterminated() of the wrapper when the context is gone.
napi_value Context::JsTerminate(napi_env napi, napi_callback_info info) {
  const Arguments<0> args(napi, info);
  auto* self = Unwrap<Context>(napi, args.self);
  if (self == nullptr || self->core_ == nullptr) return Misuse(napi, "Expected an open Context");
  if (self->self_ != nullptr) return Number(napi, 0);
  if (napi_create_reference(napi, args.self, 1, &self->self_) != napi_ok) return nullptr;
  self->env_->inbox()->Hold();
  self->core_->Terminate(
      [inbox = self->env_->inbox(), self] { inbox->Post([self](Env&) { self->Terminated(); }); });
  return Number(napi, 0);
}

void Context::Terminated() {
  env_->inbox()->Release();
  napi_ref self = std::exchange(self_, nullptr);
  env_->Call(self, "onterminated", 0);
  napi_delete_reference(env_->napi(), self);
}

void Context::Release() {
  if (env_ != nullptr) env_->contexts.erase(this);
  env_ = nullptr;
  core_.reset();
}

}  // namespace zmqx
