// Binding, connecting and the monitor. JavaScript thread.
#include <zmq.h>

#include <algorithm>
#include <cerrno>

#include "check.h"
#include "socket.h"

namespace zmqx {
namespace {

enum Operation { kBind, kUnbind, kConnect, kDisconnect };

constexpr int (*kOperations[])(void*, const char*) = {&zmq_bind, &zmq_unbind, &zmq_connect,
                                                      &zmq_disconnect};

int Status(int result) {
  if (result != -1) return 0;
  // libzmq refuses some malformed endpoints without saying why.
  return zmq_errno() == 0 ? -EINVAL : -zmq_errno();
}

}  // namespace

int Socket::ChangeEndpoint(int operation, const std::string& address) {
  const bool adds = operation == kBind || operation == kConnect;
  const bool inproc = address.starts_with("inproc:");
  if (inproc && type_ == ZMQ_STREAM) return -ENOCOMPATPROTO;
  if (inproc && adds && !context_->EnterInproc(address, type_)) return -ENOCOMPATPROTO;
  errno = 0;
  const int status = Status(kOperations[operation](handle_, address.c_str()));
  if (inproc && adds != (status == 0)) context_->LeaveInproc(address, type_);
  if (status != 0) return status;
  endpoints_ += adds ? 1 : -1;
  if (inproc && adds) inproc_names_.push_back(address);
  if (inproc && !adds) {
    const auto found = std::ranges::find(inproc_names_, address);
    if (found != inproc_names_.end()) inproc_names_.erase(found);
  }
  return 0;
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

// monitor(address, events), or monitor(null) to stop. The events are published: a socket of
// another type would block the thread that tells them once its reader has gone.
napi_value Socket::JsMonitor(napi_env napi, napi_callback_info info) {
  const Arguments<2> args(napi, info);
  auto* self = Unwrap<Socket>(napi, args.self);
  if (self == nullptr) return Misuse(napi, "Expected a Socket");
  if (const int status = self->Check(); status != 0) return Number(napi, status);
  std::string address;
  int32_t events = 0;
  if (!ReadString(napi, args[0], &address)) {
    return Number(napi, Status(zmq_socket_monitor(self->handle_, nullptr, 0)));
  }
  if (!ReadInt32(napi, args[1], &events)) return Misuse(napi, "Expected a mask of events");
  return Number(napi, Status(zmq_socket_monitor_versioned(self->handle_, address.c_str(), events, 1,
                                                          ZMQ_PUB)));
}

}  // namespace zmqx
