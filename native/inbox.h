// Inbox: how other threads reach the JavaScript thread of an Env. Post() may be called from any
// thread at any time, also after the environment is gone: the job is then dropped.
#pragma once

#include <node_api.h>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace zmqx {

class Env;

class Inbox {
 public:
  using Job = std::function<void(Env&)>;

  // Null when the environment cannot make a thread-safe function. JavaScript thread.
  static std::shared_ptr<Inbox> Create(Env& env);

  // False: the environment is gone and the job was dropped. Any thread.
  bool Post(Job job);

  // While held, the event loop stays alive. JavaScript thread.
  void Hold();
  void Release();

  // Nothing posted from now on, or waiting, runs. JavaScript thread.
  void Close();
  // The same while the process exits: without a call into the runtime.
  void Abandon();

 private:
  explicit Inbox(Env& env) : env_(env) {}
  static void OnCall(napi_env env, napi_value callback, void* context, void* data);
  void RunJobs();
  napi_threadsafe_function Empty();

  Env& env_;
  size_t holders_ = 0;
  std::mutex mutex_;
  napi_threadsafe_function function_ = nullptr;  // null once closed
  std::vector<Job> jobs_;
};

}  // namespace zmqx
