#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace portico {

// Values an option can have beyond the ones of the language and the standard library. Plain data; any thread.

// Where a socket listens or connects to: "192.0.2.1:7000", "[2001:db8::1]:7000", "localhost:7000", ":7000" or
// "unix:/run/p.sock".
struct SocketAddress {
  std::string host;  // an address in numbers or a name; empty: every address, IPv4 and IPv6
  std::uint16_t port = 0;
  std::string path;  // of a Unix socket; then host and port mean nothing

  friend bool operator==(const SocketAddress&, const SocketAddress&) = default;
};

// A range of addresses (CIDR, RFC 4632): "10.0.0.0/8", "2001:db8::/32"; a single address is its own network.
struct Network {
  std::array<std::uint8_t, 16> bytes{};  // in network order; IPv4 uses the first four
  bool v6 = false;
  std::uint8_t prefix = 0;  // how many leading bits count

  friend bool operator==(const Network&, const Network&) = default;
};

// So many things in a time: "500/s", "30/m".
struct Rate {
  std::int64_t count = 0;
  std::chrono::milliseconds per = std::chrono::seconds(1);

  friend bool operator==(const Rate&, const Rate&) = default;
};

// So many bytes in a time: "240B/s", "1MiB/m".
struct ByteRate {
  std::int64_t bytes = 0;
  std::chrono::milliseconds per = std::chrono::seconds(1);

  friend bool operator==(const ByteRate&, const ByteRate&) = default;
};

// A certificate or a key in PEM: the name of its file, or its text where the setting held that (a secret, usually).
struct Pem {
  std::filesystem::path file;
  std::string text;

  bool empty() const { return file.empty() && text.empty(); }
  friend bool operator==(const Pem&, const Pem&) = default;
};

}  // namespace portico
