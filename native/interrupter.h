// Interrupter: how one thread gets another out of zmq_poll().
#pragma once

#include <zmq.h>

#include "call.h"

namespace zmqx {

// A pair of inproc sockets in a context of their own: the portable way to interrupt zmq_poll().
class Interrupter {
 public:
  Interrupter() : context_(zmq_ctx_new()) {
    if (context_ == nullptr) return;
    zmq_ctx_set(context_, ZMQ_IO_THREADS, 0);
    waiter_ = zmq_socket(context_, ZMQ_PAIR);
    caller_ = zmq_socket(context_, ZMQ_PAIR);
    usable_ = waiter_ != nullptr && caller_ != nullptr &&
              AtEndpoint(zmq_bind, waiter_, "inproc://interrupt") == 0 &&
              AtEndpoint(zmq_connect, caller_, "inproc://interrupt") == 0;
  }
  ~Interrupter() {
    if (waiter_ != nullptr) zmq_close(waiter_);
    if (caller_ != nullptr) zmq_close(caller_);
    if (context_ != nullptr) StatusOf([this] { return zmq_ctx_term(context_); });
  }
  Interrupter(const Interrupter&) = delete;
  Interrupter& operator=(const Interrupter&) = delete;

  // False when the process is out of descriptors or memory.
  bool usable() const { return usable_; }
  // The socket to poll for ZMQ_POLLIN, and to Drain() then: the interrupted thread.
  void* waiter() const { return waiter_; }
  // One thread at a time. An interruption that finds the queue full changes nothing.
  void Interrupt() {
    StatusOf([this] { return zmq_send(caller_, nullptr, 0, ZMQ_DONTWAIT); });
  }
  void Drain() {
    while (zmq_recv(waiter_, nullptr, 0, ZMQ_DONTWAIT) >= 0) {
    }
  }

 private:
  void* const context_;
  void* waiter_ = nullptr;
  void* caller_ = nullptr;
  bool usable_ = false;
};

}  // namespace zmqx
