#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace portico {

// Types of option values beyond those of the language and the standard library. Plain data; any thread.
//
//   struct ProxyOptions {
//     SocketAddress upstream{"localhost", 8080, {}};
//     std::vector<Network> trust;
//     Rate rate{500, std::chrono::seconds(1)};
//   };

// Address that a socket listens on or connects to: "192.0.2.1:7000", "[2001:db8::1]:7000", "localhost:7000", ":7000",
// "unix:/run/p.sock" or "unix:@name".
struct SocketAddress {
  std::string host;  // an IP address or a host name; empty: all addresses, IPv4 and IPv6
  std::uint16_t port = 0;
  std::string path;  // of a Unix socket, or its abstract name after "@"; host and port are then unused

  bool is_unix() const { return !path.empty(); }
  bool is_abstract() const { return path.starts_with('@'); }
  friend bool operator==(const SocketAddress&, const SocketAddress&) = default;
};

// Address that a server listens on, or a listening socket inherited from the process's parent: "fd:3" or
// "systemd:NAME".
struct ListenAddress : SocketAddress {
  std::optional<int> descriptor{};  // of an inherited socket; the address is then unused
  std::string inherited_name{};     // of inherited sockets, from sd_listen_fds_with_names(3); likewise

  bool is_inherited() const { return descriptor.has_value() || !inherited_name.empty(); }
  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

// A range of addresses (CIDR, RFC 4632): "10.0.0.0/8", "2001:db8::/32"; a single address is a network of one.
struct Network {
  std::array<std::uint8_t, 16> bytes{};  // in network order; IPv4 uses the first four
  bool v6 = false;
  std::uint8_t prefix = 0;  // length of the prefix, in bits

  friend bool operator==(const Network&, const Network&) = default;
};

// A rate: count per interval, "500/s", "30/m".
struct Rate {
  std::int64_t count = 0;
  std::chrono::milliseconds per = std::chrono::seconds(1);

  friend bool operator==(const Rate&, const Rate&) = default;
};

// A rate of bytes: bytes per interval, "240B/s", "1MiB/m".
struct ByteRate {
  std::int64_t bytes = 0;
  std::chrono::milliseconds per = std::chrono::seconds(1);

  friend bool operator==(const ByteRate&, const ByteRate&) = default;
};

// A certificate or a key in PEM: the name of its file, or the PEM text itself where the setting holds that (usually a
// secret).
struct Pem {
  std::filesystem::path file;
  std::string text;
  std::string source_text;  // the string in the file, if it has a substitution: shown instead of the value

  bool empty() const { return file.empty() && text.empty(); }
  friend bool operator==(const Pem&, const Pem&) = default;
};

}  // namespace portico
