// The same calls, in the same order, as libzmq makes at the start of a thread.
#include "thread_settings.h"

#include <zmq.h>

#include <cerrno>
#include <system_error>
#include <thread>

#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#endif

namespace zmqx {

void ThreadSettings::Note(int option, int value) {
  if (option == ZMQ_THREAD_PRIORITY) priority_ = value;
  if (option == ZMQ_THREAD_SCHED_POLICY) policy_ = value;
  if (option == ZMQ_THREAD_AFFINITY_CPU_ADD) processors_.insert(value);
  if (option == ZMQ_THREAD_AFFINITY_CPU_REMOVE) processors_.erase(value);
}

int ThreadSettings::Try() const {
  if (!priority_ && !policy_ && processors_.empty()) return 0;
  int status = 0;
  try {
    std::thread([&] { status = Apply(); }).join();
  } catch (const std::system_error&) {
    return -EAGAIN;
  }
  return status;
}

int ThreadSettings::Apply() const {
#ifdef __linux__
  int policy = 0;
  sched_param parameters{};
  if (const int error = pthread_getschedparam(pthread_self(), &policy, &parameters)) return -error;
  policy = policy_.value_or(policy);
  const bool by_nice = policy != SCHED_FIFO && policy != SCHED_RR;
  if (priority_) parameters.sched_priority = by_nice ? 0 : *priority_;
  if (const int error = pthread_setschedparam(pthread_self(), policy, &parameters)) return -error;
  if (by_nice && priority_.value_or(0) > 0 && nice(-20) == -1) return -errno;
  if (processors_.empty()) return 0;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  for (const int processor : processors_) {
    if (processor < 0 || processor >= CPU_SETSIZE) return -EINVAL;
    CPU_SET(processor, &allowed);
  }
  return -pthread_setaffinity_np(pthread_self(), sizeof allowed, &allowed);
#else
  return 0;
#endif
}

}  // namespace zmqx
