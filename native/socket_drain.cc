// Receiving many messages in one call: small frames go into memory that JavaScript gives, and
// cost no call of their own. JavaScript thread.
#include <zmq.h>

#include <cerrno>
#include <cstring>

#include "check.h"
#include "message.h"
#include "socket.h"

namespace zmqx {
namespace {

// A header is the size of a frame and these flags, as in src/inflow.ts.
constexpr uint32_t kMore = 1u << 31;
constexpr uint32_t kApart = 1u << 30;

// Frames above have memory of their own: in a slab each would waste the rest of it.
constexpr size_t kInSlab = 1024;
// No more is read ahead once so much has come, lest long messages fill the memory.
constexpr size_t kEnough = 256 * 1024;
constexpr int kSlabFull = -0x10002;

template <class T>
struct View {
  T* data = nullptr;
  size_t length = 0;
};

template <class T>
bool Read(napi_env napi, napi_value value, View<T>* view) {
  napi_typedarray_type type;
  void* data = nullptr;
  if (napi_get_typedarray_info(napi, value, &type, &view->length, &data, nullptr, nullptr) !=
      napi_ok) {
    return false;
  }
  view->data = static_cast<T*>(data);
  return type == (sizeof(T) == 1 ? napi_uint8_array : napi_uint32_array);
}

}  // namespace

// drain(slab, used, headers, limit, apart): takes up to `limit` messages, without blocking. Writes
// their frames to `slab` from `used` on, or adds them to `apart` as Buffers, and a header for each
// to `headers`. The count of frames, or, if that is 0, why: kSlabFull or a negative errno.
napi_value Socket::JsDrain(napi_env napi, napi_callback_info info) {
  const Arguments<5> args(napi, info);
  Socket* self = Of(napi, args.self);
  View<uint8_t> slab;
  View<uint32_t> headers;
  uint32_t used = 0;
  int32_t limit = 0;
  if (self == nullptr || !Read(napi, args[0], &slab) ||
      napi_get_value_uint32(napi, args[1], &used) != napi_ok || used > slab.length ||
      !Read(napi, args[2], &headers) || !ReadInt32(napi, args[3], &limit) || limit < 1) {
    return Misuse(napi, "Expected a slab, what is used of it, headers, a limit and an array");
  }
  int status = self->Check();
  uint32_t count = 0;
  uint32_t apart = 0;
  size_t bytes = 0;
  while (status == 0 && count < headers.length) {
    if (!self->holds_) {
      status = ReceiveFrame(self->handle_, &self->held_);
      if (status != 0) break;
      self->holds_ = true;
    }
    const size_t size = self->held_.size();
    const bool more = zmq_msg_more(self->held_.get()) != 0;
    uint32_t header = more ? kMore : 0;
    if (size > kInSlab) {
      napi_value buffer = ToBuffer(napi, std::move(self->held_), self->receive_copy_limit_);
      if (buffer == nullptr) return nullptr;
      napi_set_element(napi, args[4], apart++, buffer);
      header |= kApart;
    } else {
      if (used + size > slab.length) {
        status = kSlabFull;
        break;
      }
      std::memcpy(slab.data + used, self->held_.data(), size);
      used += size;
      header |= size;
    }
    self->holds_ = false;
    headers.data[count++] = header;
    bytes += size;
    if (!more && (--limit == 0 || bytes >= kEnough)) break;
  }
  return Number(napi, count > 0 ? static_cast<int32_t>(count) : status);
}

}  // namespace zmqx
