// Waiting for ØMQ descriptors: the interface, implemented over libuv (readiness_uv.cc) and over
// a thread of our own (readiness_thread.cc). One Readiness per Env; everything declared here
// runs on the JavaScript thread of that Env.
//
// A ZMQ_FD is edge-like: it only tells that commands wait in the socket's mailbox. So a watch is
// armed only after an attempt failed with EAGAIN (which empties the mailbox), every wake-up
// attempts again, and whatever else touches the socket in between makes the façade attempt again.
#pragma once

#include <node_api.h>
#include <zmq.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace zmqx {

class Inbox;

// One watched descriptor. Owned by its socket, which must Forget() it before the descriptor goes.
class Watch {
 public:
  explicit Watch(std::function<void()> on_ready) : on_ready(std::move(on_ready)) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  const std::function<void()> on_ready;
  zmq_fd_t fd{};
  // Somebody waits: a wake-up calls on_ready, otherwise it disarms the watch.
  bool wanted = false;
  // A wanted watch keeps the event loop alive unless its socket was unref()ed.
  bool referenced = true;
  // What the implementation keeps for this watch, null when it keeps nothing.
  void* backend = nullptr;
};

class Readiness {
 public:
  virtual ~Readiness() = default;

  virtual const char* name() const = 0;
  // Starts to wait. False: out of descriptors or memory.
  virtual bool Arm(Watch& watch) = 0;
  // Nobody waits any more. Cheap: the descriptor may stay registered until it next fires.
  virtual void Disarm(Watch& watch) = 0;
  // Brings what keeps the loop alive in step with watch.referenced.
  virtual void UpdateReference(Watch& watch) = 0;
  // The descriptor is about to be closed.
  virtual void Forget(Watch& watch) = 0;
  // A number that is another one only if the event loop has turned; the same where nobody knows.
  virtual int32_t Turn() const { return 0; }
  // Last call, with no watch left: `done` runs, maybe later, when nothing refers to this object.
  virtual void Close(std::function<void()> done) = 0;
};

// Null in a runtime without libuv.
std::unique_ptr<Readiness> CreateUvReadiness(napi_env env);

// What fires reaches the JavaScript thread through `inbox`. Null when no thread can be started.
std::unique_ptr<Readiness> CreateThreadReadiness(std::shared_ptr<Inbox> inbox);

}  // namespace zmqx
