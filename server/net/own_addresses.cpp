#include "server/net/own_addresses.hpp"

#include <portico/options/scalar_types.hpp>

#include <asio/error.hpp>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace portico {

namespace {

using asio::ip::tcp;

bool overlaps(const tcp::endpoint& left, bool left_is_both, const tcp::endpoint& right, bool right_is_both) {
  if (left.port() != right.port() || left.port() == 0) return false;  // 0: the system chooses
  if (left_is_both || right_is_both) return true;
  if (left.address().is_v4() != right.address().is_v4()) return false;
  return left.address() == right.address() || left.address().is_unspecified() || right.address().is_unspecified();
}

}  // namespace

void OwnAddresses::add(const ListenAddress& entry, const std::vector<tcp::endpoint>& addresses,
                       const std::string& owner) {
  const bool both_families = entry.host.empty() && !entry.is_inherited();
  for (const auto& address : addresses) all_.push_back({address, both_families, owner});
}

std::optional<std::string> OwnAddresses::collision(const ListenAddress& entry,
                                                   const std::vector<tcp::endpoint>& addresses) const {
  for (const auto& address : addresses) {
    for (const Own& own : all_) {
      if (overlaps(own.address, own.both_families, address, entry.host.empty()))
        return Address(address).to_string() + " is already used by " + own.owner;
    }
  }
  return std::nullopt;
}

std::optional<OwnAddresses::Place> OwnAddresses::place_of(const std::string& path) {
  if (path.empty()) return std::nullopt;  // unnamed
  if (path.front() == '@') return Place{{}, path};
  const auto file = detail::path_from_utf8(path);
  try {
    const auto folder = stat_file(std::filesystem::canonical(file.has_parent_path() ? file.parent_path() : "."));
    if (folder) return Place{folder->identity, detail::path_to_utf8(file.filename())};
  } catch (const std::system_error&) {  // no folder: then no socket is in it
  }
  return std::nullopt;
}

void OwnAddresses::add_unix(const std::string& path, const std::string& owner) {
  if (auto place = place_of(path)) places_.push_back({std::move(*place), owner});
}

std::optional<std::string> OwnAddresses::unix_collision(const std::string& path) const {
  const auto place = place_of(path);
  if (!place) return std::nullopt;
  for (const OwnPlace& own : places_)
    if (own.place == *place) return "the same socket is already used by " + own.owner;
  return std::nullopt;
}

void OwnAddresses::add_bound(const ListenAddress& entry, const Address& bound, const std::string& owner) {
  constexpr std::string_view scheme = "unix:";
  if (bound.is_unix()) return add_unix(bound.to_string().substr(scheme.size()), owner);
  add(entry, {{bound.ip(), bound.port()}}, owner);
}

bool may_be_collision(const std::runtime_error& error) {
  if (dynamic_cast<const PathInUse*>(&error) != nullptr) return true;
  const auto* of_system = dynamic_cast<const std::system_error*>(&error);
  if (of_system == nullptr) return false;
  // Windows may say that access is denied, since sockets there are bound exclusively.
  return of_system->code() == asio::error::address_in_use || of_system->code() == asio::error::access_denied;
}

}  // namespace portico
