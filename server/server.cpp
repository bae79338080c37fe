#include "server/server.hpp"

#include "base/assert.hpp"
#include "config/values/address_text.hpp"
#include "server/accept/socket_acceptor.hpp"
#include "server/endpoint/make_endpoint.hpp"
#include "server/net/try_listening.hpp"

#include <asio/post.hpp>

#include <iterator>
#include <utility>

namespace portico {

namespace {

// Returns the error if another entry of this configuration has the address, and not a stranger.
std::optional<std::string> find_collision(const OwnAddresses& own, const ListenAddress& address) {
  if (address.is_inherited()) return std::nullopt;
  if (address.is_unix()) return own.unix_collision(address.path);
  try {
    return own.collision(address, resolve_addresses(address));
  } catch (const std::system_error&) {
    return std::nullopt;  // a name that could be resolved a moment ago
  }
}

// Returns what to say about an error of opening the sockets of an entry: what `doctor` says, wherever it can know.
std::string listen_error(const OwnAddresses& own, const EndpointConfig& config, const ListenAddress& address,
                         const std::runtime_error& error) {
  if (may_be_collision(error))
    if (auto collision = find_collision(own, address)) return *collision;
  if (auto obstacle = unix_file_obstacle(config, address)) return *obstacle;
  const auto* of_system = dynamic_cast<const std::system_error*>(&error);
  if (of_system == nullptr) return error.what();
  // The number too: some systems have no text for it.
  const std::string_view hint = listen_hint(address, of_system->code());
  return std::string(error.what()) + " (" + std::to_string(of_system->code().value()) + ")" +
         (hint.empty() ? "" : "; " + std::string(hint));
}

}  // namespace

Server::Server(asio::io_context& control, Observer& observer)
    : control_(control), observer_(observer), certificates_(control, observer), deadline_(control) {}

Server::~Server() = default;

void Server::start(const Config& config, const Registry& handlers, std::size_t connections,
                   InheritedSockets inherited) {
  slots_ = std::make_unique<Slots>(slot_count(config.limits.connections, connections));
  workers_ = std::make_unique<Workers>(static_cast<std::size_t>(config.workers), observer_);
  try {
    open(config, handlers, inherited);
    workers_->start();
  } catch (...) {
    bound_.clear();
    workers_.reset();
    throw;
  }
  accept();
}

// No client has been accepted until here: every address is bound, and every worker runs. Only memory can be missing
// now, and a process that serves some of its addresses would be worse than none.
void Server::accept() noexcept {
  for (const auto& [listener, outstanding] : bound_) listener->start(outstanding);
  for (const auto& bound : bound_)
    observer_.on(events::Listening{bound.listener->endpoint().settings.endpoint, bound.listener->address()});
  certificates_.start();
}

void Server::open(const Config& config, const Registry& handlers, InheritedSockets& inherited) {
  for (const auto& entry : config.endpoints) {
    const auto endpoint = make_endpoint(entry, handlers, *slots_, certificates_, observer_);
    for (const auto& address : entry.listen) listen(entry, address, endpoint, inherited);
  }
}

void Server::listen(const EndpointConfig& config, const ListenAddress& address,
                    std::shared_ptr<const Endpoint> endpoint, InheritedSockets& inherited) {
  auto& worker = workers_->next();
  const auto where = listen_address_to_text(address);
  const auto owner = "endpoint " + config.name + " (" + where + ")";
  try {
    auto opened = open_listening_sockets(worker.context(), address, config, inherited, owner);
    for (const auto& warning : opened.warnings)
      observer_.on(events::ConfigProblem{config.name, where + ": " + warning, true});
    std::vector<Address> used;  // only those of earlier entries may be in the way of the next socket
    for (auto& listening : opened.sockets) {
      auto acceptor = std::make_unique<SocketAcceptor>(std::move(listening), config.keepalive, *workers_);
      used.push_back(acceptor->address());
      bound_.push_back({std::make_unique<Listener>(worker.context().get_executor(), std::move(acceptor),
                                                   used.back().to_string(), endpoint, observer_),
                        config.accept.outstanding});
    }
    for (const Address& bound : used) own_.add_bound(address, bound, owner);
  } catch (const std::runtime_error& error) {
    throw StartError("endpoint " + config.name + ": cannot listen on " + where + ": " +
                     listen_error(own_, config, address, error));
  }
}

bool Server::on_control_thread() const { return control_.get_executor().running_in_this_thread(); }

void Server::snapshot(std::function<void(std::vector<ConnectionSnapshot>)> on_result) {
  PORTICO_ASSERT(on_control_thread());
  struct PendingSnapshot {
    std::vector<ConnectionSnapshot> connections;
    std::size_t remaining;
    std::function<void(std::vector<ConnectionSnapshot>)> on_result;
  };
  const auto pending = std::make_shared<PendingSnapshot>(PendingSnapshot{{}, workers_->size(), std::move(on_result)});
  for (const auto& worker : *workers_)
    worker->snapshot([this, pending](std::vector<ConnectionSnapshot> part) {
      asio::post(control_, [pending, part = std::move(part)]() mutable {
        std::move(part.begin(), part.end(), std::back_inserter(pending->connections));
        if (--pending->remaining == 0) pending->on_result(std::move(pending->connections));
      });
    });
}

void Server::abort(std::uint64_t id, std::function<void(bool)> on_result) {
  PORTICO_ASSERT(on_control_thread());
  struct PendingAbort {
    std::size_t remaining;
    bool found = false;
    std::function<void(bool)> on_result;
  };
  const auto pending = std::make_shared<PendingAbort>(PendingAbort{workers_->size(), false, std::move(on_result)});
  for (const auto& worker : *workers_)
    worker->abort(id, [this, pending](bool found) {
      asio::post(control_, [pending, found] {
        pending->found = pending->found || found;
        if (--pending->remaining == 0) pending->on_result(pending->found);
      });
    });
}

void Server::when_workers_respond(std::function<void()> on_responded) {
  PORTICO_ASSERT(on_control_thread());
  if (closing_) return on_responded();
  const auto remaining = std::make_shared<std::size_t>(workers_->size());
  for (const auto& worker : *workers_)
    asio::post(worker->context(), [this, remaining, on_responded] {
      asio::post(control_, [remaining, on_responded] {
        if (--*remaining == 0) on_responded();
      });
    });
}

std::vector<std::string> Server::addresses(std::string_view endpoint) const {
  std::vector<std::string> addresses;
  for (const auto& bound : bound_)
    if (bound.listener->endpoint().settings.endpoint == endpoint) addresses.push_back(bound.listener->address());
  return addresses;
}

}  // namespace portico
