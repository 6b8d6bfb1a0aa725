// Inbox over a thread-safe function: one wake-up runs all jobs posted so far.
#include "inbox.h"

#include <new>
#include <utility>

#include "check.h"
#include "env.h"

namespace zmqx {

std::shared_ptr<Inbox> Inbox::Create(Env& env) {
  std::shared_ptr<Inbox> inbox(new Inbox(env));
  napi_env napi = env.napi();
  const napi_status status =
      napi_create_threadsafe_function(napi, nullptr, nullptr, String(napi, "zmqx"), 0, 1, nullptr,
                                      nullptr, inbox.get(), &Inbox::OnCall, &inbox->function_);
  if (status != napi_ok) return nullptr;
  napi_unref_threadsafe_function(napi, inbox->function_);
  return inbox;
}

bool Inbox::Post(Job job) {
  const std::lock_guard lock(mutex_);
  if (function_ == nullptr) return false;
  try {
    jobs_.push_back(std::move(job));
  } catch (const std::bad_alloc&) {
    return false;
  }
  if (jobs_.size() > 1) return true;
  return napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking) == napi_ok;
}

void Inbox::Hold() {
  if (holders_++ == 0 && function_ != nullptr) {
    napi_ref_threadsafe_function(env_.napi(), function_);
  }
}

void Inbox::Release() {
  if (--holders_ == 0 && function_ != nullptr) {
    napi_unref_threadsafe_function(env_.napi(), function_);
  }
}

napi_threadsafe_function Inbox::Empty() {
  std::vector<Job> dropped;
  const std::lock_guard lock(mutex_);
  std::swap(dropped, jobs_);
  return std::exchange(function_, nullptr);
}

void Inbox::Close() {
  napi_threadsafe_function function = Empty();
  if (function != nullptr) napi_release_threadsafe_function(function, napi_tsfn_abort);
}

void Inbox::Abandon() { Empty(); }

// `env` is null when the environment goes away with the call still queued: `context` may be gone.
void Inbox::OnCall(napi_env env, napi_value, void* context, void*) {
  if (env != nullptr) static_cast<Inbox*>(context)->RunJobs();
}

void Inbox::RunJobs() {
  std::vector<Job> jobs;
  {
    const std::lock_guard lock(mutex_);
    std::swap(jobs, jobs_);
  }
  Env& env = env_;
  for (const Job& job : jobs) {
    if (env.exiting()) return;
    job(env);
  }
}

}  // namespace zmqx
