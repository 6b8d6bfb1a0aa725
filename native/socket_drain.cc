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

// drain(id, slab, used, headers, limit, apart): takes up to `limit` messages, without blocking.
// Writes their frames to `slab` from `used` on, or adds them to `apart` as Buffers, and a header
// for each to `headers`. The last message is whole unless `headers` ended first. The count of
// frames, or, if that is 0, a negative errno.
napi_value Socket::JsDrain(napi_env napi, napi_callback_info info) {
  const Arguments<6> args(napi, info);
  Socket* self = Find(napi, args[0]);
  if (self == nullptr) return Number(napi, -EBADF);
  View<uint8_t> slab;
  View<uint32_t> headers;
  uint32_t used = 0;
  int32_t limit = 0;
  if (!Read(napi, args[1], &slab) || napi_get_value_uint32(napi, args[2], &used) != napi_ok ||
      used > slab.length || !Read(napi, args[3], &headers) || !ReadInt32(napi, args[4], &limit) ||
      limit < 1) {
    return Misuse(napi, "Expected a slab, what is used of it, headers, a limit and an array");
  }
  int status = self->Check();
  bool is_enough = false;
  size_t bytes = 0;
  uint32_t count = 0;
  uint32_t apart = 0;
  while (status == 0 && !is_enough && count < headers.length) {
    Frame frame;
    status = ReceiveFrame(self->handle_, &frame);
    if (status != 0) break;
    const size_t size = frame.size();
    const bool more = zmq_msg_more(frame.get()) != 0;
    const bool fits = used + size <= slab.length;
    bytes += size;
    if (!more && --limit == 0) is_enough = true;
    if (!more && (bytes >= kEnough || !fits)) is_enough = true;
    uint32_t header = more ? kMore : 0;
    if (size <= kInSlab && fits) {
      std::memcpy(slab.data + used, frame.data(), size);
      used += size;
      header |= size;
    } else {
      napi_value buffer = ToBuffer(napi, std::move(frame), self->receive_copy_limit_);
      if (buffer == nullptr) return nullptr;
      napi_set_element(napi, args[5], apart++, buffer);
      header |= kApart;
    }
    headers.data[count++] = header;
  }
  return Number(napi, count > 0 ? static_cast<int32_t>(count) : status);
}

}  // namespace zmqx
