// Loans, and how they come back.
#include "lending.h"

#include <utility>

#include "env.h"

namespace zmqx {
namespace {

// So much may be back before the JavaScript thread is told, unless nothing else is out.
constexpr size_t kLoans = 64;
constexpr size_t kBytes = 1024 * 1024;

}  // namespace

struct Lending::Loan {
  std::shared_ptr<Lending> lending;
  std::shared_ptr<Track> track;
  napi_ref reference;
  size_t size;
};

bool Lending::Lend(napi_env napi, napi_value owner, void* data, size_t size,
                   const std::shared_ptr<Track>& track, zmq_msg_t* message) {
  auto loan = std::make_unique<Loan>(Loan{shared_from_this(), track, nullptr, size});
  if (napi_create_reference(napi, owner, 1, &loan->reference) != napi_ok) return false;
  std::vector<napi_ref> back;
  {
    const std::lock_guard lock(mutex_);
    ++out_;
    // A program may not return to its event loop, which collects, for long.
    if (IsMuchBack()) TakeBack(&back);
  }
  for (napi_ref dropped : back) napi_delete_reference(napi, dropped);
  if (zmq_msg_init_data(message, data, size, &Return, loan.get()) == 0) {
    loan.release();
    return true;
  }
  zmq_msg_init(message);
  Returned(loan->reference, size);
  return false;
}

void Lending::Return(void*, void* loan) {
  const std::unique_ptr<Loan> back(static_cast<Loan*>(loan));
  back->lending->Returned(back->reference, back->size);
}

void Lending::Returned(napi_ref reference, size_t size) {
  const std::lock_guard lock(mutex_);
  back_.push_back(reference);
  bytes_back_ += size;
  if (--out_ == 0) back_again_.notify_all();
  if (out_ == 0 || IsMuchBack()) PostUnlessPosted();
}

bool Lending::IsMuchBack() const { return back_.size() >= kLoans || bytes_back_ >= kBytes; }

void Lending::TakeBack(std::vector<napi_ref>* back) {
  back->swap(back_);
  bytes_back_ = 0;
}

void Lending::Ended(uint32_t track) {
  const std::lock_guard lock(mutex_);
  ended_.push_back(track);
  PostUnlessPosted();
}

void Lending::PostUnlessPosted() {
  if (posted_) return;
  posted_ = inbox_->Post([](Env& env) { env.CollectLoans(); });
}

std::vector<uint32_t> Lending::Collect(napi_env napi) {
  std::vector<napi_ref> back;
  std::vector<uint32_t> ended;
  {
    const std::lock_guard lock(mutex_);
    TakeBack(&back);
    ended.swap(ended_);
    posted_ = false;
  }
  for (napi_ref reference : back) napi_delete_reference(napi, reference);
  return ended;
}

bool Lending::all_back() {
  const std::lock_guard lock(mutex_);
  return out_ == 0;
}

bool Lending::WaitUntil(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return back_again_.wait_until(lock, deadline, [this] { return out_ == 0; });
}

}  // namespace zmqx
