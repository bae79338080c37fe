#include "program/commands/version.hpp"

#include "protocol/tls/tls_version.hpp"

#include <asio/detail/config.hpp>
#include <asio/version.hpp>

namespace portico::version {

std::string_view portico() { return PORTICO_VERSION; }

std::string asio() {
  // major * 100000 + minor * 100 + patch
  return std::to_string(ASIO_VERSION / 100000) + "." + std::to_string(ASIO_VERSION / 100 % 1000) + "." +
         std::to_string(ASIO_VERSION % 100);
}

std::string_view tls() { return tls_version(); }

std::string_view backend() {
#if defined(ASIO_HAS_IOCP)
  return "iocp";
#elif defined(ASIO_HAS_IO_URING_AS_DEFAULT)
  return "io_uring";
#elif defined(ASIO_HAS_EPOLL)
  return "epoll";
#elif defined(ASIO_HAS_KQUEUE)
  return "kqueue";
#else
  return "select";
#endif
}

}  // namespace portico::version

namespace portico {

std::string name_and_version(const Program& program) {
  if (!program.version.empty()) return program.name + " " + program.version;
  const std::string library = "portico " + std::string(version::portico());
  return program.name == "portico" ? library : program.name + " (" + library + ")";
}

}  // namespace portico
