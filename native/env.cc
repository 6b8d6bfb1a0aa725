// The registry of environments, their teardown, and calls into JavaScript.
#include "env.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <mutex>
#include <vector>

#include "check.h"
#include "context.h"
#include "lending.h"
#include "proxy.h"
#include "socket.h"

namespace zmqx {
namespace {

// Never destroyed: other threads may post while the process exits.
struct Environments {
  std::mutex mutex;
  std::vector<Env*> live;
};

Environments& All() {
  static auto* environments = new Environments;
  return *environments;
}

}  // namespace

Env* Env::Create(napi_env napi, napi_value exports) {
  std::unique_ptr<Env> env(new Env(napi));
  const auto on_cleanup = [](void* env) { static_cast<Env*>(env)->Teardown(); };
  env->inbox_ = Inbox::Create(*env);
  env->lending_ = std::make_shared<Lending>(env->inbox_);
  if (env->inbox_ == nullptr ||
      napi_create_reference(napi, exports, 1, &env->exports_) != napi_ok ||
      napi_set_instance_data(napi, env.get(), nullptr, nullptr) != napi_ok ||
      napi_add_env_cleanup_hook(napi, on_cleanup, env.get()) != napi_ok) {
    return nullptr;
  }
  const std::lock_guard lock(All().mutex);
  All().live.push_back(env.get());
  return env.release();
}

Env* Env::Of(napi_env napi) {
  void* env = nullptr;
  napi_get_instance_data(napi, &env);
  return static_cast<Env*>(env);
}

void Env::PostToAll(const Inbox::Job& job) {
  const std::lock_guard lock(All().mutex);
  for (Env* env : All().live) env->inbox_->Post(job);
}

void Env::CloseAllOfThisThread(bool unwatch) {
  std::vector<Env*> mine;
  {
    const std::lock_guard lock(All().mutex);
    const auto& live = All().live;
    std::copy_if(live.begin(), live.end(), std::back_inserter(mine),
                 [](const Env* env) { return env->thread_ == std::this_thread::get_id(); });
  }
  for (Env* env : mine) {
    env->exiting_ = true;
    if (!unwatch) env->inbox_->Abandon();
    env->CloseAll(unwatch);
  }
}

bool Env::StartReadiness(const std::string& name, napi_value onready) {
  // Loading the façade again gives the same environment, which goes on as it is.
  if (readiness_ != nullptr) return true;
  if (napi_create_reference(napi_, onready, 1, &onready_) != napi_ok) return false;
  std::unique_ptr<Readiness> started;
  if (name == "uv") started = CreateUvReadiness(napi_);
  if (started == nullptr) started = CreateThreadReadiness(inbox_);
  readiness_ = std::move(started);
  return readiness_ != nullptr;
}

void Env::EndQuietly() {
  exiting_ = true;
  CloseAll(true);
}

void Env::CallReady(napi_ref socket, int32_t code) {
  CallWith(socket, code, [this](napi_value, napi_value* function) {
    return napi_get_reference_value(napi_, onready_, function);
  });
}

void Env::Call(napi_ref self, const char* name, int32_t argument) {
  CallWith(self, argument, [this, name](napi_value object, napi_value* function) {
    return napi_get_named_property(napi_, object, name, function);
  });
}

template <typename Find>
void Env::CallWith(napi_ref self, int32_t argument, const Find& find) {
  if (exiting_) return;
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(napi_, &scope) != napi_ok) return;
  napi_value object = nullptr;
  napi_value function = nullptr;
  napi_value value = Number(napi_, argument);
  // Deno writes the result without asking whether somebody wants it.
  napi_value result = nullptr;
  if (napi_get_reference_value(napi_, self, &object) == napi_ok && object != nullptr &&
      find(object, &function) == napi_ok && TypeOf(napi_, function) == napi_function) {
    napi_make_callback(napi_, nullptr, object, function, 1, &value, &result);
  }
  bool pending = false;
  napi_value error = nullptr;
  if (napi_is_exception_pending(napi_, &pending) == napi_ok && pending &&
      napi_get_and_clear_last_exception(napi_, &error) == napi_ok) {
    napi_fatal_exception(napi_, error);
  }
  napi_close_handle_scope(napi_, scope);
}

void Env::EndSocketsOf(const ContextCore& core) {
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(napi_, &scope) != napi_ok) return;
  // The handles keep the sockets alive while JavaScript runs.
  std::vector<std::pair<uint32_t, napi_value>> ended;
  for (const auto& [id, socket] : sockets) {
    // A proxy's thread notices by itself, and gives its sockets back then.
    if (&socket->context() != &core || socket->lent()) continue;
    napi_value object = nullptr;
    napi_get_reference_value(napi_, socket->self(), &object);
    ended.emplace_back(id, object);
  }
  // JavaScript may close any of them.
  for (const auto& [id, object] : ended) {
    const auto found = sockets.find(id);
    if (found == sockets.end() || object == nullptr || exiting_) continue;
    CallReady(found->second->self(), kContextEnded);
  }
  for (const auto& [id, object] : ended) {
    const auto found = sockets.find(id);
    if (found != sockets.end()) found->second->Close();
  }
  napi_close_handle_scope(napi_, scope);
}

void Env::CollectLoans() {
  for (const uint32_t track : lending_->Collect(napi_)) {
    Call(exports_, "onreleased", static_cast<int32_t>(track));
  }
}

void Env::NoteForgotten(int type) {
  if (exiting_) return;
  inbox_->Post([type](Env& env) { env.Call(env.exports_, "onforgotten", type); });
}

void Env::AnswerPeers() {
  for (const auto& [id, socket] : sockets) socket->AnswerPeers();
}

void Env::CloseAll(bool unwatch) {
  // Closing takes the object out of its set.
  while (!proxies.empty()) (*proxies.begin())->Stop();
  while (!sockets.empty()) sockets.begin()->second->CloseAtExit(unwatch);
  while (!contexts.empty()) (*contexts.begin())->Release();
}

void Env::Teardown() {
  exiting_ = true;
  {
    const std::lock_guard lock(All().mutex);
    std::erase(All().live, this);
  }
  CloseAll(true);
  // The memory goes with the environment, which must not happen under libzmq's eyes.
  if (!lending_->all_back() && !lending_->WaitUntil(ContextCore::ExitDeadline())) {
    std::exit(exit_code);
  }
  inbox_->Close();
  if (readiness_ != nullptr) {
    readiness_->Close([this] { delete this; });
  } else {
    delete this;
  }
}

}  // namespace zmqx
