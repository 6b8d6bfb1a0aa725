// Opening, watching and closing sockets, their endpoints and their monitor.
#include "socket.h"

#include <zmq.h>

#include <cerrno>

#include "call.h"
#include "check.h"
#include "env.h"

namespace zmqx {
namespace {

// Drops what came and was not received. While that fills a pipe, libzmq does not notice that the
// peer has left, and neither would the socket ever be gone.
void DropReceived(void* handle) {
  constexpr int kMost = 100'000;
  Frame frame;
  for (int count = 0; count < kMost && ReceiveFrame(handle, &frame) == 0; ++count) {
  }
}

int Linger(void* handle) {
  int linger = 0;
  GetOption(handle, ZMQ_LINGER, &linger);
  return linger;
}

}  // namespace

Socket::Socket(Env* env) : env_(env), watch_([this] { OnReady(); }) {}

Socket::~Socket() { Close(); }

napi_value Socket::Define(napi_env napi) {
  const napi_property_descriptor methods[] = {
      ZMQX_METHOD("open", JsOpen),           ZMQX_METHOD("close", JsClose),
      ZMQX_METHOD("endpoint", JsEndpoint),   ZMQX_METHOD("monitor", JsMonitor),
      ZMQX_METHOD("watch", JsWatch),         ZMQX_METHOD("reference", JsReference),
      ZMQX_METHOD("poll", JsPoll),           ZMQX_METHOD("hasPeer", JsHasPeer),
      ZMQX_METHOD("events", JsEvents),       ZMQX_METHOD("group", JsGroup),
      ZMQX_METHOD("send", JsSend),           ZMQX_METHOD("sendPart", JsSendPart),
      ZMQX_METHOD("sendMany", JsSendMany),   ZMQX_METHOD("prepare", JsPrepare),
      ZMQX_METHOD("resend", JsResend),       ZMQX_METHOD("receive", JsReceive),
      ZMQX_METHOD("drain", JsDrain),         ZMQX_METHOD("getOption", JsGetOption),
      ZMQX_METHOD("setOption", JsSetOption), ZMQX_METHOD("tune", JsTune),
  };
  napi_value constructor = nullptr;
  napi_define_class(napi, "Socket", NAPI_AUTO_LENGTH, &JsNew, nullptr, std::size(methods), methods,
                    &constructor);
  return constructor;
}

napi_value Socket::JsNew(napi_env napi, napi_callback_info info) {
  const Arguments<0> args(napi, info);
  Env* env = Env::Of(napi);
  if (env == nullptr || args.self == nullptr) return nullptr;
  auto socket = std::make_unique<Socket>(env);
  const auto finalize = [](napi_env napi, void* self, void*) {
    auto* socket = static_cast<Socket*>(self);
    napi_ref reference = socket->self_;
    if (socket->handle_ != nullptr && socket->public_) socket->env_->NoteForgotten(socket->type_);
    delete socket;
    if (reference != nullptr) napi_delete_reference(napi, reference);
  };
  if (!Wrap(napi, args.self, socket.get(), finalize, &socket->self_)) return nullptr;
  socket.release();
  return args.self;
}

Socket* Socket::Find(napi_env napi, napi_value id) {
  uint32_t number = 0;
  Env* env = Env::Of(napi);
  if (env == nullptr || napi_get_value_uint32(napi, id, &number) != napi_ok) return nullptr;
  const auto found = env->sockets.find(number);
  return found == env->sockets.end() ? nullptr : found->second;
}

// Where a thread still runs while the process ends, its operations wait, for nobody tells them
// more.
int Socket::Gone() { return ContextCore::process_ends() ? -EAGAIN : -EBADF; }

int Socket::Check() const {
  if (handle_ == nullptr) return Gone();
  return lent_ ? -EBUSY : 0;
}

int Socket::Open(std::shared_ptr<ContextCore> context, int type) {
  int error = 0;
  void* handle = context->OpenSocket(type, &error);
  if (handle == nullptr) return -error;
  handle_ = handle;
  context_ = std::move(context);
  type_ = type;
  id_ = ++env_->last_socket_id;
  env_->sockets.emplace(id_, this);
  const int status = OpenDescriptor();
  if (status != 0) Close();
  return status;
}

void Socket::Close(std::optional<int> linger) {
  if (handle_ == nullptr) return;
  if (watched_ && !lent_) env_->readiness().Forget(watch_);
  if (poller_ != nullptr) {
    zmq_poller_remove(poller_, handle_);
    zmq_poller_destroy(&poller_);
  }
  if (linger) zmq_setsockopt(handle_, ZMQ_LINGER, &*linger, sizeof *linger);
  const int lingers = Linger(handle_);
  ContextCore::NoteLinger(lingers);
  DropReceived(handle_);
  if (!context_->inproc().Leave(handle_, sent_ && lingers != 0, endpoints_)) zmq_close(handle_);
  handle_ = nullptr;
  watched_ = false;
  Pin(false);
  env_->sockets.erase(id_);
  env_ = nullptr;
  context_->SocketClosed();
  context_.reset();
}

void Socket::CloseAtExit(bool unwatch) {
  watched_ = watched_ && unwatch;
  Close(Linger(handle_) < 0 ? std::optional(kExitLinger) : std::nullopt);
}

void Socket::Pin(bool pinned) {
  if (pinned == pinned_ || env_->exiting()) return;
  pinned_ = pinned;
  uint32_t count = 0;
  if (pinned) {
    napi_reference_ref(env_->napi(), self_, &count);
  } else {
    napi_reference_unref(env_->napi(), self_, &count);
  }
}

// Before anything can happen to the socket: a thread-safe one, which has no ZMQ_FD, marks only the
// descriptors that were there when a command came.
int Socket::OpenDescriptor() {
  const int status = GetOption(handle_, ZMQ_FD, &watch_.fd);
  if (status != -EINVAL) return status;
  poller_ = zmq_poller_new();
  if (poller_ == nullptr) return -zmq_errno();
  if (zmq_poller_add(poller_, handle_, nullptr, ZMQ_POLLIN | ZMQ_POLLOUT) == -1 ||
      zmq_poller_fd(poller_, &watch_.fd) == -1) {
    return -zmq_errno();
  }
  return 0;
}

// Every command posted to a thread-safe socket leaves a mark in the poller's descriptor, and
// asking the poller takes one of them away. What is left after many, a next wake-up takes.
void Socket::DrainPoller() {
  zmq_pollitem_t item{nullptr, watch_.fd, ZMQ_POLLIN, 0};
  zmq_poller_event_t event;
  for (int marks = 0; marks < 64 && zmq_poll(&item, 1, 0) > 0; ++marks) {
    zmq_poller_wait_all(poller_, &event, 1, 0);
  }
}

int Socket::Arm() {
  watched_ = true;
  awaited_ = true;
  if (!env_->readiness().Arm(watch_)) {
    env_->readiness().Disarm(watch_);
    return -EMFILE;
  }
  Pin(true);
  return 0;
}

void Socket::Disarm() {
  if (watched_) env_->readiness().Disarm(watch_);
  Pin(false);
}

// The façade attempts what it waits for, and watches again where it still, or again, waits. It may
// close the socket.
void Socket::OnReady() {
  Env* const env = env_;
  const uint32_t id = id_;
  if (env->exiting()) return;
  if (poller_ != nullptr) DrainPoller();
  awaited_ = false;
  env->CallReady(self_, 0);
  if (env->exiting() || !env->sockets.contains(id)) return;
  if (!awaited_ && !lent_) Disarm();
}

// Asking for ZMQ_EVENTS processes the commands of peers and finds the ends of pipes. A watched
// socket does that when it wakes up. One that conflates must not: it may take a message, soon out
// of date.
void Socket::AnswerPeers() {
  int conflates = 0;
  int events = 0;
  if (lent_ || watch_.wanted) return;
  if (GetOption(handle_, ZMQ_CONFLATE, &conflates) == 0 && conflates != 0) return;
  GetOption(handle_, ZMQ_EVENTS, &events);
}

void Socket::Lend() {
  if (watched_) env_->readiness().Forget(watch_);
  Pin(true);
  lent_ = true;
}

void Socket::Reclaim() {
  lent_ = false;
  Pin(false);
}

// open(context, type, inlet, isPublic): its id, or a negative errno.
napi_value Socket::JsOpen(napi_env napi, napi_callback_info info) {
  const Arguments<4> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  auto* context = Unwrap<Context>(napi, args[0]);
  int32_t type = 0;
  uint32_t inlet = 0;
  if (self == nullptr || self->handle_ != nullptr || self->env_ == nullptr || context == nullptr ||
      context->core() == nullptr || !ReadInt32(napi, args[1], &type) ||
      napi_get_value_uint32(napi, args[2], &inlet) != napi_ok ||
      inlet >= self->env_->inlets.size()) {
    return Misuse(napi, "Expected a fresh Socket, an open Context, a socket type and an inlet");
  }
  self->inlet_ = &self->env_->inlets[inlet];
  self->public_ = ReadBool(napi, args[3]);
  const int status = self->Open(context->core(), type);
  return Number(napi, status == 0 ? static_cast<int32_t>(self->id_) : status);
}

// close(linger?)
napi_value Socket::JsClose(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  if (self == nullptr) return Misuse(napi, "Expected a Socket");
  if (self->lent_) return Number(napi, -EBUSY);
  int32_t linger = 0;
  const bool given = ReadInt32(napi, args[0], &linger);
  self->Close(given ? std::optional<int>(linger) : std::nullopt);
  return Number(napi, 0);
}

// watch(id, wanted): whether to call onready() when the socket may have become ready.
napi_value Socket::JsWatch(napi_env napi, napi_callback_info info) {
  const Arguments<2> args(napi, info);
  Socket* self = Find(napi, args[0]);
  const int status = self == nullptr ? Gone() : self->Check();
  if (status != 0) return Number(napi, status == -EAGAIN ? 0 : status);
  if (ReadBool(napi, args[1])) return Number(napi, self->Arm());
  self->Disarm();
  return Number(napi, 0);
}

// reference(referenced): whether a wanted watch keeps the event loop alive.
napi_value Socket::JsReference(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  if (self == nullptr) return Misuse(napi, "Expected a Socket");
  self->watch_.referenced = ReadBool(napi, args[0]);
  if (self->watched_) self->env_->readiness().UpdateReference(self->watch_);
  return Number(napi, 0);
}

// hasPeer(id): whether this ROUTER knows a peer of that name; libzmq aborts when it is given twice.
napi_value Socket::JsHasPeer(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  void* id = nullptr;
  size_t size = 0;
  if (self == nullptr || napi_get_buffer_info(napi, args[0], &id, &size) != napi_ok) {
    return Misuse(napi, "Expected a Socket and a Buffer");
  }
  return Boolean(napi,
                 self->Check() == 0 && zmq_socket_get_peer_state(self->handle_, id, size) != -1);
}

// group(join, name)
napi_value Socket::JsGroup(napi_env napi, napi_callback_info info) {
  const Arguments<2> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  std::string name;
  if (self == nullptr || !ReadString(napi, args[1], &name)) {
    return Misuse(napi, "Expected the name of a group");
  }
  if (const int status = self->Check(); status != 0) return Number(napi, status);
  const auto change = ReadBool(napi, args[0]) ? &zmq_join : &zmq_leave;
  return Number(napi, StatusOf([&] { return change(self->handle_, name.c_str()); }));
}

}  // namespace zmqx
