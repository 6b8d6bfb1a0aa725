// Comes before libzmq's session_base.cpp. A socket that bound never gets a peer back that has gone,
// so libzmq drops what was for it. It does not where the socket closes at that moment, between two
// commands to the session: that its pipe ends, and that it ends itself. It lingers then, and if
// that is for ever, the socket is never gone.
//
// Every header that declares what is replaced here comes first.
#pragma once

#include <compat.hpp>
#include <pipe.hpp>
#include <session_base.hpp>
#include <ypipe.hpp>
#include <ypipe_conflate.hpp>

// A session without a connection asks this of its pipe when it shall end.
#define check_read() \
  check_read(),      \
      _pending && !_active && !_engine && _pipe ? _pipe->terminate(false) : static_cast<void>(0)
