#pragma once

#include <string>
#include <string_view>

// What this program was built from.
namespace portico::version {

std::string_view portico();  // "0.1.0"
std::string asio();          // "1.22.1"
std::string_view tls();      // "OpenSSL 3.0.19"
std::string_view backend();  // how Asio waits here: "iocp", "io_uring", "epoll", "kqueue", "select"

}  // namespace portico::version
