#include "server/server.hpp"

#include "server/tcp_acceptor.hpp"

#include <asio/post.hpp>

#include <utility>

namespace portico {

namespace {

// How long sessions may take to come back after they were cut.
constexpr std::chrono::seconds cut_patience{1};

std::string text_of(const ListenAddress& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

// A setting that protects must not be read and then not kept: better not to serve than to serve in the clear or to
// those who were to be kept out.
void refuse_what_is_not_kept(const EndpointConfig& entry) {
  const auto refuse = [&entry](const std::string& what) {
    throw StartError("endpoint " + entry.name + ": " + what + " in this version; take it out of the configuration");
  };
  if (entry.tls) refuse("\"tls\" cannot be served");
  if (entry.proxy_protocol && entry.proxy_protocol->mode != "off") refuse("\"proxy_protocol\" cannot be served");
  for (const auto& address : entry.listen)
    if (!address.path.empty()) refuse("the Unix socket " + address.path + " cannot be served");
}

}  // namespace

Server::Server(asio::io_context& control, Observer& observer)
    : control_(control), observer_(observer), deadline_(control) {}

Server::~Server() = default;

void Server::start(const Config& config, const Registry& handlers) {
  workers_ = std::make_unique<Workers>(static_cast<std::size_t>(config.workers), observer_);
  try {
    open(config, handlers);
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
}

void Server::open(const Config& config, const Registry& handlers) {
  for (const auto& entry : config.endpoints) {
    refuse_what_is_not_kept(entry);
    const auto* handler = handlers.find(entry.handler);
    if (!handler) throw StartError("endpoint " + entry.name + ": no handler is called \"" + entry.handler + "\"");
    const auto endpoint = std::make_shared<const Endpoint>(
        Endpoint{{entry.name, entry.handler, entry.timeouts, entry.min_rate, entry.limits.send_queue},
                 handler->bind(entry.options.shared())});
    for (const auto& address : entry.listen) listen(entry, address, endpoint);
  }
}

void Server::listen(const EndpointConfig& config, const ListenAddress& address,
                    std::shared_ptr<const Endpoint> endpoint) {
  auto& worker = workers_->next();
  try {
    for (auto& acceptor : open_acceptors(worker.context(), address, config.accept.backlog, *workers_)) {
      auto name = acceptor->address().to_string();
      bound_.push_back({std::make_unique<Listener>(worker.context().get_executor(), std::move(acceptor),
                                                   std::move(name), endpoint, observer_),
                        config.accept.outstanding});
    }
  } catch (const std::system_error& error) {
    // The number too: some systems have no text for it.
    throw StartError("endpoint " + config.name + ": cannot listen on " + text_of(address) + ": " + error.what() + " (" +
                     std::to_string(error.code().value()) + ")");
  }
}

void Server::stop(std::chrono::milliseconds drain, std::function<void(StopResult)> stopped) {
  stopped_ = std::move(stopped);
  observer_.on(events::Draining{connections(), drain});
  deadline_.expires_after(drain);
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
  if (!stopped_) return;
  result_.hung = hung;
  observer_.on(events::Stopped{result_.killed});
  std::exchange(stopped_, nullptr)(result_);
}

std::vector<std::string> Server::addresses(std::string_view endpoint) const {
  std::vector<std::string> found;
  for (const auto& bound : bound_)
    if (bound.listener->endpoint().settings.endpoint == endpoint) found.push_back(bound.listener->address());
  return found;
}

}  // namespace portico
