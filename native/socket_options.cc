// Getting and setting options, by the kinds of the table in src/options.ts.
#include <zmq.h>

#include <array>

#ifndef _WIN32
#include <sys/socket.h>
#endif

#include "call.h"
#include "check.h"
#include "env.h"
#include "socket.h"

namespace zmqx {
namespace {

// In the order of the kinds in src/native.ts.
enum Kind { kBool, kInt32, kInt64, kUint64, kBytes, kString, kKey };

// More than any value that libzmq gives out.
constexpr size_t kMaxValue = 4096;
// A CURVE key as Z85 text, with its NUL.
constexpr size_t kKeyText = 41;

bool ReadBigInt(napi_env napi, napi_value value, int64_t* number) {
  bool lossless = false;
  if (napi_get_value_bigint_int64(napi, value, number, &lossless) == napi_ok) return true;
  return napi_get_value_int64(napi, value, number) == napi_ok;
}

bool ReadBigInt(napi_env napi, napi_value value, uint64_t* number) {
  bool lossless = false;
  if (napi_get_value_bigint_uint64(napi, value, number, &lossless) == napi_ok) return true;
  int64_t small = 0;
  if (napi_get_value_int64(napi, value, &small) != napi_ok) return false;
  *number = static_cast<uint64_t>(small);
  return true;
}

template <class T>
int Set(void* handle, int option, const T& value) {
  return StatusOf([&] { return zmq_setsockopt(handle, option, &value, sizeof value); });
}

int SetBytes(void* handle, int option, const void* data, size_t size) {
  return StatusOf([&] { return zmq_setsockopt(handle, option, data, size); });
}

// Strings and Buffers; null is the absence of a value.
int SetBytes(napi_env napi, void* handle, int option, napi_value value) {
  std::string text;
  if (ReadString(napi, value, &text)) return SetBytes(handle, option, text.data(), text.size());
  void* data = nullptr;
  size_t size = 0;
  bool is_buffer = false;
  if (napi_is_buffer(napi, value, &is_buffer) == napi_ok && is_buffer) {
    napi_get_buffer_info(napi, value, &data, &size);
    // libzmq takes a null pointer for the absence of a value, which an empty Buffer is not.
    return SetBytes(handle, option, data == nullptr ? "" : data, size);
  }
  return SetBytes(handle, option, nullptr, 0);
}

napi_value BigInt(napi_env napi, int64_t number) {
  napi_value value = nullptr;
  napi_create_bigint_int64(napi, number, &value);
  return value;
}

napi_value BigInt(napi_env napi, uint64_t number) {
  napi_value value = nullptr;
  napi_create_bigint_uint64(napi, number, &value);
  return value;
}

napi_value BytesOf(napi_env napi, const char* data, size_t size) {
  napi_value value = nullptr;
  napi_create_buffer_copy(napi, size, data, nullptr, &value);
  return value;
}

// Null, with errno set, where libzmq refuses.
template <class T, class Make>
napi_value Get(napi_env napi, void* handle, int option, Make make) {
  T value{};
  if (GetOption(handle, option, &value) != 0) return nullptr;
  return make(napi, value);
}

napi_value Get(napi_env napi, void* handle, int option, int kind) {
  switch (kind) {
    case kBool:
    case kInt32:
      return Get<int32_t>(napi, handle, option, &Number);
    case kInt64:
      return Get<int64_t>(napi, handle, option, [](auto env, int64_t v) { return BigInt(env, v); });
    case kUint64:
      return Get<uint64_t>(napi, handle, option,
                           [](auto env, uint64_t v) { return BigInt(env, v); });
    default:
      break;
  }
  std::array<char, kMaxValue> text;
  size_t size = kind == kKey ? kKeyText : text.size();
  if (zmq_getsockopt(handle, option, text.data(), &size) == -1) return nullptr;
  if (kind == kBytes) return BytesOf(napi, text.data(), size);
  // Strings come with their NUL.
  const std::string_view string(text.data(), size > 0 ? size - 1 : 0);
  return String(napi, option == ZMQ_LAST_ENDPOINT ? Inproc::NameIn(string) : string);
}

// libzmq aborts the process when it is to accept on anything else.
bool IsListening([[maybe_unused]] int descriptor) {
#ifdef _WIN32
  return true;
#else
  int listening = 0;
  socklen_t size = sizeof listening;
  return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 &&
         listening != 0;
#endif
}

}  // namespace

// getOption(id, kind): a number, bigint, Buffer or string; or undefined, with the reason in
// errno().
napi_value Socket::JsGetOption(napi_env napi, napi_callback_info info) {
  const Arguments<2> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  int32_t option = 0;
  int32_t kind = 0;
  if (self == nullptr || !ReadInt32(napi, args[0], &option) || !ReadInt32(napi, args[1], &kind)) {
    return Misuse(napi, "Expected an option and its kind");
  }
  const int status = self->Check();
  napi_value value = status == 0 ? Get(napi, self->handle_, option, kind) : nullptr;
  if (value != nullptr) return value;
  if (Env* env = Env::Of(napi)) env->last_errno = status == 0 ? zmq_errno() : -status;
  return Undefined(napi);
}

// setOption(id, kind, value): 0 or a negative errno.
napi_value Socket::JsSetOption(napi_env napi, napi_callback_info info) {
  const Arguments<3> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  int32_t option = 0;
  int32_t kind = 0;
  if (self == nullptr || !ReadInt32(napi, args[0], &option) || !ReadInt32(napi, args[1], &kind)) {
    return Misuse(napi, "Expected an option and its kind");
  }
  if (const int status = self->Check(); status != 0) return Number(napi, status);
  int32_t small = 0;
  int64_t large = 0;
  uint64_t natural = 0;
  switch (kind) {
    case kBool:
    case kInt32:
      if (!ReadInt32(napi, args[2], &small)) return Misuse(napi, "Expected a number");
      if (option == ZMQ_USE_FD && small != -1 && !IsListening(small)) return Number(napi, -EINVAL);
      return Number(napi, Set(self->handle_, option, small));
    case kInt64:
      if (!ReadBigInt(napi, args[2], &large)) return Misuse(napi, "Expected a bigint");
      return Number(napi, Set(self->handle_, option, large));
    case kUint64:
      if (!ReadBigInt(napi, args[2], &natural)) return Misuse(napi, "Expected a bigint");
      return Number(napi, Set(self->handle_, option, natural));
    default:
      return Number(napi, SetBytes(napi, self->handle_, option, args[2]));
  }
}

// tune(receiveCopyLimit, sendCopyLimit, lends)
napi_value Socket::JsTune(napi_env napi, napi_callback_info info) {
  const Arguments<3> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  uint32_t receive_limit = 0;
  uint32_t send_limit = 0;
  if (self == nullptr || napi_get_value_uint32(napi, args[0], &receive_limit) != napi_ok ||
      napi_get_value_uint32(napi, args[1], &send_limit) != napi_ok) {
    return Misuse(napi, "Expected two limits");
  }
  self->receive_copy_limit_ = receive_limit;
  self->send_copy_limit_ = send_limit;
  self->lends_ = ReadBool(napi, args[2]);
  return Number(napi, 0);
}

}  // namespace zmqx
