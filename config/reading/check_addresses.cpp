#include "config/reading/check_addresses.hpp"

#include "config/values/address_text.hpp"
#include "config/values/ip.hpp"
#include "config/values/zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace portico {
namespace {

// Canonical form of a listening address: two different spellings can mean the same address.
struct ListenKey {
  std::string host;  // the bytes of the address, or the name in lower case
  bool any_v4 = false;
  bool any_v6 = false;
  bool is_v4 = false;
  bool is_v6 = false;
  std::string path;  // in the file
};

ListenKey key_of(const ListenAddress& address, std::string path) {
  ListenKey result;
  result.path = std::move(path);
  if (address.is_inherited() || address.is_unix()) {
    result.host = listen_address_to_text(address);
  } else if (const auto v4 = ipv4_from_text(address.host)) {
    result.host.assign(v4->begin(), v4->end());
    result.is_v4 = true;
    result.any_v4 = *v4 == Ipv4Bytes{};
  } else if (const auto v6 = ipv6_from_text(address.host)) {
    result.host.assign(v6->begin(), v6->end());
    result.is_v6 = true;
    result.any_v6 = *v6 == Ipv6Bytes{};
  } else {
    result.host = address.host;
    std::transform(result.host.begin(), result.host.end(), result.host.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    result.any_v4 = result.any_v6 = result.host.empty();
  }
  return result;
}

bool includes(const ListenKey& one, const ListenKey& other) {
  return (one.any_v4 && (other.is_v4 || other.any_v4)) || (one.any_v6 && (other.is_v6 || other.any_v6));
}

std::optional<std::string> conflict_error(const ListenKey& earlier, const ListenKey& later) {
  if (earlier.host == later.host && earlier.is_v4 == later.is_v4 && earlier.is_v6 == later.is_v6) {
    return fmt::format("already used by {}", earlier.path);
  }
  if (includes(earlier, later) || includes(later, earlier)) {
    return fmt::format("overlaps with {}: one of the two includes all addresses of this host", earlier.path);
  }
  return std::nullopt;
}

// Returns the node of a setting such as "accept.allow", or null.
const JsonNode* member_at(const JsonNode& node, std::string_view setting) {
  const std::size_t dot = setting.find('.');
  const JsonNode* member = node.find(setting.substr(0, dot));
  if (member == nullptr || dot == std::string_view::npos) return member;
  return member_at(*member, setting.substr(dot + 1));
}

// Reports link-local addresses of an interface that this host does not have.
void check_zones(const Config& config, const std::vector<const JsonNode*>& nodes, Diagnostics& diagnostics) {
  std::map<std::string, bool> known;
  const auto is_known = [&known](const std::string& zone) {
    const auto [found, is_new] = known.try_emplace(zone);
    if (is_new) found->second = has_zone(zone);
    return found->second;
  };
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const JsonNode* listen = nodes[i]->find("listen");
    const auto& addresses = config.endpoints[i].listen;
    for (std::size_t j = 0; listen != nullptr && j < addresses.size(); ++j) {
      const std::string& host = addresses[j].host;
      const std::size_t percent = host.find('%');
      const auto v6 = ipv6_from_text(host.substr(0, percent));
      if (percent == std::string::npos || !v6 || !is_link_local(*v6)) continue;
      if (is_known(host.substr(percent + 1))) continue;
      const bool is_array = listen->kind == JsonNode::Kind::array;
      std::string path = fmt::format("endpoints.{}.listen", config.endpoints[i].name);
      if (is_array) path += fmt::format("[{}]", j);
      diagnostics.add(is_array ? listen->children[j].offset : listen->offset, std::move(path),
                      "must name an interface of this host after its \"%\"");
    }
  }
}

}  // namespace

void check_addresses(const Config& config, const std::vector<const JsonNode*>& nodes, Diagnostics& diagnostics) {
  check_zones(config, nodes, diagnostics);
  std::map<std::uint16_t, std::vector<ListenKey>> by_port;  // all but TCP addresses have port 0
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const JsonNode* listen = nodes[i]->find("listen");
    if (listen == nullptr) continue;
    const bool is_array = listen->kind == JsonNode::Kind::array;
    const auto& addresses = config.endpoints[i].listen;
    for (std::size_t j = 0; j < addresses.size(); ++j) {
      const bool has_port = !addresses[j].is_unix() && !addresses[j].is_inherited();
      if (has_port && addresses[j].port == 0) continue;  // any free port; or it was invalid
      ListenKey later = key_of(addresses[j], fmt::format("endpoints.{}.listen", config.endpoints[i].name));
      if (is_array) later.path += fmt::format("[{}]", j);
      std::vector<ListenKey>& same_port = by_port[addresses[j].port];
      for (const ListenKey& earlier : same_port) {
        auto error = conflict_error(earlier, later);
        if (!error) continue;
        diagnostics.add(is_array ? listen->children[j].offset : listen->offset, later.path, std::move(*error));
        break;
      }
      same_port.push_back(std::move(later));
    }
  }
}

void warn_unused_settings(const Config& config, const std::vector<const JsonNode*>& nodes, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const EndpointConfig& endpoint = config.endpoints[i];
    const auto& listen = endpoint.listen;
    if (listen.empty()) continue;  // already a problem
    const auto warn = [&](bool is_set, std::string_view setting, std::string message) {
      const JsonNode* node = member_at(*nodes[i], setting);
      if (is_set && node != nullptr)
        diagnostics.warn(node->offset, fmt::format("endpoints.{}.{}", endpoint.name, setting), std::move(message));
    };
    if (std::all_of(listen.begin(), listen.end(), [](const auto& address) { return address.is_unix(); })) {
      constexpr const char* message =
          "has no effect, because clients of a Unix socket have no address; `unix_socket` controls who may connect";
      warn(!networks_of(endpoint.accept.allow).empty(), "accept.allow", message);
      warn(!networks_of(endpoint.accept.deny).empty(), "accept.deny", message);
      const bool proxied = endpoint.proxy_protocol && endpoint.proxy_protocol->mode != "off";
      if (!proxied) warn(endpoint.limits.per_address.connections.has_value(), "limits.per_address", message);
    }
    const auto has_file = [](const auto& address) { return address.is_unix() && !address.is_abstract(); };
    if (std::none_of(listen.begin(), listen.end(), has_file))
      warn(endpoint.unix_socket != UnixSocketConfig{}, "unix_socket",
           "has no effect, because nothing in `listen` is the path of a Unix socket");
  }
}

}  // namespace portico
