#include <portico/address.hpp>

namespace portico {

Address::Address(const asio::ip::tcp::endpoint& endpoint) : endpoint_(endpoint) {
  const auto ip = endpoint.address();
  if (ip.is_v6() && ip.to_v6().is_v4_mapped())
    endpoint_.address(asio::ip::make_address_v4(asio::ip::v4_mapped, ip.to_v6()));
}

std::string Address::to_string() const {
  const auto text = ip().to_string();
  const auto port_text = std::to_string(port());
  return ip().is_v6() ? "[" + text + "]:" + port_text : text + ":" + port_text;
}

}  // namespace portico
