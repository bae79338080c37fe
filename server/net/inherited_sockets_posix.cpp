#include "server/net/inherited_sockets.hpp"
#include "server/net/socket_options.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace portico {

namespace {

constexpr int listen_fds_start = 3;  // SD_LISTEN_FDS_START

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value != nullptr ? value : "";
  ::unsetenv(name);
  return text;
}

std::optional<int> parse_int(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) >= 0; }

int get_int_option(int descriptor, int option, const char* not_a_socket) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(descriptor, SOL_SOCKET, option, &value, &size) != 0) throw std::runtime_error(not_a_socket);
  return value;
}

// Returns the address of a descriptor, which must be a listening stream socket.
asio::generic::stream_protocol::endpoint address_of_listening(int descriptor) {
  constexpr const char* not_a_socket = "is not a socket";
  if (get_int_option(descriptor, SO_TYPE, not_a_socket) != SOCK_STREAM)
    throw std::runtime_error("is not a stream socket");
  if (get_int_option(descriptor, SO_ACCEPTCONN, not_a_socket) == 0)
    throw std::runtime_error("does not listen (a systemd unit needs Accept=no)");
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error(not_a_socket);
  const int family = address.ss_family;
  if (family != AF_INET && family != AF_INET6 && family != AF_UNIX)
    throw std::runtime_error(fmt::format("has address family {}, which is neither TCP nor Unix", family));
  return {&address, std::min<std::size_t>(size, sizeof address)};
}

// Returns one of the names in LISTEN_FDNAMES; systemd calls a socket without a name "unknown".
std::string name_at(std::string_view names, int index) {
  for (; index > 0 && !names.empty(); --index) {
    const std::size_t colon = names.find(':');
    names.remove_prefix(colon == std::string_view::npos ? names.size() : colon + 1);
  }
  const auto name = names.substr(0, names.find(':'));
  return name.empty() ? "unknown" : std::string(name);
}

// Returns true if an entry of `listen` names the descriptor, by its number or by the name under which it was passed;
// `name` is empty for one that no service manager has passed.
bool matches(const ListenAddress& address, int number, const std::string& name) {
  if (address.descriptor) return *address.descriptor == number;
  return !name.empty() && address.inherited_name == name;
}

}  // namespace

InheritedSockets InheritedSockets::from_environment(const Config& config) {
  const auto process = parse_int(take_variable("LISTEN_PID"));
  const auto count = parse_int(take_variable("LISTEN_FDS"));
  const std::string names = take_variable("LISTEN_FDNAMES");

  InheritedSockets all;
  const bool meant_for_us = process == ::getpid() && count.has_value();
  if (!meant_for_us && count.has_value()) all.other_process_ = process;
  for (int i = 0; meant_for_us && i < *count && is_open(listen_fds_start + i); ++i)
    all.descriptors_.push_back({listen_fds_start + i, name_at(names, i)});

  const auto is_known = [&all](int number) {
    return std::any_of(all.descriptors_.begin(), all.descriptors_.end(),
                       [number](const Descriptor& known) { return known.number == number; });
  };
  std::vector<ListenAddress> wanted;
  for (const auto& endpoint : config.endpoints)
    for (const auto& address : endpoint.listen)
      if (address.is_inherited()) wanted.push_back(address);
  for (const Descriptor& passed : all.descriptors_) {
    const bool is_wanted = std::any_of(wanted.begin(), wanted.end(), [&passed](const ListenAddress& address) {
      return matches(address, passed.number, passed.name);
    });
    if (!is_wanted)
      all.unused_.push_back(
          fmt::format("socket systemd:{} (descriptor {}) was passed but no endpoint uses it; its clients would hang",
                      passed.name, passed.number));
  }
  for (const ListenAddress& address : wanted)
    if (address.descriptor && !is_known(*address.descriptor) && is_open(*address.descriptor))
      all.descriptors_.push_back({*address.descriptor, {}});
  for (const Descriptor& descriptor : all.descriptors_) set_close_on_exec(descriptor.number);
  return all;
}

std::vector<InheritedSockets::Socket> InheritedSockets::claim(const ListenAddress& address, const std::string& owner) {
  std::vector<Socket> claimed;
  for (Descriptor& descriptor : descriptors_) {
    if (!matches(address, descriptor.number, descriptor.name)) continue;
    try {
      if (!descriptor.owner.empty()) throw std::runtime_error("is already used by " + descriptor.owner);
      claimed.push_back({descriptor.number, address_of_listening(descriptor.number)});
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(fmt::format("descriptor {} {}", descriptor.number, error.what()));
    }
    descriptor.owner = owner;
  }
  if (!claimed.empty()) return claimed;
  if (address.descriptor) throw std::runtime_error("no such descriptor was passed to this process");
  if (other_process_)
    throw std::runtime_error(
        fmt::format("the sockets were passed to process {} (LISTEN_PID), not to this one, {}: a script that starts "
                    "portico must do so with exec",
                    *other_process_, ::getpid()));
  throw std::runtime_error("no socket of that name was passed to this process (LISTEN_FDS, LISTEN_FDNAMES)");
}

}  // namespace portico
