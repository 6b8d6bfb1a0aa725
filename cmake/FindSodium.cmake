# Answers libzmq's search for libsodium with the target that this build compiles.
# A static archive needs the headers only; the addon links the two together.

set(SODIUM_FOUND TRUE)
set(sodium_FOUND TRUE)
set(Sodium_FOUND TRUE)
set(SODIUM_LIBRARIES "")
get_target_property(SODIUM_INCLUDE_DIRS sodium INTERFACE_INCLUDE_DIRECTORIES)
