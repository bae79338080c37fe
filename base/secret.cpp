#include "base/secret.hpp"

#include <cstddef>

namespace portico {

void wipe(std::string& text) {
  text.resize(text.capacity());
  volatile char* bytes = text.data();  // an ordinary write before the end of an object's life may be optimized away
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = 0;
  text.clear();
}

}  // namespace portico
