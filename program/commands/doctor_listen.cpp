#include "config/values/address_text.hpp"
#include "program/commands/doctor.hpp"
#include "server/net/try_listening.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace portico {

TryListen listen_on_this_host(InheritedSockets inherited) {
  return [trial = std::make_shared<ListeningTrial>(std::move(inherited))](const EndpointConfig& endpoint,
                                                                          const ListenAddress& address) {
    const auto owner = fmt::format("endpoint {} ({})", endpoint.name, listen_address_to_text(address));
    auto result = trial->try_entry(endpoint, address, owner);
    return ListenFindings{std::move(result.error), std::move(result.warnings)};
  };
}

}  // namespace portico
