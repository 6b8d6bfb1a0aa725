// ContextCore: the registry of contexts, their termination, and the exit of the process.
#include "context.h"

#include <zmq.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#ifndef _WIN32
#include <unistd.h>
#endif

#include "call.h"
#include "env.h"

namespace zmqx {
namespace {

using Clock = std::chrono::steady_clock;

// Never destroyed: threads that terminate a context may outlast every destructor of the process.
struct Registry {
  std::mutex mutex;
  std::map<uint32_t, std::weak_ptr<ContextCore>> cores;
  std::shared_ptr<ContextCore> default_core;
  uint32_t last_token = 0;

  // Of libzmq, from their creation to the end of their termination.
  size_t contexts = 0;
  std::condition_variable context_ended;

  Clock::time_point linger_until = Clock::time_point::min();
  bool lingers_for_ever = false;
  std::optional<Clock::time_point> exit_began;
};

Registry& TheRegistry() {
  static auto* registry = new Registry;
  return *registry;
}

void NoteContextEnded() {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  --registry.contexts;
  registry.context_ended.notify_all();
}

void TermInBackground(void* handle, std::function<void()> done) {
  const auto term = [handle, done = std::move(done)] {
    StatusOf([handle] { return zmq_ctx_term(handle); });
    if (done) done();
    NoteContextEnded();
  };
  try {
    std::thread(term).detach();
  } catch (const std::system_error&) {
    // No thread to be had: the context leaks, which beats blocking the event loop.
    NoteContextEnded();
  }
}

// Until when exit waits; the mutex of `registry` is held. Later than before when a socket was
// closed since.
Clock::time_point Deadline(Registry& registry) {
  // Time for contexts without messages to end in order.
  constexpr std::chrono::milliseconds kGrace{200};
  if (!registry.exit_began) registry.exit_began = Clock::now();
  auto until = std::max(*registry.exit_began, registry.linger_until);
  if (registry.lingers_for_ever) {
    until = std::max(until, *registry.exit_began + std::chrono::milliseconds(kExitLinger));
  }
  return until + kGrace;
}

// Not for a copy of the process, as fork() makes them: that has the sockets, but none of the
// threads behind them, and what it wrote to their descriptors would reach those of the original.
bool EndAllAtExit() {
#ifdef _WIN32
  // Windows has ended all other threads before it calls those of a library: JavaScript calls
  // EndAll().
  return true;
#else
  static const pid_t process = getpid();
  void (*const end_all)() = [] {
    if (getpid() == process) ContextCore::EndAll(false);
  };
#ifndef __APPLE__
  // How Bun ends a process. macOS has no such thing.
  if (std::at_quick_exit(end_all) != 0) return false;
#endif
  return std::atexit(end_all) == 0;
#endif
}

}  // namespace

ContextCore::ContextCore(void* handle)
    : token_([] {
        Registry& registry = TheRegistry();
        const std::lock_guard lock(registry.mutex);
        return ++registry.last_token;
      }()),
      handle_(handle),
      inproc_(handle) {}

ContextCore::~ContextCore() {
  {
    Registry& registry = TheRegistry();
    const std::lock_guard lock(registry.mutex);
    registry.cores.erase(token_);
  }
  if (handle_ == nullptr) return;
  inproc_.End();
  TermInBackground(handle_, nullptr);
}

std::shared_ptr<ContextCore> ContextCore::Create(int* error) {
  static const bool registered = EndAllAtExit();
  (void)registered;
  void* handle = zmq_ctx_new();
  if (handle == nullptr) {
    *error = errno;
    return nullptr;
  }
  auto core = std::make_shared<ContextCore>(handle);
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  registry.cores[core->token()] = core;
  ++registry.contexts;
  return core;
}

std::shared_ptr<ContextCore> ContextCore::Default(int* error) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  auto& core = TheRegistry().default_core;
  if (core == nullptr) core = Create(error);
  return core;
}

std::shared_ptr<ContextCore> ContextCore::Find(uint32_t token) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  const auto found = registry.cores.find(token);
  return found == registry.cores.end() ? nullptr : found->second.lock();
}

int ContextCore::Use(const std::function<int(void*)>& use) {
  const std::lock_guard lock(mutex_);
  return handle_ == nullptr || shut_down_ ? -ETERM : use(handle_);
}

void* ContextCore::OpenSocket(int type, int* error) {
  void* socket = nullptr;
  const int result = Use([&](void* handle) {
    if (const int refused = started_ ? 0 : thread_settings_.Try(); refused != 0) return refused;
    started_ = true;
    socket = zmq_socket(handle, type);
    if (socket == nullptr) return -errno;
    ++open_sockets_;
    return 0;
  });
  *error = -result;
  return socket;
}

void ContextCore::NoteOption(int option, int value) {
  const std::lock_guard lock(mutex_);
  thread_settings_.Note(option, value);
}

void ContextCore::Shutdown() {
  {
    const std::lock_guard lock(mutex_);
    if (handle_ == nullptr || shut_down_) return;
    shut_down_ = true;
    inproc_.End();
    zmq_ctx_shutdown(handle_);
  }
  Env::PostToAll([core = shared_from_this()](Env& env) { env.EndSocketsOf(*core); });
}

void ContextCore::SocketClosed() {
  {
    const std::lock_guard lock(mutex_);
    --open_sockets_;
  }
  EndWhenEmpty();
}

void ContextCore::Terminate(std::function<void()> done) {
  Shutdown();
  {
    const std::lock_guard lock(mutex_);
    term_wanted_ = true;
    if (!ended_ && done) waiting_.push_back(std::exchange(done, nullptr));
  }
  if (done) done();
  EndWhenEmpty();
}

void ContextCore::TerminateQuietly() {
  {
    const std::lock_guard lock(mutex_);
    term_wanted_ = true;
    // What lingers in other threads is known when they close it.
    if (open_sockets_ > 0) NoteLinger(-1);
  }
  EndWhenEmpty();
}

void ContextCore::EndWhenEmpty() {
  void* handle = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (!term_wanted_ || open_sockets_ > 0) return;
    handle = std::exchange(handle_, nullptr);
  }
  if (handle == nullptr) return;
  inproc_.End();
  TermInBackground(handle, [core = shared_from_this()] {
    std::vector<std::function<void()>> waiting;
    {
      const std::lock_guard lock(core->mutex_);
      core->ended_ = true;
      waiting.swap(core->waiting_);
    }
    for (const auto& call : waiting) call();
  });
}

void ContextCore::EndAll(bool unwatch) {
  process_ends_ = true;
  Env::CloseAllOfThisThread(unwatch);
  // Not every runtime ends its other threads first.
  Env::PostToAll([](Env& env) { env.EndQuietly(); });
  Registry& registry = TheRegistry();
  std::vector<std::shared_ptr<ContextCore>> cores;
  {
    const std::lock_guard lock(registry.mutex);
    for (const auto& [token, weak] : registry.cores) {
      if (auto core = weak.lock()) cores.push_back(std::move(core));
    }
  }
  for (const auto& core : cores) core->TerminateQuietly();
  std::unique_lock lock(registry.mutex);
  const auto all_ended = [&registry] { return registry.contexts == 0; };
  while (!registry.context_ended.wait_until(lock, Deadline(registry), all_ended) &&
         Clock::now() < Deadline(registry)) {
  }
  // A core whose termination could not finish must not be destroyed by this thread either.
  static auto* leaked = new std::vector<std::shared_ptr<ContextCore>>;
  leaked->swap(cores);
}

Clock::time_point ContextCore::ExitDeadline() {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  return Deadline(registry);
}

void ContextCore::NoteLinger(int milliseconds) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  if (milliseconds < 0) {
    registry.lingers_for_ever = true;
  } else {
    registry.linger_until =
        std::max(registry.linger_until, Clock::now() + std::chrono::milliseconds(milliseconds));
  }
}

}  // namespace zmqx
