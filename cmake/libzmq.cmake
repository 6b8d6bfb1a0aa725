# Target libzmq-static: the vendored tree, built by its own CMake description, unpatched.
# Draft sockets, CURVE over the libsodium of this build, and the WebSocket transport are on.

# libzmq is older than these policies: its options shall take our values, and its targets our link-time setting
# and our C library of MSVC.
set(CMAKE_POLICY_DEFAULT_CMP0069 NEW)
set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
set(CMAKE_POLICY_DEFAULT_CMP0091 NEW)

set(BUILD_SHARED OFF)
set(BUILD_STATIC ON)
set(BUILD_TESTS OFF)
set(ENABLE_CLANG OFF)
set(ENABLE_CPACK OFF)
set(ENABLE_CURVE ON)
set(ENABLE_DRAFTS ON)
set(ENABLE_LIBSODIUM_RANDOMBYTES_CLOSE OFF)
set(ENABLE_PRECOMPILED OFF)
set(ENABLE_WS ON)
set(LIBZMQ_WERROR OFF)
set(WITH_DOC OFF)
set(WITH_DOCS OFF)
set(WITH_LIBBSD OFF)
set(WITH_LIBSODIUM ON)
set(WITH_LIBSODIUM_STATIC ON)
set(WITH_NSS OFF)
set(WITH_PERF_TOOL OFF)
set(WITH_TLS OFF)

# 4.3.4 looks for "Sodium", later ones for "sodium": two names that one case-blind directory cannot hold in git.
foreach(name Sodium sodium)
  configure_file(cmake/FindSodium.cmake "${CMAKE_CURRENT_BINARY_DIR}/modules/Find${name}.cmake" COPYONLY)
endforeach()
list(PREPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_BINARY_DIR}/modules")

# Of the compilers for Windows, libzmq expects the header for ipc from MSVC only.
if(MINGW)
  set(ZMQ_HAVE_IPC OFF)
endif()

# libzmq leaves out what it finds by running a program, such as keep-alive, if it thinks that it cannot run any.
if(CMAKE_CROSSCOMPILING_EMULATOR)
  set(CMAKE_CROSSCOMPILING OFF)
endif()

# It asks the system for the number of the process four times for each message that wakes a thread up, lest a copy
# of the process uses its sockets. Node makes no such copies, and of those made otherwise native/context.cc knows.
if(ZMQX_TUNE_LIBZMQ)
  set(HAVE_FORK OFF)
endif()

add_subdirectory("${libzmq_source}" libzmq EXCLUDE_FROM_ALL)
