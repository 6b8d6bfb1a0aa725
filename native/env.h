// Env: all that one JavaScript environment (the main thread, each worker) owns. Its lifetime:
//
//  1. Made when the addon loads, one per load; no static holds a JavaScript value. Everything
//     here runs on the thread of that environment, unless it says otherwise.
//  2. Teardown is one function, written order: set `exiting` -> stop proxies and join -> forget
//     watches and close sockets -> release contexts -> wait for loans -> close readiness and inbox
//     -> free. It never
//     calls JavaScript, and every callback starts by asking exiting().
//  3. A worker may be terminated at any moment. From then on Node-API calls fail: that is a normal
//     status everywhere, never a reason to abort.
//  4. process.exit() on the main thread runs no cleanup hook: an exit handler of the process
//     (context.cc) then calls CloseAll() for what still lives on that thread.
#pragma once

#include <node_api.h>

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "inbox.h"
#include "inlet.h"
#include "readiness.h"

namespace zmqx {

class Context;
class ContextCore;
class Lending;
class Proxy;
class Socket;

class Env {
 public:
  // Null when the runtime refuses (it is going away).
  static Env* Create(napi_env napi, napi_value exports);
  static Env* Of(napi_env napi);
  // Runs `job` in every live environment of the process. Any thread.
  static void PostToAll(const Inbox::Job& job);
  // Closes what the environments of the calling thread still hold, without touching JavaScript.
  // With `unwatch`, for the loop to run on.
  static void CloseAllOfThisThread(bool unwatch);

  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  napi_env napi() const { return napi_; }
  bool exiting() const { return exiting_; }
  Readiness& readiness() { return *readiness_; }
  int32_t turn() const { return readiness_ == nullptr ? 0 : readiness_->Turn(); }
  const std::shared_ptr<Inbox>& inbox() { return inbox_; }
  const std::shared_ptr<Lending>& lending() { return lending_; }

  // Closes all that is open, and calls no JavaScript any more: for the end of the process.
  void EndQuietly();

  // Chooses how to wait: "uv" or "thread", and the function for CallReady(). The first choice
  // stays. False when it cannot start.
  bool StartReadiness(const std::string& name, napi_value onready);

  // Calls the method `name` of the object behind `self` with `argument`. JavaScript errors go to
  // the process as uncaught exceptions, since nobody is there to catch them.
  void Call(napi_ref self, const char* name, int32_t argument);
  // Calls onready(code) on the object behind `socket`, without looking it up.
  void CallReady(napi_ref socket, int32_t code);

  // Closes every socket of this environment that belongs to `core`, whose context was shut down,
  // and tells each façade first.
  void EndSocketsOf(const ContextCore& core);

  // Drops the loans that are back, and calls onreleased(track) of the exports for each track that
  // ended.
  void CollectLoans();

  // Calls onforgotten(type) of the exports soon: a socket was collected while it was open.
  void NoteForgotten(int type);

  // One for each copy of the façade, which share an environment where they load the same file.
  std::deque<Inlet> inlets;
  // How many bytes a Buffer can have.
  size_t longest_buffer = 0;
  // How many bytes of libzmq Buffers have.
  const std::shared_ptr<std::atomic<size_t>> external_bytes =
      std::make_shared<std::atomic<size_t>>(0);
  // Why the last getOption() gave undefined.
  int last_errno = 0;
  // What process.exitCode says, for an end that comes early.
  int exit_code = 0;

  // Has every socket that nobody watches answer its peers: one that was closed over inproc stays
  // until the other side has acknowledged that, in its thread.
  void AnswerPeers();

  // The open ones, by their ids, which are never used again.
  std::unordered_map<uint32_t, Socket*> sockets;
  uint32_t last_socket_id = 0;
  std::unordered_set<Proxy*> proxies;
  std::unordered_set<Context*> contexts;

 private:
  template <typename Find>
  void CallWith(napi_ref self, int32_t argument, const Find& find);

  explicit Env(napi_env napi) : napi_(napi), thread_(std::this_thread::get_id()) {}
  // The first steps of the teardown. Without `unwatch` nothing of the runtime is touched.
  void CloseAll(bool unwatch);
  void Teardown();

  const napi_env napi_;
  const std::thread::id thread_;
  bool exiting_ = false;
  napi_ref exports_ = nullptr;
  napi_ref onready_ = nullptr;
  std::shared_ptr<Inbox> inbox_;
  std::shared_ptr<Lending> lending_;
  std::unique_ptr<Readiness> readiness_;
};

}  // namespace zmqx
