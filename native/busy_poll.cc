#include "busy_poll.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace zmqx {
namespace {

using Clock = std::chrono::steady_clock;
using Ticks = std::chrono::nanoseconds::rep;

constexpr Ticks Count(std::chrono::nanoseconds duration) { return duration.count(); }

// Peers are back sooner; who computes stays for the time slice of a thread, some milliseconds.
constexpr Ticks kLong = Count(std::chrono::microseconds(500));
// Those may have a sixteenth of the time while somebody polls, and so much at once.
constexpr Ticks kShare = 16;
constexpr Ticks kAtOnce = Count(std::chrono::milliseconds(10));

// 0 while nobody has polled, so that such a process reads no clock.
std::atomic<Ticks> polled_until{0};
std::atomic<Ticks> paused_until{0};

Ticks Now() { return Count(Clock::now().time_since_epoch()); }

bool IsPaused(Ticks now) { return now < paused_until.load(std::memory_order_relaxed); }

}  // namespace

bool PollFor(int32_t microseconds) {
  const Ticks now = Now();
  if (IsPaused(now)) return false;
  const Ticks end = now + Count(std::chrono::microseconds(microseconds));
  Ticks current = polled_until.load(std::memory_order_relaxed);
  while (current < end &&
         !polled_until.compare_exchange_weak(current, end, std::memory_order_relaxed)) {
  }
  return true;
}

bool GiveWay() {
  const Ticks begin = Now();
  if (IsPaused(begin)) return false;
  std::this_thread::yield();
  const Ticks end = Now();
  // No more than that, in case the process was stopped meanwhile.
  const Ticks taken = std::min(end - begin, kAtOnce);
  if (taken < kLong) return true;
  const Ticks from = std::max(paused_until.load(std::memory_order_relaxed), end - kShare * kAtOnce);
  paused_until.store(from + kShare * taken, std::memory_order_relaxed);
  return !IsPaused(end);
}

#ifdef __linux__
// libzmq looks at its timers before it waits again.
int WaitForEvents(int epoll, epoll_event* events, int count, int timeout) {
  const Ticks end = polled_until.load(std::memory_order_relaxed);
  const Ticks now = end == 0 ? 0 : Now();
  if (now >= end || IsPaused(now)) return epoll_wait(epoll, events, count, timeout);
  const int ready = epoll_wait(epoll, events, count, 0);
  if (ready == 0) GiveWay();
  return ready;
}
#endif

}  // namespace zmqx
