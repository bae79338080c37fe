#include "server/server.hpp"

#include "config/values/address_text.hpp"
#include "server/accept/socket_acceptor.hpp"

#include <asio/post.hpp>

#include <iterator>
#include <utility>

namespace portico {

namespace {

// How long sessions may take to come back after they were cut.
constexpr std::chrono::seconds cut_patience{1};
// How long a client that is sent away may take to make room for a text of at most a kilobyte.
constexpr std::chrono::seconds farewell_patience{5};

asio::awaitable<void> say(Connection& connection, const std::string& text) { co_await connection.write(text); }

// What its clients get who are sent away; in the clear or by TLS, as they expect it.
std::shared_ptr<const Endpoint> farewell_of(const Endpoint& endpoint, const std::string& text) {
  auto settings = endpoint.settings;
  settings.handler = "farewell";
  auto& timeouts = settings.timeouts;
  timeouts.proxy_header = timeouts.tls_handshake = timeouts.write = farewell_patience;
  settings.min_rate = {};
  Endpoint farewell{std::move(settings), [text](Connection& connection) { return say(connection, text); }};
  farewell.tls = endpoint.tls;
  farewell.proxy = endpoint.proxy;
  return std::make_shared<const Endpoint>(std::move(farewell));
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
  } catch (...) {
    bound_.clear();
    workers_.reset();
    throw;
  }
  // Only now, with every address bound, does anything run.
  for (const auto& [listener, outstanding] : bound_) listener->start(outstanding);
  for (const auto& worker : *workers_) worker->start();
  for (const auto& bound : bound_)
    observer_.on(events::Listening{bound.listener->endpoint().settings.endpoint, bound.listener->address()});
  certificates_.watch();
}

void Server::open(const Config& config, const Registry& handlers, InheritedSockets& inherited) {
  for (const auto& entry : config.endpoints) {
    const auto endpoint = make_endpoint(entry, handlers);
    for (const auto& address : entry.listen) listen(entry, address, endpoint, inherited);
  }
}

std::shared_ptr<const Endpoint> Server::make_endpoint(const EndpointConfig& config, const Registry& handlers) {
  const auto* handler = handlers.find(config.handler);
  if (!handler) throw StartError("endpoint " + config.name + ": no handler is called \"" + config.handler + "\"");
  Endpoint endpoint{{config.name, config.handler, config.timeouts, config.min_rate, config.limits.send_queue},
                    handler->bind(config.options.shared())};
  endpoint.admission = std::make_shared<Admission>(config, *slots_, observer_);
  if (config.proxy_protocol && config.proxy_protocol->mode != "off") endpoint.proxy.emplace(config);
  if (config.tls) {
    endpoint.settings.tls = certificates_.add(config.name, *config.tls);
    endpoint.tls = config.tls->start == "at_once";
  }
  if (const auto* farewell = std::get_if<Farewell>(&config.on_full)) {
    endpoint.farewell_text = farewell->farewell;
    endpoint.farewell = farewell_of(endpoint, farewell->farewell);
  }
  return std::make_shared<const Endpoint>(std::move(endpoint));
}

void Server::listen(const EndpointConfig& config, const ListenAddress& address,
                    std::shared_ptr<const Endpoint> endpoint, InheritedSockets& inherited) {
  auto& worker = workers_->next();
  const auto failure = [&](const std::string& why) {
    return StartError("endpoint " + config.name + ": cannot listen on " + listen_address_to_text(address) + ": " + why);
  };
  try {
    for (auto& listening : open_listening_sockets(worker.context(), address, config, inherited)) {
      auto acceptor = std::make_unique<SocketAcceptor>(std::move(listening), config.keepalive, *workers_);
      auto name = acceptor->address().to_string();
      bound_.push_back({std::make_unique<Listener>(worker.context().get_executor(), std::move(acceptor),
                                                   std::move(name), endpoint, observer_),
                        config.accept.outstanding});
    }
  } catch (const std::system_error& error) {
    // The number too: some systems have no text for it.
    throw failure(std::string(error.what()) + " (" + std::to_string(error.code().value()) + ")");
  } catch (const std::runtime_error& error) {
    throw failure(error.what());
  }
}

void Server::stop(const ShutdownConfig& how, std::function<void(StopResult)> stopped) {
  stopped_ = std::move(stopped);
  drain_ = how.drain;
  for (const auto& worker : *workers_) worker->unready();
  if (how.delay.count() == 0) return close_listeners();
  observer_.on(events::Stopping{how.delay});
  deadline_.expires_after(how.delay);
  deadline_.async_wait([this](const std::error_code& error) {
    if (!error) close_listeners();
  });
}

void Server::close_listeners() {
  closing_ = true;
  observer_.on(events::Draining{connections(), drain_});
  deadline_.expires_after(drain_);
  deadline_.async_wait([this](const std::error_code& error) {
    if (!error) kill();
  });
  open_listeners_ = bound_.size();
  if (bound_.empty()) drain_workers();
  for (const auto& bound : bound_)
    bound.listener->stop([this] { asio::post(control_, [this] { listener_closed(); }); });
}

// What a listener accepted last is on its way to a worker before the listener says that it is closed; so no client can
// come to a worker that has ended.
void Server::listener_closed() {
  if (--open_listeners_ == 0) drain_workers();
}

void Server::drain_workers() {
  draining_ = true;
  busy_workers_ = workers_->size();
  for (const auto& worker : *workers_) worker->drain([this] { asio::post(control_, [this] { worker_drained(); }); });
  if (killing_) kill();
}

void Server::kill() {
  killing_ = true;
  if (!closing_) return close_listeners();
  if (!draining_) return;  // drain_workers() comes back here
  for (const auto& worker : *workers_)
    worker->cut([this](std::size_t count) { asio::post(control_, [this, count] { result_.killed += count; }); });
  deadline_.expires_after(cut_patience);
  deadline_.async_wait([this](const std::error_code& error) {
    if (!error) finish(/*hung=*/true);
  });
}

void Server::worker_drained() {
  if (--busy_workers_ != 0) return;
  for (const auto& worker : *workers_) worker->join();
  finish(/*hung=*/false);
}

void Server::finish(bool hung) {
  deadline_.cancel();
  certificates_.stop();
  if (!stopped_) return;
  result_.hung = hung;
  observer_.on(events::Stopped{result_.killed});
  std::exchange(stopped_, nullptr)(result_);
}

void Server::snapshot(std::function<void(std::vector<ConnectionSnapshot>)> told) {
  struct Gathering {
    std::vector<ConnectionSnapshot> all;
    std::size_t missing;
    std::function<void(std::vector<ConnectionSnapshot>)> told;
  };
  const auto gathering = std::make_shared<Gathering>(Gathering{{}, workers_->size(), std::move(told)});
  for (const auto& worker : *workers_)
    worker->snapshot([this, gathering](std::vector<ConnectionSnapshot> part) {
      asio::post(control_, [gathering, part = std::move(part)]() mutable {
        std::move(part.begin(), part.end(), std::back_inserter(gathering->all));
        if (--gathering->missing == 0) gathering->told(std::move(gathering->all));
      });
    });
}

void Server::cut(std::uint64_t id, std::function<void(bool)> told) {
  struct Asking {
    std::size_t missing;
    bool found = false;
    std::function<void(bool)> told;
  };
  const auto asking = std::make_shared<Asking>(Asking{workers_->size(), false, std::move(told)});
  for (const auto& worker : *workers_)
    worker->cut_one(id, [this, asking](bool found) {
      asio::post(control_, [asking, found] {
        asking->found = asking->found || found;
        if (--asking->missing == 0) asking->told(asking->found);
      });
    });
}

std::vector<std::string> Server::addresses(std::string_view endpoint) const {
  std::vector<std::string> found;
  for (const auto& bound : bound_)
    if (bound.listener->endpoint().settings.endpoint == endpoint) found.push_back(bound.listener->address());
  return found;
}

}  // namespace portico
