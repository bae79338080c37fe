#pragma once

// PORTICO_ASSERT(condition): ends the program, naming the condition and its place, if `condition` is false: a bug of
// Portico, or of a session that breaks the rules of portico/connection.hpp; never a fault of input, a peer or the
// system, which are errors. Costs nothing where PORTICO_ASSERTIONS is not defined (release builds): the condition is
// compiled, but not evaluated.
//
//     void Connections::sweep() {
//       PORTICO_ASSERT(worker_.on_thread());
//       ...
//     }
#ifdef PORTICO_ASSERTIONS
#define PORTICO_ASSERT(...) \
  ((__VA_ARGS__) ? static_cast<void>(0) : ::portico::assertion_failed(#__VA_ARGS__, __FILE__, __LINE__))
#else
#define PORTICO_ASSERT(...) static_cast<void>(sizeof((__VA_ARGS__) ? 1 : 0))
#endif

namespace portico {

// Writes the failed condition and its place to standard error, and calls std::abort().
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace portico
