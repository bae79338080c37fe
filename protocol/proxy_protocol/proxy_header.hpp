#pragma once

#include <asio/ip/tcp.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portico {

// Parser of the PROXY protocol, versions 1 and 2 (proxy-protocol.txt, haproxy.org): the header in which a proxy, before
// any other byte, names the client whose connection it forwards. Pure: no I/O, and the results view no input.

// The client's TLS connection, which ended at the proxy (PP2_TYPE_SSL). Strings that the proxy did not send are empty.
struct ProxyTls {
  bool used = false;         // the client connected over TLS
  bool certificate = false;  // it has presented a certificate, in this connection or in the one that it resumed
  bool verified = false;     // and the proxy has verified that certificate
  std::string version;
  std::string common_name;  // of that certificate's subject
  std::string cipher;
  std::string signature_algorithm;  // of the proxy's certificate
  std::string key_algorithm;        // likewise

  friend bool operator==(const ProxyTls&, const ProxyTls&) = default;
};

// Contents of one header.
struct ProxyHeader {
  struct Addresses {
    asio::ip::tcp::endpoint client;
    asio::ip::tcp::endpoint destination;  // the address that the client connected to

    friend bool operator==(const Addresses&, const Addresses&) = default;
  };
  // Paths of Unix sockets; empty if a socket is unnamed.
  struct UnixAddresses {
    std::string client;
    std::string destination;

    friend bool operator==(const UnixAddresses&, const UnixAddresses&) = default;
  };

  // Neither is set if the connection is the proxy's own (LOCAL, a health check), or if the proxy does not know the
  // client (UNKNOWN, UNSPEC). The addresses of the connection itself then apply.
  std::optional<Addresses> addresses;
  std::optional<UnixAddresses> unix_addresses;

  // From TLVs of version 2; empty if not sent.
  std::string unique_id;  // at most 128 arbitrary bytes
  std::string authority;  // the host name that the client requested, such as its TLS server name
  std::string alpn;
  std::string network_namespace;
  std::optional<ProxyTls> tls;
  // The private endpoint through which the client came to the proxy of a cloud.
  std::string aws_vpc_endpoint;                            // arbitrary bytes, for example "vpce-08d2bf15fac5001c9"
  std::optional<std::uint32_t> azure_private_link;         // LINKID
  std::optional<std::uint64_t> google_private_connection;  // pscConnectionId

  friend bool operator==(const ProxyHeader&, const ProxyHeader&) = default;
};

// Result of parsing the first bytes of a connection.
struct ProxyHeaderStep {
  enum class State : std::uint8_t {
    undecided,   // too short to tell whether this is a header: parse again when `needed` bytes are there
    incomplete,  // the beginning of a header: parse again when `needed` bytes are there
    complete,    // `header` takes up the first `size` bytes; the bytes after it do not belong to it
    absent,      // not a header
    invalid,     // a malformed header, described by `error`
  };

  State state = State::undecided;
  std::size_t needed = 0;
  std::size_t size = 0;
  ProxyHeader header;
  std::string error;
};

// Maximum sizes in bytes. Version 1: 107 with its CRLF (proxy-protocol.txt section 2.1). Version 2 could have 65,551,
// but real headers with their TLVs (names, a client certificate) fit 4 KiB, and a peer must not take more memory than
// that before its header is complete.
inline constexpr std::size_t max_proxy_header_v1 = 107;
inline constexpr std::size_t max_proxy_header_v2 = 4096;

// Parses a header of either version. `bytes`: everything received so far, from the connection's first byte on.
ProxyHeaderStep parse_proxy_header(std::string_view bytes);

}  // namespace portico
