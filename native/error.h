// The names of errnos.
#pragma once

#include <string_view>

namespace zmqx {

// "EAGAIN" for EAGAIN and so on; null for a number without a name.
const char* ErrorName(int number);
// The other way round; 0 for what is no name.
int ErrorNumber(std::string_view name);

}  // namespace zmqx
