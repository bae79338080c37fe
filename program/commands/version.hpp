#pragma once

#include <portico/run.hpp>

#include <string>
#include <string_view>

// Versions of this program and of its libraries.
namespace portico::version {

std::string_view portico();  // "0.1.0"
std::string asio();          // "1.22.1"
std::string_view tls();      // "OpenSSL 3.0.19"
std::string_view backend();  // Asio's reactor or proactor: "iocp", "io_uring", "epoll", "kqueue", "select"

}  // namespace portico::version

namespace portico {

std::string name_and_version(const Program& program);  // "shout 1.2"

}  // namespace portico
