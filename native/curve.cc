// CURVE key pairs. JavaScript thread.
#include "curve.h"

#include <zmq.h>

#include "check.h"

namespace zmqx {
namespace {

// 40 characters of Z85 and a NUL.
constexpr size_t kKeyText = 41;

}  // namespace

napi_value JsCurveKeyPair(napi_env napi, napi_callback_info) {
  char public_key[kKeyText] = {};
  char secret_key[kKeyText] = {};
  if (zmq_curve_keypair(public_key, secret_key) == -1) return Number(napi, -zmq_errno());
  napi_value pair = nullptr;
  napi_create_object(napi, &pair);
  napi_set_named_property(napi, pair, "publicKey", String(napi, public_key));
  napi_set_named_property(napi, pair, "secretKey", String(napi, secret_key));
  return pair;
}

}  // namespace zmqx
