// CURVE key pairs.
#pragma once

#include <node_api.h>

namespace zmqx {

// curveKeyPair(): {publicKey, secretKey} as Z85 text, or a negative errno.
napi_value JsCurveKeyPair(napi_env napi, napi_callback_info info);

}  // namespace zmqx
