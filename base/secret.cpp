#include "base/secret.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace portico {

namespace {

// Overwrites the vector registers through which a text of this size was copied: the frame of a signal would put them on
// the stack. A copy of the same size passes through the same registers.
void wipe_registers(const char* zeros, std::size_t size) {
  std::array<char, 4096> sink;
  void* (*volatile copy)(void*, const void*, std::size_t) = &std::memcpy;  // volatile: the call is not optimized away
  copy(sink.data(), zeros, std::min(size, sink.size()));
}

}  // namespace

void wipe(std::string& text) {
  const std::size_t size = text.size();
  text.resize(text.capacity());
  volatile char* bytes = text.data();  // an ordinary write before the end of an object's life may be optimized away
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = 0;
  wipe_registers(text.data(), size);
  text.clear();
}

}  // namespace portico
