#include <portico/address.hpp>

#include <asio/local/stream_protocol.hpp>

#include <algorithm>
#include <cstring>

namespace portico {

namespace {

// Converts a generic endpoint to one of its own protocol. AcceptEx leaves a generic endpoint without a size (Asio's
// win_iocp_socket_accept_op); then all bytes after the address are zero.
template <typename Endpoint>
Endpoint as(const asio::generic::stream_protocol::endpoint& endpoint) {
  Endpoint result;
  const std::size_t size = endpoint.size() != 0 ? endpoint.size() : endpoint.capacity();
  std::memcpy(result.data(), endpoint.data(), std::min(size, result.capacity()));
  result.resize(std::min(size, result.capacity()));
  return result;
}

// A path ends at its first zero byte; an abstract name begins with one (unix(7)), and ends where the address does.
std::string unix_name_of(const asio::generic::stream_protocol::endpoint& endpoint) {
  const std::string bytes = as<asio::local::stream_protocol::endpoint>(endpoint).path();
  if (!bytes.starts_with('\0')) return bytes.substr(0, bytes.find('\0'));
  return bytes.find_first_not_of('\0') == std::string::npos ? std::string() : "@" + bytes.substr(1);
}

}  // namespace

Address::Address(const asio::ip::tcp::endpoint& endpoint) {
  auto ip = endpoint.address();
  if (ip.is_v6() && ip.to_v6().is_v4_mapped()) ip = asio::ip::make_address_v4(asio::ip::v4_mapped, ip.to_v6());
  Ip kept{};
  kept.port = endpoint.port();
  kept.v6 = ip.is_v6();
  if (kept.v6) {
    kept.bytes = ip.to_v6().to_bytes();
    kept.zone = static_cast<std::uint32_t>(ip.to_v6().scope_id());
  } else {
    const auto bytes = ip.to_v4().to_bytes();
    std::copy(bytes.begin(), bytes.end(), kept.bytes.begin());
  }
  where_ = kept;
}

Address::Address(const asio::generic::stream_protocol::endpoint& endpoint) {
  const int family = endpoint.data()->sa_family;
  if (family == asio::ip::tcp::v4().family() || family == asio::ip::tcp::v6().family())
    *this = Address(as<asio::ip::tcp::endpoint>(endpoint));
  else if (family == asio::local::stream_protocol().family())
    *this = unix_socket(unix_name_of(endpoint));
}

asio::ip::address Address::ip() const {
  const auto* kept = std::get_if<Ip>(&where_);
  if (kept == nullptr) return {};
  if (kept->v6) return asio::ip::address_v6(kept->bytes, kept->zone);
  return asio::ip::address_v4({kept->bytes[0], kept->bytes[1], kept->bytes[2], kept->bytes[3]});
}

std::uint16_t Address::port() const {
  const auto* kept = std::get_if<Ip>(&where_);
  return kept != nullptr ? kept->port : std::uint16_t{0};
}

Address Address::unix_socket(const std::string& name) {
  Address address;
  address.where_ = name.empty() ? UnixName() : std::make_shared<const std::string>(name);
  return address;
}

std::string Address::unix_name() const {
  const auto* name = std::get_if<UnixName>(&where_);
  return name != nullptr && *name != nullptr ? **name : std::string();
}

std::string Address::to_string() const {
  if (is_unix()) return "unix:" + unix_name();
  const auto text = ip().to_string();
  const auto port_text = std::to_string(port());
  return ip().is_v6() ? "[" + text + "]:" + port_text : text + ":" + port_text;
}

bool operator==(const Address& left, const Address& right) {
  if (left.is_unix() && right.is_unix()) return left.unix_name() == right.unix_name();
  return left.where_ == right.where_;
}

}  // namespace portico
