// Comes before libzmq's msg.cpp, which then has its memory from here. Every header that it includes
// comes first: those of C++ free memory of their own, and that of musl's scheduler declares free().
#pragma once

#include <compat.hpp>
#include <cstdlib>
#include <metadata.hpp>
#include <msg.hpp>
#include <new>

#include "message_memory.h"

#define malloc(size) ::zmqx::AllocateMessage(size)
#define free(memory) ::zmqx::FreeMessage(memory)
