// The one translation unit that compiles Asio itself (ASIO_SEPARATE_COMPILATION).
#include <asio/impl/src.hpp>

#ifdef __SANITIZE_THREAD__
#include <unistd.h>

// The thread sanitizer of GCC 12 loses a signal that arrives while a thread enters its first blocking call: a server
// that has just started would miss a stop request. So the first such call is made here, before there are signals.
[[maybe_unused]] static const int first_blocking_call = ::usleep(1);
#endif
