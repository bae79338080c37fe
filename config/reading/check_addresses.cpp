#include "config/reading/check_addresses.hpp"

#include "config/values/address_text.hpp"
#include "config/values/ip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <string_view>

namespace portico {
namespace {

// One address as it is listened on: two hosts that are spelled differently can be the same.
struct Bound {
  std::string host;  // the address's bytes, or the name in small letters
  bool every_v4 = false;
  bool every_v6 = false;
  bool is_v4 = false;
  bool is_v6 = false;
  std::string path;  // in the file
};

Bound bound(const ListenAddress& address, std::string path) {
  Bound result;
  result.path = std::move(path);
  if (address.is_inherited() || address.is_unix()) {
    result.host = listen_address_to_text(address);
  } else if (const auto v4 = ipv4_from_text(address.host)) {
    result.host.assign(v4->begin(), v4->end());
    result.is_v4 = true;
    result.every_v4 = *v4 == Ipv4Bytes{};
  } else if (const auto v6 = ipv6_from_text(address.host)) {
    result.host.assign(v6->begin(), v6->end());
    result.is_v6 = true;
    result.every_v6 = *v6 == Ipv6Bytes{};
  } else {
    result.host = address.host;
    std::transform(result.host.begin(), result.host.end(), result.host.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    result.every_v4 = result.every_v6 = result.host.empty();
  }
  return result;
}

bool covers(const Bound& one, const Bound& other) {
  return (one.every_v4 && (other.is_v4 || other.every_v4)) || (one.every_v6 && (other.is_v6 || other.every_v6));
}

std::string conflict(const Bound& earlier, const Bound& later) {
  if (earlier.host == later.host && earlier.is_v4 == later.is_v4 && earlier.is_v6 == later.is_v6) {
    return fmt::format("the same address as {}; each can be listened on once", earlier.path);
  }
  if (covers(earlier, later) || covers(later, earlier)) {
    return fmt::format("overlaps with {}: one of the two is every address of this host", earlier.path);
  }
  return {};
}

// "accept.allow" of an endpoint, if it is there.
const JsonNode* member_at(const JsonNode& node, std::string_view setting) {
  const std::size_t dot = setting.find('.');
  const JsonNode* member = node.find(setting.substr(0, dot));
  if (member == nullptr || dot == std::string_view::npos) return member;
  return member_at(*member, setting.substr(dot + 1));
}

}  // namespace

void check_addresses(const Config& config, const std::vector<const JsonNode*>& nodes, Diagnostics& findings) {
  std::map<std::uint16_t, std::vector<Bound>> by_port;  // all but TCP under port 0
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const JsonNode* listen = nodes[i]->find("listen");
    if (listen == nullptr) continue;
    const bool is_list = listen->kind == JsonNode::Kind::list;
    const auto& addresses = config.endpoints[i].listen;
    for (std::size_t j = 0; j < addresses.size(); ++j) {
      const bool has_port = !addresses[j].is_unix() && !addresses[j].is_inherited();
      if (has_port && addresses[j].port == 0) continue;  // any free port; or it could not be read
      Bound later = bound(addresses[j], fmt::format("endpoints.{}.listen", config.endpoints[i].name));
      if (is_list) later.path += fmt::format("[{}]", j);
      std::vector<Bound>& others = by_port[addresses[j].port];
      for (const Bound& earlier : others) {
        std::string message = conflict(earlier, later);
        if (message.empty()) continue;
        findings.add(is_list ? listen->children[j].offset : listen->offset, later.path, std::move(message));
        break;
      }
      others.push_back(std::move(later));
    }
  }
}

void check_use_of_addresses(const Config& config, const std::vector<const JsonNode*>& nodes, Diagnostics& findings) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const EndpointConfig& endpoint = config.endpoints[i];
    const auto& listen = endpoint.listen;
    if (listen.empty()) continue;  // a problem of its own
    const auto warn = [&](bool is_set, std::string_view setting, std::string message) {
      const JsonNode* node = member_at(*nodes[i], setting);
      if (is_set && node != nullptr)
        findings.warn(node->offset, fmt::format("endpoints.{}.{}", endpoint.name, setting), std::move(message));
    };
    if (std::all_of(listen.begin(), listen.end(), [](const auto& address) { return address.is_unix(); })) {
      constexpr const char* message =
          "without effect, since clients of a Unix socket have no address; `unix_socket` says who may connect";
      warn(!networks_of(endpoint.accept.allow).empty(), "accept.allow", message);
      warn(!networks_of(endpoint.accept.deny).empty(), "accept.deny", message);
      const bool announced = endpoint.proxy_protocol && endpoint.proxy_protocol->mode != "off";
      if (!announced) warn(endpoint.limits.per_address.connections.has_value(), "limits.per_address", message);
    }
    const auto has_file = [](const auto& address) { return address.is_unix() && !address.is_abstract(); };
    if (std::none_of(listen.begin(), listen.end(), has_file))
      warn(endpoint.unix_socket != UnixSocketConfig{}, "unix_socket",
           "without effect, since nothing in `listen` is the path of a Unix socket");
  }
}

}  // namespace portico
