// Receiving many messages in one call: small frames go into memory that JavaScript gives, and
// cost no call of their own. JavaScript thread.
#include <zmq.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "check.h"
#include "env.h"
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

// What there is to fill of the memory for frames up to some size.
struct Slab {
  const size_t longest;
  const Memory& memory;
  uint32_t used = 0;

  bool Read(napi_env napi, napi_value already_used) {
    return napi_get_value_uint32(napi, already_used, &used) == napi_ok && used <= memory.length;
  }
  bool Fits(size_t size) const { return size <= longest && used + size <= memory.length; }
  bool IsFull() const { return !Fits(longest); }
  void Add(const void* bytes, size_t size) {
    if (size > 0) std::memcpy(static_cast<uint8_t*>(memory.data) + used, bytes, size);
    used += static_cast<uint32_t>(size);
  }
};

// The frames that are left of a message.
void DropRest(void* socket) {
  Frame frame;
  do {
    if (ReceiveFrame(socket, &frame) != 0) return;
  } while (zmq_msg_more(frame.get()) != 0);
}

}  // namespace

// addInlet(longest): the number of a new one. `longest` is how many bytes a Buffer can have.
napi_value JsAddInlet(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  Env* env = Env::Of(napi);
  int64_t longest = 0;
  if (env == nullptr || napi_get_value_int64(napi, args[0], &longest) != napi_ok || longest < 0) {
    return Misuse(napi, "Expected a number of bytes");
  }
  env->longest_buffer = static_cast<size_t>(longest);
  env->inlets.emplace_back();
  return Number(napi, static_cast<int32_t>(env->inlets.size() - 1));
}

// receiveInto(inlet, place, memory): where drain() writes headers (0), frames for the small slab
// (1) and for the medium one (2). The caller keeps it until it gives another one.
napi_value JsReceiveInto(napi_env napi, napi_callback_info info) {
  const Arguments<3> args(napi, info);
  Env* env = Env::Of(napi);
  uint32_t inlet = 0;
  uint32_t place = 0;
  Memory memory;
  if (env == nullptr || napi_get_value_uint32(napi, args[0], &inlet) != napi_ok ||
      inlet >= env->inlets.size() || napi_get_value_uint32(napi, args[1], &place) != napi_ok ||
      place >= env->inlets[inlet].size() ||
      napi_get_arraybuffer_info(napi, args[2], &memory.data, &memory.length) != napi_ok) {
    return Misuse(napi, "Expected an inlet, a place and an ArrayBuffer");
  }
  env->inlets[inlet][place] = memory;
  return Undefined(napi);
}

// drain(id, limit, apart, smallUsed, mediumUsed): takes up to `limit` messages, without blocking.
// Writes their frames to one of the slabs, from what is used of it on, or adds them to `apart` as
// Buffers, and a header for each. The last message is whole unless the headers ended first. The
// count of frames, or, if that is 0, a negative errno. A message that cannot be had is lost, and
// makes this call fail, or the next one.
napi_value Socket::JsDrain(napi_env napi, napi_callback_info info) {
  const Arguments<5> args(napi, info);
  Socket* self = Find(napi, args[0]);
  if (self == nullptr) return Number(napi, Gone());
  const auto& [headers_memory, small_memory, medium_memory] = *self->inlet_;
  auto* headers = static_cast<uint32_t*>(headers_memory.data);
  const size_t most = headers_memory.length / sizeof(uint32_t);
  int32_t limit = 0;
  Slab small{1024, small_memory};
  Slab medium{4096, medium_memory};
  if (!ReadInt32(napi, args[1], &limit) || limit < 1 || !small.Read(napi, args[3]) ||
      !medium.Read(napi, args[4])) {
    return Misuse(napi, "Expected a limit, an array and what is used of the slabs");
  }
  int status = self->Check();
  if (status == 0) status = std::exchange(self->lost_, 0);
  const ReceiveTerms terms = self->TermsOfReceive();
  bool is_enough = false;
  size_t bytes = 0;
  // Of frames, and of those before the current message.
  uint32_t count = 0;
  uint32_t whole = 0;
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
      napi_value buffer = nullptr;
      status = ToBuffer(napi, std::move(frame), terms, &buffer);
      if (status != 0) {
        if (more) DropRest(self->handle_);
        if (whole > 0) self->lost_ = status;
        count = whole;
        break;
      }
      napi_set_element(napi, args[2], apart++, buffer);
      header |= kApart;
    }
    headers[count++] = header;
    if (more) continue;
    whole = count;
    is_enough = --limit == 0 || bytes >= kEnough || small.IsFull() || medium.IsFull();
  }
  return Number(napi, count > 0 ? static_cast<int32_t>(count) : status);
}

}  // namespace zmqx
