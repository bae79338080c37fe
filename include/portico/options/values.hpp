#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace portico {

// Values an option can have beyond the ones of the language and the standard library. Plain data; any thread.

// Where a socket listens or connects to: "192.0.2.1:7000", "[2001:db8::1]:7000", "localhost:7000", ":7000",
// "unix:/run/p.sock" or "unix:@name".
struct SocketAddress {
  std::string host;  // an address in numbers or a name; empty: every address, IPv4 and IPv6
  std::uint16_t port = 0;
  std::string path;  // of a Unix socket, or its abstract name behind "@"; then host and port mean nothing

  bool is_unix() const { return !path.empty(); }
  bool is_abstract() const { return path.starts_with('@'); }
  friend bool operator==(const SocketAddress&, const SocketAddress&) = default;
};

// Where a server listens: an address, or a socket that whoever starts the process has opened for it, "fd:3" or
// "systemd:NAME".
struct ListenAddress : SocketAddress {
  std::optional<int> descriptor{};  // of an inherited socket; then the address means nothing
  std::string inherited_name{};     // of inherited sockets, as sd_listen_fds_with_names(3) tells it; likewise

  bool is_inherited() const { return descriptor.has_value() || !inherited_name.empty(); }
  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
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
  std::string source_text;  // as the configuration has it, if something was replaced in it: to be shown instead

  bool empty() const { return file.empty() && text.empty(); }
  friend bool operator==(const Pem&, const Pem&) = default;
};

}  // namespace portico
