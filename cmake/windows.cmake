# Links target zmqx to Node-API on Windows, where a library names the module that it imports from: "node.exe".
# It is loaded late, so that native/host_windows.cc can put the running program in its place.

set(CMAKE_JS_NODELIB_DEF "" CACHE FILEPATH "Names of the symbols of Node-API, set by cmake-js")
if(NOT EXISTS "${CMAKE_JS_NODELIB_DEF}")
  message(FATAL_ERROR "There is no \"${CMAKE_JS_NODELIB_DEF}\": build with cmake-js, or set CMAKE_JS_NODELIB_DEF "
                      "to the path of node_api.def in the package node-api-headers")
endif()

# Its headers would take the words min, max and small, and bring sockets that contradict libzmq's.
target_compile_definitions(zmqx PRIVATE NOMINMAX WIN32_LEAN_AND_MEAN)
if(MSVC)
  set(import_library "${CMAKE_CURRENT_BINARY_DIR}/node.lib")
  execute_process(COMMAND ${CMAKE_AR} "/def:${CMAKE_JS_NODELIB_DEF}" "/out:${import_library}"
                          ${CMAKE_STATIC_LINKER_FLAGS} COMMAND_ERROR_IS_FATAL ANY)
  target_link_options(zmqx PRIVATE /DELAYLOAD:NODE.EXE)
else()
  set(import_library "${CMAKE_CURRENT_BINARY_DIR}/libnode.a")
  execute_process(COMMAND ${CMAKE_DLLTOOL} --input-def "${CMAKE_JS_NODELIB_DEF}" --output-delaylib "${import_library}"
                          COMMAND_ERROR_IS_FATAL ANY)
  target_link_options(zmqx PRIVATE -static -Wl,--gc-sections)
endif()
target_link_libraries(zmqx PRIVATE "${import_library}" delayimp)
