// Calling libzmq.
#pragma once

#include <zmq.h>

#include <cerrno>
#include <string>

namespace zmqx {

// 0, or the negative errno of a call. One that a signal breaks off has done nothing yet, and is
// made again: programs are sent signals by profilers, by timers and by Bun.
template <class Call>
int StatusOf(Call call) {
  while (call() == -1) {
    if (zmq_errno() != EINTR) return -zmq_errno();
  }
  return 0;
}

// The same for zmq_bind(), zmq_connect() and what undoes them.
inline int AtEndpoint(int (*call)(void*, const char*), void* socket, const std::string& address) {
  return StatusOf([&] {
    errno = 0;
    const int result = call(socket, address.c_str());
    // libzmq refuses some malformed endpoints without saying why.
    if (result == -1 && errno == 0) errno = EINVAL;
    return result;
  });
}

// The same for zmq_getsockopt().
template <class T>
int GetOption(void* socket, int option, T* value) {
  size_t size = sizeof *value;
  return StatusOf([&] { return zmq_getsockopt(socket, option, value, &size); });
}

}  // namespace zmqx
