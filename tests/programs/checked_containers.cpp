// A program that is compiled with _GLIBCXX_DEBUG, which changes the layout of every container, and linked with a
// Portico that is not. It must not link: see tests/CMakeLists.txt.

#include <portico/portico.hpp>

int main(int argc, char** argv) {
  const portico::Registry handlers;
  return portico::run(argc, argv, handlers);
}
