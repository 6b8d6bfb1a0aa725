// Proxy: forwards between two sockets on a thread of its own, which the sockets are lent to. The
// JavaScript thread starts and steers it; the environment's teardown stops and joins it. libzmq's
// own zmq_proxy_steerable() does not serve: it is gone since 4.3.5.
#pragma once

#include <node_api.h>

#include <atomic>
#include <deque>
#include <thread>

#include "interrupter.h"
#include "message.h"

namespace zmqx {

class Env;
class Socket;

class Proxy {
 public:
  static constexpr napi_type_tag kTag{0x7a6d717870727879, 0x99aabbccddeeff01};

  static napi_value Define(napi_env napi);

  explicit Proxy(Env* env) : env_(env) {}
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  // Ends the thread and gives the sockets back.
  void Stop();

 private:
  // The values of steer() in src/proxy.ts.
  enum State { kRunning, kPaused, kTerminating };

  struct Direction {
    void* from;
    void* to;
    std::deque<Frames> ahead{};  // what JavaScript had read ahead
    Frames held{};               // received, and `to` takes no more
    bool blocked = false;        // waits for `to` instead of for `from`
  };

  static napi_value JsNew(napi_env napi, napi_callback_info info);
  static napi_value JsRun(napi_env napi, napi_callback_info info);
  static napi_value JsSteer(napi_env napi, napi_callback_info info);

  int Start(Socket& front, Socket& back, napi_value front_ahead, napi_value back_ahead);
  void Ended(int status);
  // The rest runs on the thread of the proxy.
  int Forward(Direction front_to_back, Direction back_to_front);
  static int Pump(Direction& direction);

  Env* env_;
  Socket* front_ = nullptr;
  Socket* back_ = nullptr;
  napi_ref self_ = nullptr;  // strong while running
  std::unique_ptr<Interrupter> interrupter_;
  std::atomic<int> state_ = kRunning;
  std::thread thread_;
};

}  // namespace zmqx
