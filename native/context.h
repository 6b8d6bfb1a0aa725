// ContextCore: one ØMQ context, shared by all environments of the process that hold it.
// Context: the wrapper of a core in one environment.
//
// Lifetime:
//  1. A core is found by its token, a plain number that may travel through workerData. It lives
//     while a wrapper or an open socket holds it; the default core lives as long as the process.
//  2. zmq_ctx_term() may block for as long as messages linger, so it only ever runs on a thread
//     made for it, once per core.
//  3. When the process exits, an exit handler closes what is open and waits until every context
//     has ended, or for the lingers that the program set itself, or kExitLinger: no longer.
#pragma once

#include <node_api.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "inproc.h"
#include "thread_settings.h"

namespace zmqx {

class Env;

// Milliseconds that exit waits for messages whose sockets would linger for ever.
constexpr int kExitLinger = 1000;
// The argument of onready() that tells that the context of a socket has ended.
constexpr int32_t kContextEnded = 1;

class ContextCore : public std::enable_shared_from_this<ContextCore> {
 public:
  // The functions that take `error` set it to an errno when they return null. All of this class
  // may be called on any thread.
  static std::shared_ptr<ContextCore> Default(int* error);
  static std::shared_ptr<ContextCore> Create(int* error);
  static std::shared_ptr<ContextCore> Find(uint32_t token);

  explicit ContextCore(void* handle);
  ~ContextCore();
  ContextCore(const ContextCore&) = delete;
  ContextCore& operator=(const ContextCore&) = delete;

  uint32_t token() const { return token_; }

  // Whether a socket was ever opened.
  bool started() const { return started_; }
  // Null with `error` set: ETERM after shutdown, EMFILE at the limit of sockets.
  void* OpenSocket(int type, int* error);
  // Runs `use` with the context unless it has ended. The result of `use`, or -ETERM.
  int Use(const std::function<int(void*)>& use);

  Inproc& inproc() { return inproc_; }

  // Tells of an option that libzmq has taken.
  void NoteOption(int option, int value);

  // To be called when a socket that OpenSocket() gave was closed.
  void SocketClosed();

  // Ends every operation on every socket of this context with ETERM, for good.
  void Shutdown();
  // Shuts down, and calls `done` from a thread of its own when the context is gone. It ends after
  // its last socket: libzmq may abort when sockets close while it does.
  void Terminate(std::function<void()> done);

  // Until when exit waits for messages, which begins with the first call.
  static std::chrono::steady_clock::time_point ExitDeadline();
  // Closes all of the calling thread, ends all contexts, and waits for their messages and for the
  // sockets of other threads.
  // For the main thread, after the last JavaScript; with `unwatch`, the loop may run on.
  static void EndAll(bool unwatch);
  // Whether EndAll() was called. Other threads may still run then, and are to notice nothing.
  static bool process_ends() { return process_ends_; }
  // Exit waits for the messages of a socket closed with this linger.
  static void NoteLinger(int milliseconds);

 private:
  void EndWhenEmpty();
  // As Terminate(), but what its sockets do until they are closed goes on.
  void TerminateQuietly();

  static inline std::atomic<bool> process_ends_ = false;

  const uint32_t token_;
  std::atomic<bool> started_ = false;
  std::mutex mutex_;
  void* handle_;  // null once the context is being terminated
  size_t open_sockets_ = 0;
  bool shut_down_ = false;
  bool term_wanted_ = false;
  bool ended_ = false;
  ThreadSettings thread_settings_;
  Inproc inproc_;
  std::vector<std::function<void()>> waiting_;
};

class Context {
 public:
  static constexpr napi_type_tag kTag{0x7a6d71785f637478, 0x8c1d2a5b3e4f6071};

  static napi_value Define(napi_env napi);

  explicit Context(Env* env) : env_(env) {}
  ~Context() { Release(); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const std::shared_ptr<ContextCore>& core() const { return core_; }
  void Release();

 private:
  static napi_value JsNew(napi_env napi, napi_callback_info info);
  static napi_value JsOpen(napi_env napi, napi_callback_info info);
  static napi_value JsToken(napi_env napi, napi_callback_info info);
  static napi_value JsGetOption(napi_env napi, napi_callback_info info);
  static napi_value JsSetOption(napi_env napi, napi_callback_info info);
  static napi_value JsShutdown(napi_env napi, napi_callback_info info);
  static napi_value JsTerminate(napi_env napi, napi_callback_info info);
  void Terminated();

  Env* env_;  // null once released
  std::shared_ptr<ContextCore> core_;
  napi_ref self_ = nullptr;  // strong while a termination is under way
};

}  // namespace zmqx
