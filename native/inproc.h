// Inproc: which sockets of one context are at which inproc names. Any thread.
//
// libzmq crashes when a socket gives up a connection to a name that nobody has bound yet: the
// waiting connection goes on referring to pipes that are gone. So a connection that has to wait
// gets an address of its own, which the socket that comes to bind the name binds as well; and one
// that is given up is first met by a socket which goes away at once.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace zmqx {

class Inproc {
 public:
  explicit Inproc(void* context) : context_(context) {}
  Inproc(const Inproc&) = delete;
  Inproc& operator=(const Inproc&) = delete;

  // As the functions of libzmq: 0 or a negative errno. ENOCOMPATPROTO where the types of the
  // sockets at the name do not get along: libzmq aborts when a DISH meets anything but a RADIO.
  int Bind(void* socket, int type, const std::string& name);
  int Connect(void* socket, int type, const std::string& name);
  int Disconnect(void* socket, const std::string& name);

  // libzmq binds a socket of its own to this name, on behalf of `socket`.
  void NoteBound(void* socket, const std::string& name);

  // To be called before zmq_close(). True when the socket is kept, and closed here later: it
  // `sent` messages that wait for others to bind, and has nothing else among its `endpoints`.
  bool Leave(void* socket, bool sent, size_t endpoints);

  // To be called before zmq_ctx_shutdown() and zmq_ctx_term(): afterwards nobody connects.
  void End();

  // The name that a program gave, for an address that libzmq tells.
  static std::string_view NameIn(std::string_view address);

 private:
  struct Entry {
    void* socket;
    int type;
    std::string address;  // what libzmq knows it by
    enum { kBound, kConnected, kWaiting } state;
  };
  // An iterator stays good until its own entry is erased.
  using Entries = std::multimap<std::string, Entry>;

  bool Fits(const std::string& name, int type) const;
  void Add(const std::string& name, Entry entry);
  void Erase(Entries::iterator entry);
  std::vector<Entries::iterator> Of(void* socket) const;
  // Gives a waiting connection its peer.
  int Resolve(Entry& entry);
  size_t CountWaiting(void* socket) const;
  // Closes a socket that was kept, once nothing of it waits any more.
  void Release(void* socket);

  void* const context_;
  std::mutex mutex_;
  Entries entries_;
  std::unordered_multimap<void*, Entries::iterator> by_socket_;
  std::unordered_set<void*> kept_;
  size_t last_address_ = 0;
  bool ended_ = false;
};

}  // namespace zmqx
