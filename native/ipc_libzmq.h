// Comes before libzmq's ipc_connecter.cpp and ipc_listener.cpp, which leave a connection the room
// that Linux gives it: 208 KiB. A longer message does not fit, so that the threads of the two sides
// stop for each other several times in each, and waking up takes longer than copying.
#pragma once

#include <sys/socket.h>

// Every header that declares what is replaced here comes first.
#include <compat.hpp>
#include <ipc_connecter.hpp>
#include <ipc_listener.hpp>

namespace zmqx {

// ZMQ_SNDBUF, which libzmq has for tcp only; -1 for as many bytes as are of use, as far as
// net.core.wmem_max allows.
inline void SetSendBuffer(int fd, int size) {
  constexpr int kRoom = 512 * 1024;
  if (size < 0) {
    // Linux doubles what it is given, for what it needs itself.
    int given = 0;
    socklen_t length = sizeof given;
    if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &given, &length) != 0 || given >= 2 * kRoom) return;
    size = kRoom;
  }
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

}  // namespace zmqx

#define create_engine(...) ::zmqx::SetSendBuffer(fd, options.sndbuf), create_engine(__VA_ARGS__)
