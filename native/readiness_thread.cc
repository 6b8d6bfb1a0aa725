// Readiness over one thread that waits on all armed descriptors with zmq_poll() and hands what
// fired to the JavaScript thread: for runtimes without libuv. A watch is armed for one wake-up.
#include <zmq.h>

#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <vector>

#include "env.h"
#include "inbox.h"
#include "interrupter.h"
#include "readiness.h"

namespace zmqx {
namespace {

class ThreadReadiness final : public Readiness {
 public:
  explicit ThreadReadiness(std::shared_ptr<Inbox> inbox) : inbox_(std::move(inbox)) {}
  ~ThreadReadiness() override { Stop(); }

  bool Start() {
    if (!interrupter_.usable()) return false;
    try {
      thread_ = std::thread([this] { Wait(); });
    } catch (const std::system_error&) {
      return false;
    }
    return true;
  }

  const char* name() const override { return "thread"; }

  bool Arm(Watch& watch) override {
    watch.wanted = true;
    UpdateReference(watch);
    const std::lock_guard lock(mutex_);
    if (armed_.emplace(&watch, watch.fd).second) interrupter_.Interrupt();
    return true;
  }

  void Disarm(Watch& watch) override {
    watch.wanted = false;
    UpdateReference(watch);
  }

  // The watch holds the inbox while its backend is set.
  void UpdateReference(Watch& watch) override {
    const bool holds = watch.wanted && watch.referenced;
    if (holds == (watch.backend != nullptr)) return;
    watch.backend = holds ? this : nullptr;
    if (holds) {
      inbox_->Hold();
    } else {
      inbox_->Release();
    }
  }

  void Forget(Watch& watch) override {
    Disarm(watch);
    std::erase(fired_, &watch);
    const std::lock_guard lock(mutex_);
    std::erase(fired_by_thread_, &watch);
    if (armed_.erase(&watch) > 0) interrupter_.Interrupt();
  }

  void Close(std::function<void()> done) override {
    Stop();
    done();
  }

 private:
  void Stop() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      interrupter_.Interrupt();
    }
    thread_.join();
  }

  // The waiting thread.
  void Wait() {
    std::vector<zmq_pollitem_t> items;
    std::vector<Watch*> watches;
    for (;;) {
      items.assign(1, {interrupter_.waiter(), 0, ZMQ_POLLIN, 0});
      watches.assign(1, nullptr);
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        for (const auto& [watch, fd] : armed_) {
          items.push_back({nullptr, fd, ZMQ_POLLIN, 0});
          watches.push_back(watch);
        }
      }
      if (zmq_poll(items.data(), static_cast<int>(items.size()), -1) < 0) continue;
      const std::lock_guard lock(mutex_);
      interrupter_.Drain();
      bool first = fired_by_thread_.empty();
      for (size_t index = 1; index < items.size(); ++index) {
        // A watch that was forgotten meanwhile is no longer armed.
        if (items[index].revents == 0 || armed_.erase(watches[index]) == 0) continue;
        fired_by_thread_.push_back(watches[index]);
        if (!first) continue;
        first = false;
        inbox_->Post([this](Env& env) { OnFired(env); });
      }
    }
  }

  void OnFired(Env& env) {
    {
      const std::lock_guard lock(mutex_);
      fired_.insert(fired_.end(), fired_by_thread_.begin(), fired_by_thread_.end());
      fired_by_thread_.clear();
    }
    // JavaScript may forget any of them, or arm it again, while we go through.
    while (!fired_.empty() && !env.exiting()) {
      Watch* watch = fired_.back();
      fired_.pop_back();
      if (!watch->wanted) continue;
      watch->on_ready();
    }
  }

  const std::shared_ptr<Inbox> inbox_;
  Interrupter interrupter_;
  std::thread thread_;
  std::vector<Watch*> fired_;  // JavaScript thread only

  std::mutex mutex_;  // for what follows, and for interrupter_.caller
  std::unordered_map<Watch*, zmq_fd_t> armed_;
  std::vector<Watch*> fired_by_thread_;
  bool stopping_ = false;
};

}  // namespace

std::unique_ptr<Readiness> CreateThreadReadiness(std::shared_ptr<Inbox> inbox) {
  auto readiness = std::make_unique<ThreadReadiness>(std::move(inbox));
  if (!readiness->Start()) return nullptr;
  return readiness;
}

}  // namespace zmqx
