// Conversion and whole-message send and receive; the only calls of zmq_msg_send and _recv.
#include "message.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "call.h"
#include "check.h"

namespace zmqx {
namespace {

constexpr size_t kMostExternal = 256 * 1024 * 1024;

// Memory of libzmq that a Buffer has.
struct External {
  External(Frame&& frame, const std::shared_ptr<std::atomic<size_t>>& total)
      : frame(std::move(frame)), size(this->frame.size()), total(total) {
    *total += size;
  }
  ~External() { *total -= size; }
  External(const External&) = delete;
  External& operator=(const External&) = delete;

  Frame frame;
  const size_t size;
  const std::shared_ptr<std::atomic<size_t>> total;
};

bool Fill(Frame* frame, const void* data, size_t size) {
  if (!frame->Allocate(size)) return false;
  if (size > 0) std::memcpy(frame->data(), data, size);
  return true;
}

int ReadText(napi_env env, napi_value value, Frame* frame) {
  // Most strings fit, and are then read in one pass.
  char text[1024];
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, text, sizeof text, &length) != napi_ok)
    return kNotAMessage;
  // A character of more bytes may have been left out at the end of a full buffer.
  if (length + 4 < sizeof text) return Fill(frame, text, length) ? 0 : -ENOMEM;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  const std::unique_ptr<char[]> whole(new char[length + 1]);
  napi_get_value_string_utf8(env, value, whole.get(), length + 1, &length);
  return Fill(frame, whole.get(), length) ? 0 : -ENOMEM;
}

int Take(napi_env env, napi_value owner, void* data, size_t size, const SendTerms& terms,
         Frame* frame) {
  if (terms.lending != nullptr && size > terms.copy_limit &&
      terms.lending->Lend(env, owner, data, size, terms.track, frame->get())) {
    frame->Share();  // Marks it as shared.
    return 0;
  }
  return Fill(frame, data, size) ? 0 : -ENOMEM;
}

int ReadBytes(napi_env env, napi_value value, const SendTerms& terms, Frame* frame) {
  void* data = nullptr;
  size_t size = 0;
  bool is = false;
  napi_typedarray_type type;
  // Nearly always a Buffer, and asking for it directly is cheaper than napi_is_buffer().
  if (napi_get_typedarray_info(env, value, &type, &size, &data, nullptr, nullptr) == napi_ok &&
      type == napi_uint8_array) {
    return Take(env, value, data, size, terms, frame);
  }
  // Before the Buffers, among which Deno counts it, though it cannot read it as one.
  if (napi_is_dataview(env, value, &is) == napi_ok && is) {
    napi_get_dataview_info(env, value, &size, &data, nullptr, nullptr);
    return Fill(frame, data, size) ? 0 : -ENOMEM;
  }
  if (napi_is_buffer(env, value, &is) == napi_ok && is) {
    napi_get_buffer_info(env, value, &data, &size);
  } else if (napi_is_arraybuffer(env, value, &is) == napi_ok && is) {
    napi_get_arraybuffer_info(env, value, &data, &size);
  } else {
    return kNotAMessage;
  }
  return Take(env, value, data, size, terms, frame);
}

int ReadArray(napi_env env, napi_value array, const SendTerms& terms, Frames* frames) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  if (length == 0) return kNoParts;
  // An array may claim any length.
  frames->reserve(std::min<uint32_t>(length, 64));
  for (uint32_t index = 0; index < length; ++index) {
    napi_value part = nullptr;
    napi_get_element(env, array, index, &part);
    const int status = ReadFrame(env, part, terms, &frames->emplace_back());
    if (status != 0) return status;
  }
  return 0;
}

}  // namespace

bool Frame::Allocate(size_t size) {
  zmq_msg_close(&message_);
  if (zmq_msg_init_size(&message_, size) == 0) return true;
  zmq_msg_init(&message_);
  return false;
}

Frame Frame::Share() {
  Frame shared;
  zmq_msg_copy(shared.get(), &message_);
  return shared;
}

int ReadFrame(napi_env env, napi_value value, const SendTerms& terms, Frame* frame) {
  switch (TypeOf(env, value)) {
    case napi_string:
      return ReadText(env, value, frame);
    case napi_object:
      return ReadBytes(env, value, terms, frame);
    case napi_null:
      return 0;
    case napi_number: {
      napi_value text = nullptr;
      napi_coerce_to_string(env, value, &text);
      return ReadText(env, text, frame);
    }
    default:
      return kNotAMessage;
  }
}

bool KeepFrames(const SendTerms& terms, Frames* frames) {
  if (terms.lending == nullptr) return true;
  for (Frame& frame : *frames) {
    if (frame.size() <= terms.copy_limit) continue;
    Frame copy;
    if (!Fill(&copy, frame.data(), frame.size())) return false;
    frame = std::move(copy);
  }
  return true;
}

int SendFrame(void* socket, Frame* frame, int flags) {
  return StatusOf([&] { return zmq_msg_send(frame->get(), socket, ZMQ_DONTWAIT | flags); });
}

int ReceiveFrame(void* socket, Frame* frame) {
  return StatusOf([&] { return zmq_msg_recv(frame->get(), socket, ZMQ_DONTWAIT); });
}

int ReadMessage(napi_env env, const Message& message, const SendTerms& terms, Frames* frames) {
  bool is_array = false;
  if (message.other_count == 0) napi_is_array(env, message.first, &is_array);
  if (is_array) return ReadArray(env, message.first, terms, frames);
  frames->reserve(1 + message.other_count);
  int status = ReadFrame(env, message.first, terms, &frames->emplace_back());
  for (size_t index = 0; status == 0 && index < message.other_count; ++index) {
    status = ReadFrame(env, message.others[index], terms, &frames->emplace_back());
  }
  return status;
}

int SendFrames(void* socket, Frames& frames) {
  const size_t last = frames.size() - 1;
  for (size_t index = 0; index <= last; ++index) {
    const int flags = index == last ? 0 : ZMQ_SNDMORE;
    const int status = SendFrame(socket, &frames[index], flags);
    if (status == 0) continue;
    if (status != -EAGAIN || index == 0) return status;
    // The peer went away in the middle: libzmq rolled back what it had and drops what follows up
    // to the last frame. Feed it that, so that the next message starts afresh.
    while (++index <= last) SendFrame(socket, &frames[index], index == last ? 0 : ZMQ_SNDMORE);
    return kLostHalfway;
  }
  return 0;
}

int SendSharedFrames(void* socket, Frames& frames) {
  if (frames.size() == 1) return SendFrame(socket, &frames[0], 0);
  Frames shares;
  // Two rounds at most: the second for a message that lost its peer halfway.
  for (bool again = false;; again = true) {
    shares.clear();
    for (Frame& frame : frames) shares.push_back(frame.Share());
    const int status = SendFrames(socket, shares);
    if (status != kLostHalfway) return status;
    if (again) return -EAGAIN;
  }
}

int ReceiveFrames(void* socket, Frames* frames) {
  for (;;) {
    Frame frame;
    const int status = ReceiveFrame(socket, &frame);
    if (status != 0) return status;
    const bool more = zmq_msg_more(frame.get()) != 0;
    frames->push_back(std::move(frame));
    if (!more) return 0;
  }
}

int ToBuffer(napi_env env, Frame&& frame, const ReceiveTerms& terms, napi_value* buffer) {
  const size_t size = frame.size();
  if (size > terms.longest) return -EMSGSIZE;
  napi_status status = napi_no_external_buffers_allowed;
  if (size > terms.copy_limit && *terms.external_bytes + size <= kMostExternal) {
    // Over inproc all subscribers get the same memory, and of what is lent the sender's: each of
    // them may write to it.
    if (zmq_msg_get(frame.get(), ZMQ_SHARED) == 1) {
      Frame copy;
      if (!Fill(&copy, frame.data(), size)) return -ENOMEM;
      frame = std::move(copy);
    }
    auto owner = std::make_unique<External>(std::move(frame), terms.external_bytes);
    const auto release = [](napi_env, void*, void* owner) { delete static_cast<External*>(owner); };
    void* data = owner->frame.data();
    status = napi_create_external_buffer(env, size, data, release, owner.get(), buffer);
    if (status == napi_no_external_buffers_allowed) {
      frame = std::move(owner->frame);
    } else {
      // Of other failures nobody tells whether the finalizer has run, or will.
      owner.release();
    }
  }
  if (status == napi_no_external_buffers_allowed) {
    status = napi_create_buffer_copy(env, size, frame.data(), nullptr, buffer);
  }
  if (status == napi_ok) return 0;
  napi_value error = nullptr;
  napi_get_and_clear_last_exception(env, &error);
  return -ENOMEM;
}

}  // namespace zmqx
