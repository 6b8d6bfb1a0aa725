// Reading arguments and making values: the few wrappers over raw Node-API that every entry
// point uses. A failing Node-API call means that JavaScript is going away (a worker being
// terminated): the wrappers then give an empty value and the caller returns.
#pragma once

#include <node_api.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

// A function, and a method, that JavaScript calls.
#define ZMQX_EXPORT(js_name, function) ::zmqx::Property<function>(js_name, napi_default)
#define ZMQX_METHOD(js_name, function) ::zmqx::Property<function>(js_name, napi_default_method)

namespace zmqx {

template <size_t Count>
struct Arguments {
  Arguments(napi_env env, napi_callback_info info) : env(env) {
    if (napi_get_cb_info(env, info, &count, values.data(), &self, nullptr) != napi_ok) {
      self = nullptr;
    }
    if (count > Count) count = Count;
  }

  napi_value operator[](size_t index) const { return values[index]; }

  napi_env env;
  napi_value self = nullptr;
  // How many were given, of those that are wanted.
  size_t count = Count;
  std::array<napi_value, Count == 0 ? 1 : Count> values{};
};

inline napi_value Undefined(napi_env env) {
  napi_value value = nullptr;
  napi_get_undefined(env, &value);
  return value;
}

inline napi_value Number(napi_env env, int32_t number) {
  napi_value value = nullptr;
  napi_create_int32(env, number, &value);
  return value;
}

inline napi_value Boolean(napi_env env, bool boolean) {
  napi_value value = nullptr;
  napi_get_boolean(env, boolean, &value);
  return value;
}

inline napi_value String(napi_env env, std::string_view text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

inline napi_valuetype TypeOf(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  if (value != nullptr) napi_typeof(env, value, &type);
  return type;
}

// Leaves `number` alone when the value is none. Deno makes a number of anything, so the type has
// to be looked at as well.
inline bool ReadInt32(napi_env env, napi_value value, int32_t* number) {
  int32_t read = 0;
  if (napi_get_value_int32(env, value, &read) != napi_ok || TypeOf(env, value) != napi_number) {
    return false;
  }
  *number = read;
  return true;
}

inline bool ReadBool(napi_env env, napi_value value) {
  bool boolean = false;
  napi_get_value_bool(env, value, &boolean);
  return boolean;
}

inline bool ReadString(napi_env env, napi_value value, std::string* text) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) return false;
  text->resize(length);
  return napi_get_value_string_utf8(env, value, text->data(), length + 1, &length) == napi_ok;
}

// The façade checks what users pass. What arrives wrong here is a misuse of the addon itself.
inline napi_value Misuse(napi_env env, const char* message) {
  napi_throw_type_error(env, nullptr, message);
  return nullptr;
}

// No C++ exception crosses into the runtime; the only ones there are tell of a lack of memory.
template <napi_callback Function>
napi_value Guarded(napi_env env, napi_callback_info info) noexcept {
  try {
    return Function(env, info);
  } catch (const std::exception&) {
    napi_throw_range_error(env, "ENOMEM", "Out of memory");
    return nullptr;
  }
}

template <napi_callback Function>
constexpr napi_property_descriptor Property(const char* name, napi_property_attributes attributes) {
  return {name, nullptr, &Guarded<Function>, nullptr, nullptr, nullptr, attributes, nullptr};
}

// Wraps `instance` in the object under construction, tagged so that no other object passes for it.
// The finalizer has to delete the weak `reference`, where one is wanted.
template <class T>
bool Wrap(napi_env env, napi_value self, T* instance, napi_finalize finalize,
          napi_ref* reference = nullptr) {
  return napi_type_tag_object(env, self, &T::kTag) == napi_ok &&
         napi_wrap(env, self, instance, finalize, nullptr, reference) == napi_ok;
}

template <class T>
T* Unwrap(napi_env env, napi_value value) {
  bool tagged = false;
  void* instance = nullptr;
  if (value == nullptr || TypeOf(env, value) != napi_object ||
      napi_check_object_type_tag(env, value, &T::kTag, &tagged) != napi_ok || !tagged ||
      napi_unwrap(env, value, &instance) != napi_ok) {
    return nullptr;
  }
  return static_cast<T*>(instance);
}

}  // namespace zmqx
