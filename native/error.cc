// The table of errnos: those that libzmq sets or passes on from the system.
#include "error.h"

#include <zmq.h>

#include <cerrno>

namespace zmqx {
namespace {

struct Error {
  int number;
  const char* name;
};

// EWOULDBLOCK, where it is another number than EAGAIN, is never given out by libzmq.
constexpr Error kErrors[] = {
#define ZMQX_ERROR(name) \
  { name, #name }
    ZMQX_ERROR(EACCES),
    ZMQX_ERROR(EADDRINUSE),
    ZMQX_ERROR(EADDRNOTAVAIL),
    ZMQX_ERROR(EAFNOSUPPORT),
    ZMQX_ERROR(EAGAIN),
    ZMQX_ERROR(EBADF),
    ZMQX_ERROR(EBUSY),
    ZMQX_ERROR(ECONNABORTED),
    ZMQX_ERROR(ECONNREFUSED),
    ZMQX_ERROR(ECONNRESET),
    ZMQX_ERROR(EEXIST),
    ZMQX_ERROR(EFAULT),
    ZMQX_ERROR(EHOSTUNREACH),
    ZMQX_ERROR(EINPROGRESS),
    ZMQX_ERROR(EINTR),
    ZMQX_ERROR(EINVAL),
    ZMQX_ERROR(EIO),
    ZMQX_ERROR(EISDIR),
    ZMQX_ERROR(EMFILE),
    ZMQX_ERROR(EMSGSIZE),
    ZMQX_ERROR(ENAMETOOLONG),
    ZMQX_ERROR(ENETDOWN),
    ZMQX_ERROR(ENETRESET),
    ZMQX_ERROR(ENETUNREACH),
    ZMQX_ERROR(ENFILE),
    ZMQX_ERROR(ENOBUFS),
    ZMQX_ERROR(ENODEV),
    ZMQX_ERROR(ENOENT),
    ZMQX_ERROR(ENOMEM),
    ZMQX_ERROR(ENOTCONN),
    ZMQX_ERROR(ENOTDIR),
    ZMQX_ERROR(ENOTSOCK),
    ZMQX_ERROR(ENOTSUP),
    ZMQX_ERROR(EPERM),
    ZMQX_ERROR(EPIPE),
    ZMQX_ERROR(EPROTO),
    ZMQX_ERROR(EPROTONOSUPPORT),
    ZMQX_ERROR(EROFS),
    ZMQX_ERROR(ETIMEDOUT),
    ZMQX_ERROR(EFSM),
    ZMQX_ERROR(ENOCOMPATPROTO),
    ZMQX_ERROR(ETERM),
    ZMQX_ERROR(EMTHREAD),
#undef ZMQX_ERROR
};

}  // namespace

const char* ErrorName(int number) {
  for (const Error& error : kErrors) {
    if (error.number == number) return error.name;
  }
  return nullptr;
}

int ErrorNumber(std::string_view name) {
  for (const Error& error : kErrors) {
    if (error.name == name) return error.number;
  }
  return 0;
}

}  // namespace zmqx
