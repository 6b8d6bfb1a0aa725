// Memory for the messages of libzmq. They are made on the threads of JavaScript and freed on I/O
// threads, one by one and in order: what malloc() is slowest at, since both then want its lock.
//
//  1. A thread cuts messages from a block, and never looks back. A message knows its block, and
//     the last one that is freed, on any thread, frees the block.
//  2. So a message that stays may keep a whole block from being freed.
//  3. Long messages have memory of their own.
#pragma once

#include <cstddef>

namespace zmqx {

// As malloc() and free(). Any thread.
void* AllocateMessage(size_t size);
void FreeMessage(void* memory);

}  // namespace zmqx
