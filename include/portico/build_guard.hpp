#pragma once

#include <asio/version.hpp>

// Every object that includes this refers to a symbol named after what changes the layout of objects that it shares with
// the library: the checked containers of libstdc++ (_GLIBCXX_DEBUG), and the version of Asio. The library defines the
// one of its own build, so another build does not link: "undefined reference to
// portico::detail::built_with_glibcxx_debug_and_asio_103000". Visual C++ has /FAILIFMISMATCH for its own library.
#ifdef _GLIBCXX_DEBUG
#define PORTICO_BUILD_GUARD_OF(asio) built_with_glibcxx_debug_and_asio_##asio
#else
#define PORTICO_BUILD_GUARD_OF(asio) built_with_asio_##asio
#endif
#define PORTICO_EXPANDED_BUILD_GUARD_OF(asio) PORTICO_BUILD_GUARD_OF(asio)
#define PORTICO_BUILD_GUARD PORTICO_EXPANDED_BUILD_GUARD_OF(ASIO_VERSION)

namespace portico::detail {

extern const char PORTICO_BUILD_GUARD;
#ifdef __GNUC__
[[gnu::used]] static const char* const required_build = &PORTICO_BUILD_GUARD;
#endif

}  // namespace portico::detail
