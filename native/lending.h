// Lending: memory of JavaScript that libzmq reads until it has sent it, in place of a copy.
//
//  1. A loan holds a strong reference to the object with the bytes. libzmq gives it back on any
//     thread; the references are dropped in batches, on the JavaScript thread.
//  2. Only the main thread lends, since its memory outlives every message: at its end it closes
//     its sockets, waits for what they may linger, and ends the process if a loan is still out.
//     A worker may go away at any time, so it copies.
//  3. What is lent is shared, in the eyes of libzmq. Receivers over inproc copy what is shared, so
//     that they keep it no longer than until they receive it.
#pragma once

#include <node_api.h>
#include <zmq.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "inbox.h"

namespace zmqx {

class Lending : public std::enable_shared_from_this<Lending> {
 public:
  // All loans of one message; when the last is back, its id is told.
  class Track {
   public:
    Track(std::shared_ptr<Lending> lending, uint32_t id) : lending_(std::move(lending)), id_(id) {}
    ~Track() { lending_->Ended(id_); }
    Track(const Track&) = delete;
    Track& operator=(const Track&) = delete;

   private:
    const std::shared_ptr<Lending> lending_;
    const uint32_t id_;
  };

  explicit Lending(std::shared_ptr<Inbox> inbox) : inbox_(std::move(inbox)) {}
  Lending(const Lending&) = delete;
  Lending& operator=(const Lending&) = delete;

  // Makes an empty `message` one of these bytes of `owner`. False: it cannot, and they are to be
  // copied. JavaScript thread.
  bool Lend(napi_env napi, napi_value owner, void* data, size_t size,
            const std::shared_ptr<Track>& track, zmq_msg_t* message);
  // Drops what is back, and gives the ids of tracks that ended. JavaScript thread.
  std::vector<uint32_t> Collect(napi_env napi);
  bool all_back();
  // Whether every loan is back by then.
  bool WaitUntil(std::chrono::steady_clock::time_point deadline);

 private:
  struct Loan;
  static void Return(void* data, void* loan);
  void Returned(napi_ref reference, size_t size);
  void Ended(uint32_t track);
  // With the mutex held.
  bool IsMuchBack() const;
  void TakeBack(std::vector<napi_ref>* back);
  void PostUnlessPosted();

  const std::shared_ptr<Inbox> inbox_;
  std::mutex mutex_;
  std::condition_variable back_again_;
  size_t out_ = 0;
  std::vector<napi_ref> back_;
  size_t bytes_back_ = 0;
  std::vector<uint32_t> ended_;
  bool posted_ = false;
};

// How to take the bytes that a program sends.
struct SendTerms {
  Lending* lending = nullptr;  // null: copy everything
  uint64_t copy_limit = 0;
  std::shared_ptr<Lending::Track> track;
};

}  // namespace zmqx
