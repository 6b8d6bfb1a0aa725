// Comes before libzmq's msg.cpp, which then has its memory from here.
#pragma once

#include <cstdlib>
#include <new>

#include "message_memory.h"

#define malloc(size) ::zmqx::AllocateMessage(size)
#define free(memory) ::zmqx::FreeMessage(memory)
