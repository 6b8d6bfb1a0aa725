// The table of errnos: those that libzmq sets or passes on from the system.
#include "error.h"

#include <zmq.h>

#include <cerrno>

namespace zmqx {

const char* ErrorName(int error) {
  // EWOULDBLOCK, where it is another number than EAGAIN, is never given out by libzmq.
  switch (error) {
#define ZMQX_NAME(name) \
  case name:            \
    return #name;
    ZMQX_NAME(EACCES)
    ZMQX_NAME(EADDRINUSE)
    ZMQX_NAME(EADDRNOTAVAIL)
    ZMQX_NAME(EAFNOSUPPORT)
    ZMQX_NAME(EAGAIN)
    ZMQX_NAME(EBADF)
    ZMQX_NAME(EBUSY)
    ZMQX_NAME(ECONNABORTED)
    ZMQX_NAME(ECONNREFUSED)
    ZMQX_NAME(ECONNRESET)
    ZMQX_NAME(EEXIST)
    ZMQX_NAME(EFAULT)
    ZMQX_NAME(EHOSTUNREACH)
    ZMQX_NAME(EINPROGRESS)
    ZMQX_NAME(EINTR)
    ZMQX_NAME(EINVAL)
    ZMQX_NAME(EIO)
    ZMQX_NAME(EISDIR)
    ZMQX_NAME(EMFILE)
    ZMQX_NAME(EMSGSIZE)
    ZMQX_NAME(ENAMETOOLONG)
    ZMQX_NAME(ENETDOWN)
    ZMQX_NAME(ENETRESET)
    ZMQX_NAME(ENETUNREACH)
    ZMQX_NAME(ENFILE)
    ZMQX_NAME(ENOBUFS)
    ZMQX_NAME(ENODEV)
    ZMQX_NAME(ENOENT)
    ZMQX_NAME(ENOMEM)
    ZMQX_NAME(ENOTCONN)
    ZMQX_NAME(ENOTDIR)
    ZMQX_NAME(ENOTSOCK)
    ZMQX_NAME(ENOTSUP)
    ZMQX_NAME(EPERM)
    ZMQX_NAME(EPIPE)
    ZMQX_NAME(EPROTO)
    ZMQX_NAME(EPROTONOSUPPORT)
    ZMQX_NAME(EROFS)
    ZMQX_NAME(ETIMEDOUT)
    ZMQX_NAME(EFSM)
    ZMQX_NAME(ENOCOMPATPROTO)
    ZMQX_NAME(ETERM)
    ZMQX_NAME(EMTHREAD)
#undef ZMQX_NAME
    default:
      return nullptr;
  }
}

}  // namespace zmqx
