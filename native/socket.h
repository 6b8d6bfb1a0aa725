// Socket: one ØMQ socket of one environment. Used and closed only on the JavaScript thread of its
// Env, apart from the time that a proxy's thread has it (Lend). The JavaScript object is pinned
// while somebody waits, and otherwise collected like any other, which closes the socket.
#pragma once

#include <node_api.h>

#include <memory>
#include <optional>
#include <string>

#include "context.h"
#include "inlet.h"
#include "message.h"
#include "readiness.h"

namespace zmqx {

class Env;

class Socket {
 public:
  static constexpr napi_type_tag kTag{0x7a6d717873636b74, 0x1f2e3d4c5b6a7988};

  static napi_value Define(napi_env napi);
  // The open socket with this id, at a fraction of what it takes to unwrap an object. Null when
  // there is none.
  static Socket* Find(napi_env napi, napi_value id);

  explicit Socket(Env* env);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  const ContextCore& context() const { return *context_; }
  const std::shared_ptr<ContextCore>& shared_context() const { return context_; }
  napi_ref self() const { return self_; }
  void* handle() const { return handle_; }
  bool lent() const { return lent_; }
  // What there is to say of a closed socket.
  static int Gone();
  // Gone() when closed, -EBUSY while a proxy has it, 0 otherwise.
  int Check() const;

  // Until Reclaim() only the thread that it was lent to may use the socket.
  void Lend();
  void Reclaim();

  // See Env::AnswerPeers().
  void AnswerPeers();

  void Close(std::optional<int> linger = std::nullopt);
  // Close, with an endless linger cut to what exit may wait.
  void CloseAtExit(bool unwatch);

 private:
  static napi_value JsNew(napi_env napi, napi_callback_info info);
  // socket.cc
  static napi_value JsOpen(napi_env napi, napi_callback_info info);
  static napi_value JsClose(napi_env napi, napi_callback_info info);
  static napi_value JsEndpoint(napi_env napi, napi_callback_info info);
  static napi_value JsMonitor(napi_env napi, napi_callback_info info);
  static napi_value JsWatch(napi_env napi, napi_callback_info info);
  static napi_value JsReference(napi_env napi, napi_callback_info info);
  static napi_value JsHasPeer(napi_env napi, napi_callback_info info);
  static napi_value JsGroup(napi_env napi, napi_callback_info info);
  // socket_io.cc
  static napi_value JsSend(napi_env napi, napi_callback_info info);
  static napi_value JsSendPart(napi_env napi, napi_callback_info info);
  static napi_value JsSendMany(napi_env napi, napi_callback_info info);
  static napi_value JsPrepare(napi_env napi, napi_callback_info info);
  static napi_value JsResend(napi_env napi, napi_callback_info info);
  static napi_value JsReceive(napi_env napi, napi_callback_info info);
  static napi_value JsPoll(napi_env napi, napi_callback_info info);
  static napi_value JsEvents(napi_env napi, napi_callback_info info);
  // socket_drain.cc
  static napi_value JsDrain(napi_env napi, napi_callback_info info);
  // socket_options.cc
  static napi_value JsGetOption(napi_env napi, napi_callback_info info);
  static napi_value JsSetOption(napi_env napi, napi_callback_info info);
  static napi_value JsTune(napi_env napi, napi_callback_info info);

  int Open(std::shared_ptr<ContextCore> context, int type);
  ReceiveTerms TermsOfReceive() const;
  int ChangeEndpoint(int operation, const std::string& address);
  int ChangeName(int operation, const std::string& name);
  // Whether libzmq can be given these frames: DGRAM closes what it does not take.
  int CheckFrames(const Frames& frames) const;
  // How the bytes of a message are taken; `loan` is that of send().
  SendTerms TermsFor(napi_env napi, napi_value loan) const;
  // 0 or a negative status; with -EAGAIN, `frames` is what did not fit.
  int SendMessage(napi_env napi, const Message& message, napi_value target, const SendTerms& terms,
                  Frames* frames);
  int SendOne(napi_env napi, napi_value message, napi_value target, const SendTerms& terms,
              Frames* frames);
  int OpenDescriptor();
  void DrainPoller();
  int Arm();
  void Disarm();
  void Pin(bool pinned);
  void OnReady();

  Env* env_;  // null once closed
  const Inlet* inlet_ = nullptr;
  std::shared_ptr<ContextCore> context_;
  void* handle_ = nullptr;
  void* poller_ = nullptr;  // thread-safe sockets only: it owns their descriptor
  int type_ = 0;
  uint32_t id_ = 0;
  int endpoints_ = 0;
  bool sent_ = false;
  bool public_ = false;
  // See src/tuning.ts.
  size_t receive_copy_limit_ = 0;
  size_t send_copy_limit_ = 0;
  // Why a message was lost, for the next call of drain().
  int lost_ = 0;
  bool lends_ = false;
  bool used_inproc_ = false;
  bool lent_ = false;
  bool watched_ = false;  // the readiness knows watch_
  bool awaited_ = false;  // somebody waits, as of the last wake-up
  bool pinned_ = false;
  napi_ref self_ = nullptr;  // strong while pinned
  Watch watch_;
};

// Where JsDrain() writes to, see socket_drain.cc.
napi_value JsAddInlet(napi_env napi, napi_callback_info info);
napi_value JsReceiveInto(napi_env napi, napi_callback_info info);

}  // namespace zmqx
