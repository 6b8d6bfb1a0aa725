// Comes before libzmq's epoll.cpp, whose threads then wait by what is here.
#pragma once

#include "busy_poll.h"

#define epoll_wait ::zmqx::WaitForEvents
