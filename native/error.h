// The names of errnos.
#pragma once

namespace zmqx {

// "EAGAIN" for EAGAIN and so on; null for a number without a name.
const char* ErrorName(int error);

}  // namespace zmqx
