#include "server/admission/network_set.hpp"

#include <algorithm>

namespace portico {

namespace {

void keep_leading(AddressBytes& bytes, unsigned prefix) {
  for (unsigned i = 0; i < bytes.size(); ++i) {
    const unsigned bits = std::min(8U, prefix - std::min(prefix, 8 * i));
    bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xFF00U >> bits));
  }
}

}  // namespace

AddressBytes leading_bits(const asio::ip::address& ip, unsigned prefix) {
  AddressBytes bytes{};
  if (ip.is_v4()) {
    const auto four = ip.to_v4().to_bytes();
    std::copy(four.begin(), four.end(), bytes.begin());
  } else {
    const auto sixteen = ip.to_v6().to_bytes();
    std::copy(sixteen.begin(), sixteen.end(), bytes.begin());
  }
  keep_leading(bytes, prefix);
  return bytes;
}

NetworkSet::NetworkSet(const std::vector<Network>& networks) {
  for (const auto& network : networks) {
    const Length length(network.v6, network.prefix);
    AddressBytes bytes = network.bytes;
    keep_leading(bytes, network.prefix);
    lengths_.insert(length);
    networks_.emplace(length, bytes);
  }
}

bool NetworkSet::contains(const asio::ip::address& ip) const {
  return std::any_of(lengths_.begin(), lengths_.end(), [&](const Length& length) {
    return length.first == ip.is_v6() && networks_.contains({length, leading_bits(ip, length.second)});
  });
}

}  // namespace portico
