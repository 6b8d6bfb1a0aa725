// The entry of the module: makes the Env and exports classes and functions. Loaded once per
// JavaScript environment, or more often (module resets): each load has an Env of its own.
#include <node_api.h>
#include <zmq.h>

#include "busy_poll.h"
#include "check.h"
#include "context.h"
#include "curve.h"
#include "env.h"
#include "error.h"
#include "proxy.h"
#include "socket.h"

namespace zmqx {
namespace {

std::string Version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  zmq_version(&major, &minor, &patch);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

// startReadiness(name, onready): the name of what was started, or undefined.
napi_value JsStartReadiness(napi_env napi, napi_callback_info info) {
  const Arguments<2> args(napi, info);
  Env* env = Env::Of(napi);
  std::string name;
  if (env == nullptr || !ReadString(napi, args[0], &name) ||
      TypeOf(napi, args[1]) != napi_function) {
    return Misuse(napi, "Expected a name and a function");
  }
  return env->StartReadiness(name, args[1]) ? String(napi, env->readiness().name())
                                            : Undefined(napi);
}

// turn(): see Readiness::Turn().
napi_value JsTurn(napi_env napi, napi_callback_info) {
  const Env* env = Env::Of(napi);
  return Number(napi, env == nullptr ? 0 : env->turn());
}

// errorName(errno): its name, or undefined.
napi_value JsErrorName(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  int32_t error = 0;
  ReadInt32(napi, args[0], &error);
  const char* name = ErrorName(error);
  return name == nullptr ? Undefined(napi) : String(napi, name);
}

// errorNumber(name): the errno with that name, or 0.
napi_value JsErrorNumber(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  std::string name;
  ReadString(napi, args[0], &name);
  return Number(napi, ErrorNumber(name));
}

// errorText(errno): what libzmq says about it.
napi_value JsErrorText(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  int32_t error = 0;
  ReadInt32(napi, args[0], &error);
  return String(napi, zmq_strerror(error));
}

// lastErrno(): why the last getOption() gave undefined.
napi_value JsLastErrno(napi_env napi, napi_callback_info) {
  Env* env = Env::Of(napi);
  return Number(napi, env == nullptr ? 0 : env->last_errno);
}

// has(name): zmq_has().
napi_value JsHas(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  std::string name;
  if (!ReadString(napi, args[0], &name)) return Misuse(napi, "Expected a name");
  return Boolean(napi, zmq_has(name.c_str()) != 0);
}

// answerPeers(): see Env::AnswerPeers(), in all environments of the process.
napi_value JsAnswerPeers(napi_env napi, napi_callback_info) {
  Env::PostToAll([](Env& env) { env.AnswerPeers(); });
  return Undefined(napi);
}

// noteExit(code): how the process ends, in case that exit has to be cut short.
napi_value JsNoteExit(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  if (Env* env = Env::Of(napi)) ReadInt32(napi, args[0], &env->exit_code);
  return Undefined(napi);
}

// endAll(): what the end of a process does, where it has to be told before.
napi_value JsEndAll(napi_env napi, napi_callback_info) {
  ContextCore::EndAll(true);
  return Undefined(napi);
}

// pollFor(microseconds): see PollFor().
napi_value JsPollFor(napi_env napi, napi_callback_info info) {
  const Arguments<1> args(napi, info);
  int32_t microseconds = 0;
  ReadInt32(napi, args[0], &microseconds);
  return Boolean(napi, PollFor(microseconds));
}

// giveWay(): see GiveWay().
napi_value JsGiveWay(napi_env napi, napi_callback_info) { return Boolean(napi, GiveWay()); }

// openSockets(): how many sockets of this environment are open.
napi_value JsOpenSockets(napi_env napi, napi_callback_info) {
  Env* env = Env::Of(napi);
  return Number(napi, env == nullptr ? 0 : static_cast<int32_t>(env->sockets.size()));
}

napi_value Init(napi_env napi, napi_value exports) {
  if (Env::Create(napi, exports) == nullptr) return exports;
  const napi_property_descriptor functions[] = {
      ZMQX_EXPORT("startReadiness", JsStartReadiness),
      ZMQX_EXPORT("turn", JsTurn),
      ZMQX_EXPORT("errorName", JsErrorName),
      ZMQX_EXPORT("errorNumber", JsErrorNumber),
      ZMQX_EXPORT("errorText", JsErrorText),
      ZMQX_EXPORT("lastErrno", JsLastErrno),
      ZMQX_EXPORT("has", JsHas),
      ZMQX_EXPORT("answerPeers", JsAnswerPeers),
      ZMQX_EXPORT("noteExit", JsNoteExit),
      ZMQX_EXPORT("endAll", JsEndAll),
      ZMQX_EXPORT("openSockets", JsOpenSockets),
      ZMQX_EXPORT("pollFor", JsPollFor),
      ZMQX_EXPORT("giveWay", JsGiveWay),
      ZMQX_EXPORT("addInlet", JsAddInlet),
      ZMQX_EXPORT("receiveInto", JsReceiveInto),
      ZMQX_EXPORT("curveKeyPair", JsCurveKeyPair),
  };
  napi_define_properties(napi, exports, std::size(functions), functions);
  napi_set_named_property(napi, exports, "version", String(napi, Version()));
  napi_set_named_property(napi, exports, "Context", Context::Define(napi));
  napi_set_named_property(napi, exports, "Socket", Socket::Define(napi));
  napi_set_named_property(napi, exports, "Proxy", Proxy::Define(napi));
  return exports;
}

}  // namespace
}  // namespace zmqx

NAPI_MODULE_INIT() { return zmqx::Init(env, exports); }
