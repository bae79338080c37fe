#pragma once

#include <asio/ip/tcp.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portico {

// The PROXY protocol, versions 1 and 2 (proxy-protocol.txt, haproxy.org): the header with which a proxy says, before
// anything else, whose connection it passes on. Plain values; views nothing.

// What a proxy says of the client's TLS, which ended at the proxy (PP2_TYPE_SSL). Texts it does not say are empty.
struct ProxyTls {
  bool used = false;         // the client came over TLS
  bool certificate = false;  // it has shown a certificate, now or when the TLS session began
  bool verified = false;     // and the proxy has found that certificate to be good
  std::string version;
  std::string common_name;  // of that certificate's subject
  std::string cipher;
  std::string signature_algorithm;  // of the proxy's certificate
  std::string key_algorithm;        // likewise

  friend bool operator==(const ProxyTls&, const ProxyTls&) = default;
};

struct ProxyHeader {
  struct Ends {
    asio::ip::tcp::endpoint client;
    asio::ip::tcp::endpoint destination;  // what the client had connected to

    friend bool operator==(const Ends&, const Ends&) = default;
  };
  // The paths of Unix sockets; empty if a socket has no name.
  struct UnixEnds {
    std::string client;
    std::string destination;

    friend bool operator==(const UnixEnds&, const UnixEnds&) = default;
  };

  // Neither: the proxy speaks for itself (LOCAL, a health check) or does not know (UNKNOWN, UNSPEC). The addresses of
  // the connection itself are then the ones that count.
  std::optional<Ends> ends;
  std::optional<UnixEnds> unix_ends;

  // What was added (TLVs of version 2). Empty: not said.
  std::string unique_id;  // any bytes
  std::string authority;  // the host name that the client asked for, its TLS server name
  std::string alpn;
  std::string network_namespace;
  std::optional<ProxyTls> tls;

  friend bool operator==(const ProxyHeader&, const ProxyHeader&) = default;
};

// What the first bytes of a connection are, as far as they have come.
struct ProxyHeaderStep {
  enum class State : std::uint8_t {
    undecided,   // they may become a header, or something else
    incomplete,  // they are a header: look again when `needed` bytes are there
    complete,    // `header` is their first `size` bytes; all behind them is not its
    absent,      // they are something else
    invalid,     // they are a header with a mistake; `error` says which
  };

  State state = State::undecided;
  std::size_t needed = 0;  // also where undecided
  std::size_t size = 0;
  ProxyHeader header;
  std::string error;
};

// The longest headers: version 1 has 107 bytes with its CRLF (proxy-protocol.txt section 2.1); version 2 could have
// 65,551, but what real ones add (names, a client's certificate) fits 4 KiB, and nobody is trusted with more yet.
inline constexpr std::size_t longest_proxy_header_v1 = 107;
inline constexpr std::size_t longest_proxy_header_v2 = 4096;

// `bytes` are all that have come so far, from the first byte of the connection on.
ProxyHeaderStep parse_proxy_header(std::string_view bytes);

}  // namespace portico
