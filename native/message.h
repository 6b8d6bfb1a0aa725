// JavaScript values to ØMQ messages and back. Who owns the bytes:
//
//  - Sent: copied at the call of send() up to a limit (sendCopyLimit), above it lent (lending.h).
//    What has to wait for its turn is copied too: it may be dropped at any time.
//  - Received: up to a limit (receiveCopyLimit) copied into memory of JavaScript's own, since
//    small frames are views of a receive buffer of libzmq that one kept message would pin; above,
//    the Buffer is the frame's memory, which libzmq counts and frees from any thread. Where a
//    runtime forbids external memory, everything is copied, and so is what comes while there is
//    much of it: runtimes free it in turns of the event loop, of which a program may give none.
#pragma once

#include <node_api.h>
#include <zmq.h>

#include <atomic>
#include <memory>
#include <vector>

#include "lending.h"

namespace zmqx {

// One frame of a message. Moves, never copies.
class Frame {
 public:
  Frame() { zmq_msg_init(&message_); }
  ~Frame() { zmq_msg_close(&message_); }
  Frame(Frame&& other) noexcept : Frame() { zmq_msg_move(&message_, &other.message_); }
  Frame& operator=(Frame&& other) noexcept {
    zmq_msg_move(&message_, &other.message_);
    return *this;
  }

  zmq_msg_t* get() { return &message_; }
  void* data() { return zmq_msg_data(&message_); }
  size_t size() const { return zmq_msg_size(&message_); }
  // False: out of memory, and the frame is empty.
  bool Allocate(size_t size);
  // Another reference to the same bytes.
  Frame Share();

 private:
  zmq_msg_t message_;
};

using Frames = std::vector<Frame>;

// Results of the functions below apart from 0 and negative errnos.
constexpr int kNotAMessage = -0x10000;
constexpr int kNoParts = -0x10001;
constexpr int kLostHalfway = -0x10003;

// What to send: one frame (string, number, null, Buffer, any view, ArrayBuffer), an array of them,
// or several values that are one each, which is faster for few.
struct Message {
  napi_value first;
  const napi_value* others = nullptr;
  size_t other_count = 0;
};

// 0, kNotAMessage, kNoParts or -ENOMEM.
int ReadMessage(napi_env env, const Message& message, const SendTerms& terms, Frames* frames);

// The same for one frame.
int ReadFrame(napi_env env, napi_value value, const SendTerms& terms, Frame* frame);

// Makes copies of those frames that may be lent. False: out of memory.
bool KeepFrames(const SendTerms& terms, Frames* frames);

// Sends one frame, without blocking. 0, or a negative errno with the frame kept.
int SendFrame(void* socket, Frame* frame, int flags);

// Sends all frames or none, without blocking. 0; a negative errno, -EAGAIN with the frames kept; or
// kLostHalfway, when the peer went away in the middle and the frames are gone.
int SendFrames(void* socket, Frames& frames);

// The same with references to the frames, which are kept in any case. 0 or a negative errno.
int SendSharedFrames(void* socket, Frames& frames);

// Receives one frame without blocking. 0 or a negative errno.
int ReceiveFrame(void* socket, Frame* frame);

// Receives one whole message without blocking. 0 or a negative errno.
int ReceiveFrames(void* socket, Frames* frames);

struct ReceiveTerms {
  // Up to how many bytes a frame is copied, and how many a Buffer can have.
  size_t copy_limit;
  size_t longest;
  // How many bytes of libzmq JavaScript has.
  const std::shared_ptr<std::atomic<size_t>>& external_bytes;
};

// Makes a Buffer with the bytes of `frame`. 0 or a negative errno: the frame is lost then.
int ToBuffer(napi_env env, Frame&& frame, const ReceiveTerms& terms, napi_value* buffer);

}  // namespace zmqx
