// Binding, connecting and the monitor. JavaScript thread.
#include <zmq.h>

#include "call.h"
#include "check.h"
#include "socket.h"

namespace zmqx {
namespace {

enum Operation { kBind, kUnbind, kConnect, kDisconnect };

constexpr int (*kOperations[])(void*, const char*) = {&zmq_bind, &zmq_unbind, &zmq_connect,
                                                      &zmq_disconnect};

}  // namespace

int Socket::ChangeEndpoint(int operation, const std::string& address) {
  const bool adds = operation == kBind || operation == kConnect;
  const int status = address.starts_with("inproc:")
                         ? ChangeName(operation, address)
                         : AtEndpoint(kOperations[operation], handle_, address);
  if (status == 0) endpoints_ += adds ? 1 : -1;
  return status;
}

int Socket::ChangeName(int operation, const std::string& name) {
  if (type_ == ZMQ_STREAM) return -ENOCOMPATPROTO;
  Inproc& inproc = context_->inproc();
  used_inproc_ = true;
  if (operation == kBind) return inproc.Bind(handle_, type_, name);
  if (operation == kConnect) return inproc.Connect(handle_, type_, name);
  return inproc.Disconnect(handle_, name);
}

// endpoint(operation, address), the operation being one of bind, unbind, connect, disconnect.
napi_value Socket::JsEndpoint(napi_env napi, napi_callback_info info) {
  const Arguments<2> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  int32_t operation = 0;
  std::string address;
  if (self == nullptr || !ReadInt32(napi, args[0], &operation) || operation < 0 ||
      operation >= static_cast<int32_t>(std::size(kOperations)) ||
      !ReadString(napi, args[1], &address)) {
    return Misuse(napi, "Expected an operation and an address");
  }
  if (const int status = self->Check(); status != 0) return Number(napi, status);
  return Number(napi, self->ChangeEndpoint(operation, address));
}

// monitor(address, events, reader), or monitor(null) to stop. Connects the reader first, so that it
// is there for the first event. The events are published: a socket of another type would block the
// thread that tells them once its reader has gone.
napi_value Socket::JsMonitor(napi_env napi, napi_callback_info info) {
  const Arguments<3> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  if (self == nullptr) return Misuse(napi, "Expected a Socket");
  if (const int status = self->Check(); status != 0) return Number(napi, status);
  std::string address;
  if (!ReadString(napi, args[0], &address)) {
    return Number(napi, StatusOf([&] { return zmq_socket_monitor(self->handle_, nullptr, 0); }));
  }
  int32_t events = 0;
  auto* reader = Unwrap<Socket>(napi, args[2]);
  if (!ReadInt32(napi, args[1], &events) || reader == nullptr || reader->Check() != 0) {
    return Misuse(napi, "Expected a mask of events and an open Socket");
  }
  self->context_->inproc().NoteBound(self->handle_, address);
  if (const int status = reader->ChangeEndpoint(kConnect, address); status != 0) {
    return Number(napi, status);
  }
  return Number(napi, StatusOf([&] {
                  return zmq_socket_monitor_versioned(self->handle_, address.c_str(), events, 1,
                                                      ZMQ_PUB);
                }));
}

}  // namespace zmqx
