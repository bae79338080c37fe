#include "server/endpoint/make_endpoint.hpp"

#include "server/admission/admission.hpp"
#include "server/endpoint/start_error.hpp"

#include <chrono>
#include <exception>
#include <string>
#include <utility>
#include <variant>

namespace portico {

namespace {

// The timeouts of refused clients, which are not configurable: `timeouts.linger` of 0s would turn the end into a reset,
// and long ones would keep descriptors and slots from the others. A farewell has at most a kilobyte.
Timeouts refused_timeouts() {
  Timeouts timeouts;
  timeouts.proxy_header = timeouts.tls_handshake = timeouts.write = timeouts.half_closed = std::chrono::seconds(5);
  timeouts.linger = std::chrono::seconds(1);
  return timeouts;
}

asio::awaitable<void> send_text(Connection& connection, const std::string& text) { co_await connection.write(text); }

// Makes the endpoint that serves refused clients: the same TLS and PROXY headers, but a session that sends `text`.
std::shared_ptr<const Endpoint> make_farewell_endpoint(const Endpoint& endpoint, const std::string& text) {
  auto settings = endpoint.settings;
  settings.handler = "farewell";
  settings.timeouts = refused_timeouts();
  settings.min_rate = {};
  Endpoint farewell{std::move(settings), [text](Connection& connection) { return send_text(connection, text); }};
  farewell.tls = endpoint.tls;
  farewell.proxy = endpoint.proxy;
  return std::make_shared<const Endpoint>(std::move(farewell));
}

// A factory is an author's code: what it throws, it says about this endpoint's options.
Session bind(const Handler& handler, const EndpointConfig& config) {
  const auto start_error = [&](const std::string& error) {
    return StartError("endpoint " + config.name + ": the handler \"" + config.handler + "\" cannot serve it: " + error);
  };
  try {
    return handler.bind(config.options.shared());
  } catch (const std::exception& error) {
    throw start_error(error.what());
  } catch (...) {
    throw start_error("an exception that is not a std::exception");
  }
}

asio::awaitable<void> send_nothing(Connection&) { co_return; }

// Makes the endpoint that ends connections of refused clients without a text: neither TLS nor a PROXY header is needed.
std::shared_ptr<const Endpoint> make_closing_endpoint(const Endpoint& endpoint) {
  auto settings = endpoint.settings;
  settings.handler = "close";
  settings.timeouts = refused_timeouts();
  settings.tls = nullptr;
  return std::make_shared<const Endpoint>(Endpoint{std::move(settings), send_nothing});
}

}  // namespace

std::shared_ptr<const Endpoint> make_endpoint(const EndpointConfig& config, const Registry& handlers, Slots& slots,
                                              CertificateWatcher& certificates, Observer& observer) {
  const auto* handler = handlers.find(config.handler);
  if (!handler) throw StartError("endpoint " + config.name + ": no handler is called \"" + config.handler + "\"");
  Endpoint endpoint{{config.name, config.handler, config.timeouts, config.min_rate, config.limits.send_queue},
                    bind(*handler, config)};
  endpoint.serves_operators = config.serves_operators;
  endpoint.admission = std::make_shared<Admission>(config, slots, observer);
  if (config.proxy_protocol && config.proxy_protocol->mode != "off") endpoint.proxy.emplace(config);
  if (config.tls) {
    endpoint.settings.tls = certificates.add(config.name, *config.tls);
    endpoint.tls = config.tls->start == "at_once";
  }
  if (const auto* farewell = std::get_if<Farewell>(&config.on_full)) {
    endpoint.farewell_text = farewell->farewell;
    endpoint.farewell = make_farewell_endpoint(endpoint, farewell->farewell);
  } else {
    endpoint.farewell = make_closing_endpoint(endpoint);
  }
  return std::make_shared<const Endpoint>(std::move(endpoint));
}

}  // namespace portico
