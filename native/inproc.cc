// Binding and connecting by inproc names.
#include "inproc.h"

#include <zmq.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "call.h"

namespace zmqx {
namespace {

constexpr char kSeparator = '\x1f';
constexpr size_t kScheme = std::char_traits<char>::length("inproc://");

bool GetAlong(int one, int other) {
  return (one == ZMQ_DISH) == (other == ZMQ_DISH) || one == ZMQ_RADIO || other == ZMQ_RADIO;
}

}  // namespace

int Inproc::Bind(void* socket, int type, const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (!Fits(name, type)) return -ENOCOMPATPROTO;
  if (const int status = AtEndpoint(zmq_bind, socket, name); status != 0) return status;
  const auto [first, last] = entries_.equal_range(name);
  std::vector<void*> met;
  for (auto entry = first; entry != last; ++entry) {
    auto& [peer, peer_type, address, state] = entry->second;
    if (state != Entry::kWaiting || AtEndpoint(zmq_bind, socket, address) != 0) continue;
    AtEndpoint(zmq_unbind, socket, address);
    state = Entry::kConnected;
    met.push_back(peer);
  }
  for (void* peer : met) Release(peer);
  Add(name, {socket, type, name, Entry::kBound});
  return 0;
}

int Inproc::Connect(void* socket, int type, const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (ended_) return -ETERM;
  if (!Fits(name, type)) return -ENOCOMPATPROTO;
  const auto [first, last] = entries_.equal_range(name);
  const bool waits = name.size() > kScheme && std::none_of(first, last, [](const auto& entry) {
                       return entry.second.state == Entry::kBound;
                     });
  const std::string address = waits ? name + kSeparator + std::to_string(++last_address_) : name;
  const int status = AtEndpoint(zmq_connect, socket, address);
  if (status == 0) Add(name, {socket, type, address, waits ? Entry::kWaiting : Entry::kConnected});
  return status;
}

int Inproc::Disconnect(void* socket, const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto entries = Of(socket);
  std::erase_if(entries, [&](const auto& entry) { return entry->first != name; });
  if (entries.empty()) return AtEndpoint(zmq_disconnect, socket, name);
  for (const auto& entry : entries) {
    if (const int status = Resolve(entry->second); status != 0) return status;
    // libzmq may know it no longer: its peer has gone, or it had the same address as another.
    AtEndpoint(zmq_disconnect, socket, entry->second.address);
    Erase(entry);
  }
  return 0;
}

void Inproc::NoteBound(void* socket, const std::string& name) {
  const std::lock_guard lock(mutex_);
  Add(name, {socket, ZMQ_PUB, name, Entry::kBound});
}

bool Inproc::Leave(void* socket, bool sent, size_t endpoints) {
  const std::lock_guard lock(mutex_);
  const auto entries = Of(socket);
  const bool keep = sent && endpoints > 0 && CountWaiting(socket) == endpoints;
  for (const auto& entry : entries) {
    if (entry->second.state == Entry::kBound) {
      AtEndpoint(zmq_unbind, socket, entry->second.address);
    }
    const bool waits = entry->second.state == Entry::kWaiting;
    // With no peer to be had, it has to wait for the one that may come.
    if (waits && (keep || Resolve(entry->second) != 0)) {
      kept_.insert(socket);
    } else {
      Erase(entry);
    }
  }
  return kept_.contains(socket);
}

void Inproc::End() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (auto& [name, entry] : entries_) Resolve(entry);
  for (const auto kept = std::exchange(kept_, {}); void* socket : kept) zmq_close(socket);
  entries_.clear();
  by_socket_.clear();
}

std::string_view Inproc::NameIn(std::string_view address) {
  return address.substr(0, address.rfind(kSeparator));
}

bool Inproc::Fits(const std::string& name, int type) const {
  const auto [first, last] = entries_.equal_range(name);
  return std::all_of(first, last,
                     [type](const auto& entry) { return GetAlong(type, entry.second.type); });
}

void Inproc::Add(const std::string& name, Entry entry) {
  void* const socket = entry.socket;
  by_socket_.emplace(socket, entries_.emplace(name, std::move(entry)));
}

void Inproc::Erase(Entries::iterator entry) {
  const auto [first, last] = by_socket_.equal_range(entry->second.socket);
  by_socket_.erase(
      std::find_if(first, last, [&](const auto& other) { return other.second == entry; }));
  entries_.erase(entry);
}

std::vector<Inproc::Entries::iterator> Inproc::Of(void* socket) const {
  std::vector<Entries::iterator> entries;
  const auto [first, last] = by_socket_.equal_range(socket);
  for (auto entry = first; entry != last; ++entry) entries.push_back(entry->second);
  return entries;
}

int Inproc::Resolve(Entry& entry) {
  if (entry.state != Entry::kWaiting) return 0;
  void* peer = zmq_socket(context_, ZMQ_PAIR);
  if (peer == nullptr) return -zmq_errno();
  const int status = AtEndpoint(zmq_bind, peer, entry.address);
  zmq_close(peer);
  if (status == 0) entry.state = Entry::kConnected;
  return status;
}

size_t Inproc::CountWaiting(void* socket) const {
  const auto [first, last] = by_socket_.equal_range(socket);
  return std::count_if(
      first, last, [](const auto& entry) { return entry.second->second.state == Entry::kWaiting; });
}

void Inproc::Release(void* socket) {
  if (!kept_.contains(socket) || CountWaiting(socket) > 0) return;
  kept_.erase(socket);
  for (const auto& entry : Of(socket)) Erase(entry);
  zmq_close(socket);
}

}  // namespace zmqx
