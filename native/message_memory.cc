#include "message_memory.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace zmqx {
namespace {

constexpr size_t kBlockSize = 32 * 1024;
constexpr size_t kLongest = 4 * 1024;
constexpr size_t kAlignment = alignof(std::max_align_t);

// More than a block has messages.
constexpr uint32_t kOpen = 1u << 31;

struct alignas(kAlignment) Block {
  // While a thread cuts from it: kOpen, less what was freed. Then how many messages are left.
  std::atomic<uint32_t> left{kOpen};
};

// Stands before each message; it has no block when it has memory of its own.
struct alignas(kAlignment) Header {
  Block* block;
};

// What this thread cuts from. It has no destructor, because messages are made and freed until the
// very end of a thread.
struct Cut {
  Block* block;
  char* next;
  size_t size;
  uint32_t count;
};
constinit thread_local Cut cut{};

void Leave(Block* block, uint32_t count) {
  if (block->left.fetch_sub(count, std::memory_order_acq_rel) == count) std::free(block);
}

void Close() {
  if (cut.block != nullptr) Leave(cut.block, kOpen - cut.count);
  cut = {};
}

struct AtThreadExit {
  ~AtThreadExit() { Close(); }
};

void Start(Block* block) {
  cut = {block, reinterpret_cast<char*>(block + 1), kBlockSize - sizeof(Block), 0};
}

bool Renew() {
  thread_local AtThreadExit at_thread_exit;
  static_cast<void>(&at_thread_exit);
  if (cut.block != nullptr &&
      cut.block->left.load(std::memory_order_acquire) == kOpen - cut.count) {
    cut.block->left.store(kOpen, std::memory_order_relaxed);
    Start(cut.block);
    return true;
  }
  Close();
  void* memory = std::malloc(kBlockSize);
  if (memory == nullptr) return false;
  Start(new (memory) Block);
  return true;
}

void* Begin(void* memory, Block* block) { return new (memory) Header{block} + 1; }

}  // namespace

void* AllocateMessage(size_t size) {
  if (size > kLongest) {
    void* memory = size > SIZE_MAX - sizeof(Header) ? nullptr : std::malloc(sizeof(Header) + size);
    return memory == nullptr ? nullptr : Begin(memory, nullptr);
  }
  const size_t needed = sizeof(Header) + (size + kAlignment - 1) / kAlignment * kAlignment;
  if (needed > cut.size && !Renew()) return nullptr;
  void* memory = cut.next;
  cut.next += needed;
  cut.size -= needed;
  cut.count += 1;
  return Begin(memory, cut.block);
}

void FreeMessage(void* memory) {
  if (memory == nullptr) return;
  Header* header = static_cast<Header*>(memory) - 1;
  if (header->block != nullptr) {
    Leave(header->block, 1);
  } else {
    std::free(header);
  }
}

}  // namespace zmqx
