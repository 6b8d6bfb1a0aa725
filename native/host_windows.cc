// Windows only: what the linker does elsewhere. The addon imports Node-API from "node.exe" by
// delayed loading; here it is told which module that is, since the program may be Electron, Bun, or
// a Node of another name.
#ifdef _WIN32

// The second needs the first.
// clang-format off
#include <windows.h>
#include <delayimp.h>
// clang-format on

namespace {

FARPROC WINAPI FindHost(unsigned event, PDelayLoadInfo info) {
  if (event != dliNotePreLoadLibrary || _stricmp(info->szDll, "node.exe") != 0) return nullptr;
  HMODULE host = GetModuleHandleA("node.dll");
  if (host == nullptr) host = GetModuleHandleA(nullptr);
  return reinterpret_cast<FARPROC>(host);
}

// Threads of libzmq and of the addon outlive the worker that loaded it, so it stays loaded.
bool StayLoaded() {
  constexpr DWORD kHow = GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;
  HMODULE self = nullptr;
  return GetModuleHandleExA(kHow, reinterpret_cast<LPCSTR>(&StayLoaded), &self) != 0;
}
[[maybe_unused]] const bool stays_loaded = StayLoaded();

}  // namespace

// A constant with some compilers, and with others a variable.
extern "C" {
decltype(__pfnDliNotifyHook2) __pfnDliNotifyHook2 = FindHost;
}

#endif
