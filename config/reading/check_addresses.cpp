#include "config/reading/check_addresses.hpp"

#include "config/values/address_text.hpp"
#include "config/values/ip.hpp"
#include "config/values/zone.hpp"

#include <portico/options/scalar_types.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

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

  auto identity() const { return std::tie(host, is_v4, is_v6); }
};

// Returns a path without what never changes its meaning: "." and repeated separators. Whether "a/../b" is "b", only the
// host knows, where "a" may be a link.
std::string plain_path(const std::string& text) {
  std::filesystem::path plain;
  for (const auto& part : detail::path_from_utf8(text))
    if (!part.empty() && part != ".") plain /= part;
  return detail::path_to_utf8(plain);
}

ListenKey key_of(const ListenAddress& address, const std::string& path) {
  ListenKey result;
  result.path = path;
  if (address.is_unix() && !address.is_abstract()) {
    result.host = "unix:" + plain_path(address.path);
  } else if (address.is_inherited() || address.is_unix()) {
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

std::string conflict_error(const ListenKey& earlier, const ListenKey& later) {
  if (earlier.identity() == later.identity()) return fmt::format("already used by {}", earlier.path);
  return fmt::format("overlaps with {}: one of the two includes all addresses of this host", earlier.path);
}

// The addresses of one port, with the first of each kind that another could conflict with.
class PortAddresses {
 public:
  // Returns the first address that conflicts with this one, or null.
  const ListenKey* conflict(const ListenKey& later) const {
    std::size_t first = none;
    if (const auto same = by_identity_.find({later.host, later.is_v4, later.is_v6}); same != by_identity_.end())
      first = same->second;
    if (later.is_v4 || later.any_v4) first = std::min(first, any_v4_);
    if (later.is_v6 || later.any_v6) first = std::min(first, any_v6_);
    if (later.any_v4) first = std::min(first, v4_);
    if (later.any_v6) first = std::min(first, v6_);
    return first == none ? nullptr : &all_[first];
  }

  void add(ListenKey key) {
    const std::size_t index = all_.size();
    by_identity_.try_emplace({key.host, key.is_v4, key.is_v6}, index);
    if (key.any_v4) any_v4_ = std::min(any_v4_, index);
    if (key.any_v6) any_v6_ = std::min(any_v6_, index);
    if (key.is_v4 || key.any_v4) v4_ = std::min(v4_, index);
    if (key.is_v6 || key.any_v6) v6_ = std::min(v6_, index);
    all_.push_back(std::move(key));
  }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  std::vector<ListenKey> all_;
  std::map<std::tuple<std::string, bool, bool>, std::size_t> by_identity_;
  std::size_t any_v4_ = none, any_v6_ = none, v4_ = none, v6_ = none;
};

// Warns of a setting, if it is in the file: {"accept", "allow"}.
void warn_at(const JsonNode& node, std::span<const std::string_view> setting, Path& path, Diagnostics& diagnostics,
             std::string message) {
  if (setting.empty()) return diagnostics.warn(node.offset, path, std::move(message));
  const JsonNode* member = node.find(setting.front());
  if (member == nullptr) return;
  const auto step = path.enter(setting.front());
  warn_at(*member, setting.subspan(1), path, diagnostics, std::move(message));
}

// The zones of link-local addresses that this host has, each looked up once.
class Zones {
 public:
  // Returns false for a link-local address of an interface that this host does not have.
  bool has_zone_of(const ListenAddress& address) {
    const std::size_t percent = address.host.find('%');
    if (percent == std::string::npos) return true;
    const auto v6 = ipv6_from_text(address.host.substr(0, percent));
    if (!v6 || !is_link_local(*v6)) return true;
    const auto [found, is_new] = known_.try_emplace(address.host.substr(percent + 1));
    if (is_new) found->second = has_zone(found->first);
    return found->second;
  }

 private:
  std::map<std::string, bool> known_;
};

// Checks one address after the other, each at the path that it has in the file.
class AddressChecker {
 public:
  AddressChecker(const Path& path, Diagnostics& diagnostics) : path_(path), diagnostics_(diagnostics) {}

  void check(const ListenAddress& address, std::size_t offset) {
    if (!zones_.has_zone_of(address))
      diagnostics_.add(offset, path_, "must name an interface of this host after its \"%\"");
    const bool has_port = !address.is_unix() && !address.is_inherited();
    if (has_port && address.port == 0) return;  // any free port; or it was invalid
    ListenKey later = key_of(address, path_.text());
    PortAddresses& same_port = by_port_[address.port];
    if (const ListenKey* earlier = same_port.conflict(later))
      diagnostics_.add(offset, path_, conflict_error(*earlier, later));
    same_port.add(std::move(later));
  }

 private:
  const Path& path_;
  Diagnostics& diagnostics_;
  Zones zones_;
  std::map<std::uint16_t, PortAddresses> by_port_;  // all but TCP addresses have port 0
};

}  // namespace

void check_addresses(const Config& config, const std::vector<const JsonNode*>& nodes, Path& path,
                     Diagnostics& diagnostics) {
  AddressChecker checker(path, diagnostics);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const JsonNode* listen = nodes[i]->find("listen");
    if (listen == nullptr) continue;
    const auto endpoint = path.enter(config.endpoints[i].name);
    const auto setting = path.enter("listen");
    const bool is_array = listen->kind == JsonNode::Kind::array;
    const auto& addresses = config.endpoints[i].listen;
    for (std::size_t j = 0; j < addresses.size(); ++j) {
      if (!is_array) {
        checker.check(addresses[j], listen->offset);
        continue;
      }
      const auto entry = path.enter(j);
      checker.check(addresses[j], listen->children[j].offset);
    }
  }
}

void warn_unused_settings(const Config& config, const std::vector<const JsonNode*>& nodes, Path& path,
                          Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const EndpointConfig& endpoint = config.endpoints[i];
    const auto& listen = endpoint.listen;
    if (listen.empty()) continue;  // already a problem
    const auto step = path.enter(endpoint.name);
    const auto warn = [&](bool is_set, std::initializer_list<std::string_view> setting, std::string message) {
      if (is_set) warn_at(*nodes[i], {setting.begin(), setting.size()}, path, diagnostics, std::move(message));
    };
    if (std::all_of(listen.begin(), listen.end(), [](const auto& address) { return address.is_unix(); })) {
      constexpr const char* message =
          "has no effect, because clients of a Unix socket have no address; `unix_socket` controls who may connect";
      warn(!networks_of(endpoint.accept.allow).empty(), {"accept", "allow"}, message);
      warn(!networks_of(endpoint.accept.deny).empty(), {"accept", "deny"}, message);
      const bool proxied = endpoint.proxy_protocol && endpoint.proxy_protocol->mode != "off";
      if (!proxied) warn(endpoint.limits.per_address.connections.has_value(), {"limits", "per_address"}, message);
    }
    const auto has_file = [](const auto& address) { return address.is_unix() && !address.is_abstract(); };
    if (std::none_of(listen.begin(), listen.end(), has_file))
      warn(endpoint.unix_socket != UnixSocketConfig{}, {"unix_socket"},
           "has no effect, because nothing in `listen` is the path of a Unix socket");
  }
}

}  // namespace portico
