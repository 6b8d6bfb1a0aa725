// Polling in place of waiting for a wake-up.
//
//  1. While a socket polls, the I/O threads of libzmq do so too: else each message would have to
//     wake one of them.
//  2. Who polls gives way to other threads each time, above all to those of the peer.
//  3. Where they take the processor for long, nobody polls for a while.
#pragma once

#include <cstdint>

#ifdef __linux__
#include <sys/epoll.h>
#endif

namespace zmqx {

// Has I/O threads poll from now on, or longer if that was asked for; all contexts, Linux only.
// False: nobody shall poll now.
bool PollFor(int32_t microseconds);

// False: nobody shall poll any longer.
bool GiveWay();

#ifdef __linux__
// As epoll_wait(), but may give 0 at once.
int WaitForEvents(int epoll, epoll_event* events, int count, int timeout);
#endif

}  // namespace zmqx
