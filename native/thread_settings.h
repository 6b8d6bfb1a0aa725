// ThreadSettings: what a program asks of the I/O threads of a context. libzmq aborts the process
// when the system refuses it, so it is tried on a thread of our own first.
#pragma once

#include <optional>
#include <set>

namespace zmqx {

class ThreadSettings {
 public:
  // Remembers a context option that libzmq has taken; ignores those about something else.
  void Note(int option, int value);
  // 0, or the negative errno that the system gives.
  int Try() const;

 private:
  int Apply() const;

  std::optional<int> priority_;
  std::optional<int> policy_;
  std::set<int> processors_;
};

}  // namespace zmqx
