// Where received messages go to: memory of JavaScript, which keeps it. See socket_drain.cc.
#pragma once

#include <array>
#include <cstddef>

namespace zmqx {

struct Memory {
  void* data = nullptr;
  size_t length = 0;
};

// By the numbers of ReceivePlace in src/native.ts.
using Inlet = std::array<Memory, 3>;

}  // namespace zmqx
