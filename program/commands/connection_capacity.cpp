#include "program/commands/connection_capacity.hpp"

#include "config/values/ip.hpp"
#include "server/endpoint/start_error.hpp"
#include "server/workers/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <variant>

namespace portico {

namespace {

// Standard streams, the control thread's loop, signals, resolver, and whatever a library or a handler opens.
constexpr std::size_t own = 32;
// Of these, what is open before the first client comes; without it the start would fail at some system call.
constexpr std::size_t own_at_start = 8;
// Asio's epoll_reactor: the epoll, a timer and an event to wake it.
constexpr std::size_t for_each_worker = 3;
// However few there are: what is set aside is more than is needed, and being out of descriptors only pauses accepting.
constexpr std::size_t least = 8;

constexpr std::string_view how_to_allow = "ulimit -n, LimitNOFILE= of systemd, docker run --ulimit nofile=";

// How many sockets one address of `listen` opens: a name usually has an address of either family, "localhost" above
// all.
std::size_t sockets_of(const ListenAddress& address) {
  if (address.is_unix() || address.is_inherited() || address.host.empty()) return 1;
  const bool number = ipv4_from_text(address.host) || address.host.find(':') != std::string::npos;
  return number ? 1 : 2;
}

// Descriptors that are set aside.
struct Reserve {
  std::size_t always = own;
  std::size_t peaks = 0;
};

Reserve reserve_for(const Config& config, std::size_t workers) {
  Reserve reserve;
  reserve.always += workers * for_each_worker;
  bool farewells = false;
  for (const auto& endpoint : config.endpoints) {
    std::size_t sockets = 0;
    for (const auto& address : endpoint.listen) sockets += sockets_of(address);
    reserve.always += sockets;
    // Accepted, and waiting for a slot.
    reserve.peaks += sockets * static_cast<std::size_t>(endpoint.accept.outstanding);
    farewells |= std::holds_alternative<Farewell>(endpoint.on_full);
  }
  // Refused, and taking the text that tells them so.
  if (farewells) reserve.peaks += workers * max_farewells;
  return reserve;
}

}  // namespace

std::size_t connections_that_fit(const Config& config, std::size_t workers, std::size_t descriptors) {
  const Reserve reserve = reserve_for(config, workers);
  const std::size_t left = descriptors - std::min(descriptors, reserve.always);
  return std::max(least, left - std::min(reserve.peaks, left / 2));
}

std::string capacity_fault(const Config& config, std::size_t workers, std::optional<std::size_t> descriptors) {
  if (!descriptors) return {};
  const Reserve reserve = reserve_for(config, workers);
  if (*descriptors <= reserve.always - own + own_at_start) {
    return fmt::format("the {} descriptors this process may have are too few for {} workers; allow {} ({})",
                       *descriptors, workers, reserve.always + least, how_to_allow);
  }
  const auto& rule = config.limits.connections;
  if (!rule || is_observed(*rule)) return {};
  const auto wanted = static_cast<std::size_t>(limit_of(*rule));
  const std::size_t fit = connections_that_fit(config, workers, *descriptors);
  if (wanted <= fit) return {};
  const std::size_t needed = reserve.always + wanted + std::min(reserve.peaks, wanted);
  return fmt::format(
      "limits.connections is {}, but only {} connections fit into the {} descriptors this process may have; lower it "
      "to "
      "{}, or allow {} descriptors ({})",
      wanted, fit, *descriptors, fit, needed, how_to_allow);
}

std::size_t process_limit(const Config& config, std::size_t workers, std::optional<std::size_t> descriptors) {
  if (const auto fault = capacity_fault(config, workers, descriptors); !fault.empty()) throw StartError(fault);
  const auto& rule = config.limits.connections;
  if (rule && !is_observed(*rule)) return static_cast<std::size_t>(limit_of(*rule));
  return descriptors ? std::min(most_fitted, connections_that_fit(config, workers, *descriptors)) : most_fitted;
}

}  // namespace portico
