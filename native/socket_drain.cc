// Receiving many messages in one call: small frames go into memory that JavaScript gives, and
// cost no call of their own. JavaScript thread.
#include <zmq.h>

#include <algorithm>
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
constexpr uint32_t kSizeMask = kApart - 1;

// No more is read ahead once so much has come, lest long messages fill the memory.
constexpr size_t kEnough = 256 * 1024;

template <class T>
bool Read(napi_env napi, napi_value value, T** data, size_t* length) {
  napi_typedarray_type type;
  void* start = nullptr;
  if (napi_get_typedarray_info(napi, value, &type, length, &start, nullptr, nullptr) != napi_ok) {
    return false;
  }
  *data = static_cast<T*>(start);
  return type == (sizeof(T) == 1 ? napi_uint8_array : napi_uint32_array);
}

// Memory that JavaScript gives for frames up to some size; see src/slab.ts.
struct Slab {
  const size_t longest;
  uint8_t* data = nullptr;
  size_t length = 0;
  uint32_t used = 0;

  bool Read(napi_env napi, napi_value memory, napi_value already_used) {
    return zmqx::Read(napi, memory, &data, &length) &&
           napi_get_value_uint32(napi, already_used, &used) == napi_ok && used <= length;
  }
  bool Fits(size_t size) const { return size <= longest && used + size <= length; }
  bool IsFull() const { return !Fits(longest); }
  void Add(const void* bytes, size_t size) {
    if (size > 0) std::memcpy(data + used, bytes, size);
    used += static_cast<uint32_t>(size);
  }
};

}  // namespace

// drain(id, limit, headers, apart, small, smallUsed, medium, mediumUsed): takes up to `limit`
// messages, without blocking. Writes their frames to one of the slabs, from what is used of it
// on, or adds them to `apart` as Buffers, and a header for each to `headers`. The last message is
// whole unless `headers` ended first. The count of frames, or, if that is 0, a negative errno.
napi_value Socket::JsDrain(napi_env napi, napi_callback_info info) {
  const Arguments<8> args(napi, info);
  Socket* self = Find(napi, args[0]);
  if (self == nullptr) return Number(napi, Gone());
  int32_t limit = 0;
  uint32_t* headers = nullptr;
  size_t most = 0;
  Slab small{1024};
  Slab medium{4096};
  if (!ReadInt32(napi, args[1], &limit) || limit < 1 || !Read(napi, args[2], &headers, &most) ||
      !small.Read(napi, args[4], args[5]) || !medium.Read(napi, args[6], args[7])) {
    return Misuse(napi, "Expected a limit, headers, an array and two slabs");
  }
  int status = self->Check();
  bool is_enough = false;
  size_t bytes = 0;
  uint32_t count = 0;
  uint32_t apart = 0;
  while (status == 0 && !is_enough && count < most) {
    Frame frame;
    status = ReceiveFrame(self->handle_, &frame);
    if (status != 0) break;
    const size_t size = frame.size();
    const bool more = zmq_msg_more(frame.get()) != 0;
    Slab& slab = size <= small.longest ? small : medium;
    bytes += size;
    uint32_t header = static_cast<uint32_t>(std::min<size_t>(size, kSizeMask));
    if (more) header |= kMore;
    if (slab.Fits(size)) {
      slab.Add(frame.data(), size);
    } else {
      napi_value buffer = ToBuffer(napi, std::move(frame), self->receive_copy_limit_);
      if (buffer == nullptr) return nullptr;
      napi_set_element(napi, args[3], apart++, buffer);
      header |= kApart;
    }
    headers[count++] = header;
    if (more) continue;
    is_enough = --limit == 0 || bytes >= kEnough || small.IsFull() || medium.IsFull();
  }
  return Number(napi, count > 0 ? static_cast<int32_t>(count) : status);
}

}  // namespace zmqx
