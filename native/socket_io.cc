// Sending and receiving whole messages, always without blocking. JavaScript thread.
#include <zmq.h>

#include <cerrno>
#include <memory>

#include "call.h"
#include "check.h"
#include "env.h"
#include "message.h"
#include "socket.h"

namespace zmqx {
namespace {

constexpr napi_type_tag kPreparedTag{0x7a6d717870726570, 0x2233445566778899};

// A message that waits for its turn, held by JavaScript.
struct Prepared {
  Frames frames;
};

// `target` is the routing id of a peer (SERVER) or the name of a group (RADIO), or undefined.
int SetTarget(napi_env napi, napi_value target, Frame& frame) {
  const napi_valuetype type = TypeOf(napi, target);
  if (type == napi_undefined) return 0;
  if (type == napi_number) {
    uint32_t routing_id = 0;
    napi_get_value_uint32(napi, target, &routing_id);
    return StatusOf([&] { return zmq_msg_set_routing_id(frame.get(), routing_id); });
  }
  std::string group;
  if (!ReadString(napi, target, &group)) return 0;
  return StatusOf([&] { return zmq_msg_set_group(frame.get(), group.c_str()); });
}

int Read(napi_env napi, const Message& message, napi_value target, const SendTerms& terms,
         Frames* frames) {
  const int status = ReadMessage(napi, message, terms, frames);
  return status == 0 ? SetTarget(napi, target, frames->front()) : status;
}

napi_value MakePrepared(napi_env napi, Frames&& frames) {
  auto prepared = std::make_unique<Prepared>(Prepared{std::move(frames)});
  const auto finalize = [](napi_env, void* data, void*) { delete static_cast<Prepared*>(data); };
  napi_value external = nullptr;
  if (napi_create_external(napi, prepared.get(), finalize, nullptr, &external) != napi_ok) {
    return nullptr;
  }
  prepared.release();
  napi_type_tag_object(napi, external, &kPreparedTag);
  return external;
}

// What send() gives.
napi_value SendResult(napi_env napi, int status, Frames&& frames) {
  if (status == 0) return nullptr;
  return status == -EAGAIN ? MakePrepared(napi, std::move(frames)) : Number(napi, status);
}

Prepared* ReadPrepared(napi_env napi, napi_value value) {
  bool tagged = false;
  void* prepared = nullptr;
  if (TypeOf(napi, value) != napi_external ||
      napi_check_object_type_tag(napi, value, &kPreparedTag, &tagged) != napi_ok || !tagged ||
      napi_get_value_external(napi, value, &prepared) != napi_ok) {
    return nullptr;
  }
  return static_cast<Prepared*>(prepared);
}

}  // namespace

int Socket::CheckFrames(const Frames& frames) const {
  if (const int status = Check(); status != 0 || type_ != ZMQ_DGRAM) return status;
  if (frames.size() != 2) return -EINVAL;
  return endpoints_ == 0 ? -EHOSTUNREACH : 0;
}

// One message that is no array, without an allocation. Keeps it in `frames` when it would block.
int Socket::SendOne(napi_env napi, napi_value message, napi_value target, const SendTerms& terms,
                    Frames* frames) {
  Frame frame;
  int status = type_ == ZMQ_DGRAM ? -EINVAL : ReadFrame(napi, message, terms, &frame);
  if (status == 0) status = SetTarget(napi, target, frame);
  if (status == 0) status = SendFrame(handle_, &frame, 0);
  sent_ |= status == 0;
  if (status != -EAGAIN) return status;
  frames->push_back(std::move(frame));
  return KeepFrames(terms, frames) ? status : -ENOMEM;
}

int Socket::SendMessage(napi_env napi, const Message& message, napi_value target,
                        const SendTerms& terms, Frames* frames) {
  if (const int status = Check(); status != 0) return status;
  bool has_parts = message.other_count > 0;
  if (!has_parts) napi_is_array(napi, message.first, &has_parts);
  if (!has_parts) return SendOne(napi, message.first, target, terms, frames);

  int status = Read(napi, message, target, terms, frames);
  // Reading an array may run code of the program, which may have closed the socket.
  if (status == 0) status = CheckFrames(*frames);
  if (status == 0) status = SendFrames(handle_, *frames);
  if (status == kLostHalfway) {
    frames->clear();
    status = Read(napi, message, target, terms, frames);
    if (status == 0) status = CheckFrames(*frames);
    if (status == 0) status = SendSharedFrames(handle_, *frames);
  }
  sent_ |= status == 0;
  return status == -EAGAIN && !KeepFrames(terms, frames) ? -ENOMEM : status;
}

SendTerms Socket::TermsFor(napi_env napi, napi_value loan) const {
  int32_t id = -1;
  ReadInt32(napi, loan, &id);
  const std::shared_ptr<Lending>& lending = env_->lending();
  // Of a message that is copied, it ends at once.
  auto track = id > 0 ? std::make_shared<Lending::Track>(lending, id) : nullptr;
  if (id == 0 || !lends_ || poller_ != nullptr) return {};
  // Over inproc, what a receiver leaves behind comes back when this thread uses the socket again,
  // which it may not do before it was told.
  if (used_inproc_ && track != nullptr) return {};
  // Over inproc, where the receiver copies what is lent, it pays off later (measured).
  const uint64_t limit = used_inproc_ ? uint64_t{send_copy_limit_} * 4 : send_copy_limit_;
  return {lending.get(), limit, std::move(track)};
}

// send(id, target, loan, message, ...others): undefined; a negative status; or, where the socket
// would block, the message as an object for resend(). `loan` is 0 to copy all bytes, or the id of
// a track. `others` are up to two more parts of the message.
napi_value Socket::JsSend(napi_env napi, napi_callback_info info) {
  const Arguments<6> args(napi, info);
  Socket* self = Find(napi, args[0]);
  Frames frames;
  if (self == nullptr) return SendResult(napi, Gone(), std::move(frames));
  const SendTerms terms = self->TermsFor(napi, args[2]);
  const size_t others = args.count > 4 ? args.count - 4 : 0;
  const Message message{args[3], &args.values[4], others};
  const int status = self->SendMessage(napi, message, args[1], terms, &frames);
  return SendResult(napi, status, std::move(frames));
}

// sendPart(id, message): send() for what is no array, with nothing but itself to be read.
napi_value Socket::JsSendPart(napi_env napi, napi_callback_info info) {
  const Arguments<2> args(napi, info);
  Socket* self = Find(napi, args[0]);
  Frames frames;
  if (self == nullptr) return SendResult(napi, Gone(), std::move(frames));
  int status = self->Check();
  if (status == 0) {
    const SendTerms terms = self->TermsFor(napi, nullptr);
    status = self->SendOne(napi, args[1], nullptr, terms, &frames);
  }
  return SendResult(napi, status, std::move(frames));
}

// sendMany(messages, from, limit, loan?): how many of the messages from this index on it sent,
// until it met one that send() does not take.
napi_value Socket::JsSendMany(napi_env napi, napi_callback_info info) {
  const Arguments<4> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  int32_t from = 0;
  int32_t limit = 0;
  if (self == nullptr || !ReadInt32(napi, args[1], &from) || !ReadInt32(napi, args[2], &limit)) {
    return Misuse(napi, "Expected messages, an index and a limit");
  }
  if (self->Check() != 0) return Number(napi, 0);
  const napi_value target = Undefined(napi);
  const SendTerms terms = self->TermsFor(napi, args[3]);
  int32_t sent = 0;
  for (; sent < limit; ++sent) {
    Frames frames;
    napi_value message = nullptr;
    if (napi_get_element(napi, args[0], from + sent, &message) != napi_ok ||
        self->SendMessage(napi, Message{message}, target, terms, &frames) != 0) {
      break;
    }
  }
  return Number(napi, sent);
}

// prepare(message, target?): the message as an object for resend(), or a negative status.
napi_value Socket::JsPrepare(napi_env napi, napi_callback_info info) {
  const Arguments<2> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  if (self == nullptr) return Misuse(napi, "Expected a Socket");
  if (const int status = self->Check(); status != 0) return Number(napi, status);
  Frames frames;
  int status = Read(napi, Message{args[0]}, args[1], {}, &frames);
  if (status == 0) status = self->CheckFrames(frames);
  return status == 0 ? MakePrepared(napi, std::move(frames)) : Number(napi, status);
}

// resend(prepared): 0 or a negative errno; -EAGAIN keeps the message for another try.
napi_value Socket::JsResend(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  Prepared* prepared = ReadPrepared(napi, args[0]);
  if (self == nullptr || prepared == nullptr) return Misuse(napi, "Expected a prepared message");
  if (const int status = self->Check(); status != 0) return Number(napi, status);
  const int status = SendSharedFrames(self->handle_, prepared->frames);
  self->sent_ |= status == 0;
  return Number(napi, status);
}

// poll(events, timeout): blocks until one of the events or for that many milliseconds. The events
// that are there, or a negative errno.
napi_value Socket::JsPoll(napi_env napi, napi_callback_info info) {
  const Arguments<2> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  int32_t events = 0;
  int32_t timeout = 0;
  if (self == nullptr || !ReadInt32(napi, args[0], &events) ||
      !ReadInt32(napi, args[1], &timeout)) {
    return Misuse(napi, "Expected events and a timeout");
  }
  if (const int status = self->Check(); status != 0) return Number(napi, status);
  zmq_pollitem_t item{self->handle_, 0, static_cast<short>(events), 0};
  // Windows has no way to wait for nothing on a descriptor, and libzmq aborts there.
  const int count = events == 0 ? 0 : 1;
  if (zmq_poll(&item, count, timeout) == -1) return Number(napi, -zmq_errno());
  return Number(napi, item.revents);
}

// events(prepared?): ZMQ_EVENTS, or a negative errno. With a prepared message ZMQ_POLLOUT is about
// that one: a ROUTER as such can send as soon as it can to anyone, and does not tell when the
// message would fail because its peer has gone.
napi_value Socket::JsEvents(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  if (self == nullptr) return Misuse(napi, "Expected a Socket");
  if (const int status = self->Check(); status != 0) return Number(napi, status);
  int events = 0;
  if (const int status = GetOption(self->handle_, ZMQ_EVENTS, &events); status != 0) {
    return Number(napi, status);
  }
  Prepared* prepared = self->type_ == ZMQ_ROUTER ? ReadPrepared(napi, args[0]) : nullptr;
  if (prepared == nullptr) return Number(napi, events);
  Frame& id = prepared->frames.front();
  const int state = zmq_socket_get_peer_state(self->handle_, id.data(), id.size());
  const bool waits = state != -1 && (state & ZMQ_POLLOUT) == 0;
  return Number(napi, waits ? events & ~ZMQ_POLLOUT : events | ZMQ_POLLOUT);
}

// Over inproc, where no I/O thread allocates and frees, a copy never pays off for long (measured).
ReceiveTerms Socket::TermsOfReceive() const {
  return {used_inproc_ ? receive_copy_limit_ / 16 : receive_copy_limit_, env_->longest_buffer,
          env_->external_bytes};
}

// receive(): an array of Buffers, followed for SERVER by the peer's routing id and for DISH by
// the group as a Buffer; or a negative errno.
napi_value Socket::JsReceive(napi_env napi, napi_callback_info info) {
  const Arguments<0> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  if (self == nullptr) return Misuse(napi, "Expected a Socket");
  if (const int status = self->Check(); status != 0) return Number(napi, status);
  Frames frames;
  if (const int status = ReceiveFrames(self->handle_, &frames); status != 0) {
    return Number(napi, status);
  }
  napi_value message = nullptr;
  napi_value source = nullptr;
  if (self->type_ == ZMQ_SERVER) {
    napi_create_uint32(napi, zmq_msg_routing_id(frames.front().get()), &source);
  } else if (self->type_ == ZMQ_DISH) {
    const char* group = zmq_msg_group(frames.front().get());
    napi_create_buffer_copy(napi, std::char_traits<char>::length(group), group, nullptr, &source);
  }
  napi_create_array_with_length(napi, frames.size() + (source == nullptr ? 0 : 1), &message);
  uint32_t index = 0;
  for (Frame& frame : frames) {
    napi_value buffer = nullptr;
    const int status = ToBuffer(napi, std::move(frame), self->TermsOfReceive(), &buffer);
    if (status != 0) return Number(napi, status);
    napi_set_element(napi, message, index++, buffer);
  }
  if (source != nullptr) napi_set_element(napi, message, index, source);
  return message;
}

}  // namespace zmqx
