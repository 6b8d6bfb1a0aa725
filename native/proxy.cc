// The proxy's thread, and its steering from JavaScript.
#include "proxy.h"

#include <zmq.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "call.h"
#include "check.h"
#include "env.h"
#include "socket.h"

namespace zmqx {
namespace {

// Messages of one direction before the other one gets its turn.
constexpr int kBurst = 256;

bool IsWritable(void* socket) {
  int events = 0;
  return GetOption(socket, ZMQ_EVENTS, &events) == 0 && (events & ZMQ_POLLOUT) != 0;
}

bool ReadMessages(napi_env napi, napi_value array, std::deque<Frames>* messages) {
  uint32_t length = 0;
  napi_get_array_length(napi, array, &length);
  for (uint32_t index = 0; index < length; ++index) {
    napi_value message = nullptr;
    napi_get_element(napi, array, index, &message);
    if (ReadMessage(napi, Message{message}, {}, &messages->emplace_back()) != 0) return false;
  }
  return true;
}

}  // namespace

// 0, or a negative errno after which nothing can be forwarded any more.
int Proxy::Pump(Direction& direction) {
  direction.blocked = direction.held.empty() && !IsWritable(direction.to);
  if (direction.blocked) return 0;
  for (int count = 0; count < kBurst; ++count) {
    if (direction.held.empty() && !direction.ahead.empty()) {
      direction.held = std::move(direction.ahead.front());
      direction.ahead.pop_front();
    } else if (direction.held.empty()) {
      const int received = ReceiveFrames(direction.from, &direction.held);
      if (received == -ETERM || received == -ENOTSOCK) return received;
      if (received != 0) return 0;
    }
    const int sent = SendSharedFrames(direction.to, direction.held);
    if (sent == -ETERM || sent == -ENOTSOCK) return sent;
    direction.blocked = sent == -EAGAIN;
    if (direction.blocked) return 0;
    // Sent, or refused for good (no route to that peer): either way it is done with.
    direction.held.clear();
  }
  return 0;
}

int Proxy::Forward(Direction front_to_back, Direction back_to_front) {
  Direction directions[] = {std::move(front_to_back), std::move(back_to_front)};
  void* const front = directions[0].from;
  void* const back = directions[0].to;
  for (;;) {
    const int state = state_;
    if (state == kTerminating) return 0;
    zmq_pollitem_t items[] = {
        {interrupter_->waiter(), 0, ZMQ_POLLIN, 0}, {front, 0, 0, 0}, {back, 0, 0, 0}};
    long timeout = -1;
    if (state == kRunning) {
      for (const Direction& direction : directions) {
        auto& from = direction.from == front ? items[1] : items[2];
        auto& to = direction.to == front ? items[1] : items[2];
        if (direction.blocked) {
          to.events |= ZMQ_POLLOUT;
        } else {
          from.events |= ZMQ_POLLIN;
          if (!direction.ahead.empty()) timeout = 0;
        }
      }
    }
    // The same socket twice would take its wake-ups from itself.
    const int both = front == back ? 2 : 3;
    if (zmq_poll(items, state == kRunning ? both : 1, timeout) == -1) {
      if (zmq_errno() == EINTR) continue;
      return -zmq_errno();
    }
    if (items[0].revents != 0) {
      interrupter_->Drain();
      continue;
    }
    for (Direction& direction : directions) {
      if (const int status = Pump(direction); status != 0) return status;
    }
  }
}

napi_value Proxy::Define(napi_env napi) {
  const napi_property_descriptor methods[] = {
      ZMQX_METHOD("run", JsRun),
      ZMQX_METHOD("steer", JsSteer),
  };
  napi_value constructor = nullptr;
  napi_define_class(napi, "Proxy", NAPI_AUTO_LENGTH, &JsNew, nullptr, std::size(methods), methods,
                    &constructor);
  return constructor;
}

napi_value Proxy::JsNew(napi_env napi, napi_callback_info info) {
  const Arguments<0> args(napi, info);
  Env* env = Env::Of(napi);
  if (env == nullptr || args.self == nullptr) return nullptr;
  auto proxy = std::make_unique<Proxy>(env);
  const auto finalize = [](napi_env, void* self, void*) { delete static_cast<Proxy*>(self); };
  if (!Wrap(napi, args.self, proxy.get(), finalize)) return nullptr;
  proxy.release();
  return args.self;
}

int Proxy::Start(Socket& front, Socket& back, napi_value front_ahead, napi_value back_ahead) {
  if (front.Check() != 0) return front.Check();
  if (back.Check() != 0) return back.Check();
  if (thread_.joinable()) return -EBUSY;
  Direction from_front{front.handle(), back.handle()};
  Direction from_back{back.handle(), front.handle()};
  for (auto& [ahead, direction] : {std::pair{front_ahead, &from_front}, {back_ahead, &from_back}}) {
    if (!ReadMessages(env_->napi(), ahead, &direction->ahead)) return -ENOMEM;
  }
  interrupter_ = std::make_unique<Interrupter>();
  if (!interrupter_->usable()) return -EMFILE;
  front_ = &front;
  back_ = &back;
  front.Lend();
  if (&front != &back) back.Lend();
  try {
    thread_ = std::thread([this, inbox = env_->inbox(), a = std::move(from_front),
                           b = std::move(from_back)]() mutable {
      const int status = Forward(std::move(a), std::move(b));
      inbox->Post([this, status](Env&) { Ended(status); });
    });
  } catch (const std::system_error&) {
    front.Reclaim();
    back.Reclaim();
    return -EAGAIN;
  }
  env_->proxies.insert(this);
  env_->inbox()->Hold();
  return 0;
}

void Proxy::Stop() {
  state_ = kTerminating;
  interrupter_->Interrupt();
  thread_.join();
  interrupter_.reset();
  front_->Reclaim();
  back_->Reclaim();
  env_->proxies.erase(this);
}

void Proxy::Ended(int status) {
  Stop();
  env_->inbox()->Release();
  napi_ref self = std::exchange(self_, nullptr);
  env_->Call(self, "onend", status);
  napi_delete_reference(env_->napi(), self);
}

// run(front, back, frontAhead, backAhead), with the messages that each of them has read ahead: 0 or
// a negative errno. Calls onend(status) when the proxy has ended.
napi_value Proxy::JsRun(napi_env napi, napi_callback_info info) {
  const Arguments<4> args(napi, info);
  auto* self = Unwrap<Proxy>(napi, args.self);
  auto* front = Unwrap<Socket>(napi, args[0]);
  auto* back = Unwrap<Socket>(napi, args[1]);
  if (self == nullptr || front == nullptr || back == nullptr) {
    return Misuse(napi, "Expected two sockets");
  }
  const int status = self->Start(*front, *back, args[2], args[3]);
  if (status == 0) napi_create_reference(napi, args.self, 1, &self->self_);
  return Number(napi, status);
}

// steer(state): runs, pauses or terminates.
napi_value Proxy::JsSteer(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  auto* self = Unwrap<Proxy>(napi, args.self);
  int32_t state = 0;
  if (self == nullptr || !ReadInt32(napi, args[0], &state)) return Misuse(napi, "Expected a state");
  self->state_ = state;
  if (self->interrupter_ != nullptr) self->interrupter_->Interrupt();
  return Number(napi, 0);
}

}  // namespace zmqx
