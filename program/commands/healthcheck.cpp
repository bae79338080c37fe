#include "program/commands/healthcheck.hpp"

#include "config/values/address_text.hpp"
#include "config/values/ip.hpp"
#include "config/values/units.hpp"
#include "server/admission/network_set.hpp"
#include "server/net/listening_socket.hpp"

#include <portico/address.hpp>

#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/error.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <fmt/format.h>

#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace portico {

namespace {

using asio::ip::tcp;
using Target = asio::generic::stream_protocol::endpoint;  // TCP or a Unix socket

// The check of one address. Kept alive by its coroutine.
struct Probe {
  Probe(asio::io_context& context, const EndpointConfig& endpoint, const ListenAddress& listen)
      : socket(context), name(endpoint.name), rules(endpoint.accept), address(listen) {
    // Not plain HTTP if TLS or PROXY comes first.
    speaks_http = endpoint.handler == "health" && !endpoint.tls &&
                  (!endpoint.proxy_protocol || endpoint.proxy_protocol->mode == "off");
  }

  asio::generic::stream_protocol::socket socket;
  std::string name;
  const AcceptConfig& rules;
  std::optional<std::string> refusal;  // the rule that refuses clients of this host, as a sentence
  ListenAddress address;               // a wildcard is replaced by loopback, in the report too
  bool speaks_http = false;
  bool finished = false;
  bool was_reset = false;  // by the server, once it had accepted
  std::optional<std::string> note;
  std::optional<std::string> error;
};

std::string error_text(const std::error_code& error) {
  auto text = error.message();
  return text.empty() ? fmt::format("error {}", error.value()) : text;
}

bool is_any_v4(const std::string& host) { return ipv4_from_text(host) == Ipv4Bytes{}; }
bool is_any_v6(const std::string& host) { return ipv6_from_text(host) == Ipv6Bytes{}; }

// Returns the addresses to connect to, in the order to try. Resolves a name.
asio::awaitable<std::vector<Target>> targets(Probe& probe, std::error_code& error) {
  std::vector<Target> found;
  if (probe.address.is_unix()) {
    found.emplace_back(unix_endpoint(probe.address));
    co_return found;
  }
  auto& host = probe.address.host;
  const auto port = probe.address.port;
  const bool is_any = host.empty();
  if (is_any || is_any_v4(host)) host = "127.0.0.1";
  if (is_any_v6(host)) host = "::1";
  const auto number = asio::ip::make_address(host, error);
  if (!error) {
    found.emplace_back(tcp::endpoint(number, port));
    if (is_any) found.emplace_back(tcp::endpoint(asio::ip::address_v6::loopback(), port));
    co_return found;
  }
  error.clear();
  tcp::resolver resolver(probe.socket.get_executor());
  const auto service = std::to_string(port);
  const auto results = co_await resolver.async_resolve(host, service, tcp::resolver::numeric_service,
                                                       asio::redirect_error(asio::use_awaitable, error));
  for (const auto& result : results) found.emplace_back(result.endpoint());
  co_return found;
}

// Returns why an endpoint refuses this check, if its rules say so: a connection to an address of this host comes from
// that address.
std::optional<std::string> refusal_of(const AcceptConfig& rules, const Target& target) {
  const Address source(target);
  if (source.is_unix()) return std::nullopt;
  const auto includes = [&](const NetworksRule& rule) { return NetworkSet(networks_of(rule)).contains(source.ip()); };
  const auto ip = source.ip().to_string();
  if (!is_observed(rules.deny) && includes(rules.deny)) return fmt::format("accept.deny includes {}", ip);
  if (!is_observed(rules.allow) && !networks_of(rules.allow).empty() && !includes(rules.allow))
    return fmt::format("accept.allow does not include {}", ip);
  return std::nullopt;
}

// Connects to the first target that accepts. If none does, returns the error of the first one.
asio::awaitable<std::error_code> connect(Probe& probe) {
  std::error_code first;
  const auto all = co_await targets(probe, first);
  for (const auto& target : all) {
    std::error_code error;
    co_await probe.socket.async_connect(target, asio::redirect_error(asio::use_awaitable, error));
    probe.refusal = refusal_of(probe.rules, target);
    // Accepted, and refused before the connect was noticed here: only what was connected can be reset, since a port on
    // which no server listens refuses (RFC 9293, section 3.10.7).
    probe.was_reset = error == asio::error::connection_reset;
    if (probe.was_reset) error.clear();
    if (!error || error == asio::error::operation_aborted) co_return error;
    if (!first) first = error;
    std::error_code ignored;  // the socket was never connected
    probe.socket.close(ignored);
  }
  co_return first;
}

// Returns the error unless the status line of the answer says 200, as "HTTP/1.1 200 OK" does.
asio::awaitable<std::optional<std::string>> http_get(Probe& probe) {
  static constexpr std::string_view request = "GET / HTTP/1.0\r\n\r\n";
  constexpr std::size_t max_size = 1024;
  auto error = probe.was_reset ? std::error_code(asio::error::connection_reset) : std::error_code();
  if (!error)
    co_await asio::async_write(probe.socket, asio::buffer(request), asio::redirect_error(asio::use_awaitable, error));
  std::string answer;
  if (!error) {
    auto buffer = asio::dynamic_buffer(answer, max_size);
    co_await asio::async_read_until(probe.socket, buffer, '\n', asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) co_return fmt::format("accepts, but does not answer: {}", error_text(error));
  const std::string_view line(answer.data(), answer.find_first_of("\r\n"));
  const auto status = line.substr(line.find(' ') + 1);
  if (line.starts_with("HTTP/1.") && (status == "200" || status.starts_with("200 "))) co_return std::nullopt;
  co_return fmt::format("answers {}", status);
}

asio::awaitable<void> run_probe(std::shared_ptr<Probe> probe) {
  const std::error_code error = co_await connect(*probe);
  if (error) {
    probe->error = fmt::format("does not accept: {}", error_text(error));
    co_return;
  }
  if (probe->speaks_http) probe->error = co_await http_get(*probe);
  if (!probe->refusal) co_return;
  auto refused = fmt::format("accepts, but refuses this check: {}, which it comes from", *probe->refusal);
  if (probe->error)
    probe->error = std::move(refused);
  else if (!probe->speaks_http)
    probe->note = std::move(refused);
}

void start(asio::io_context& context, const std::shared_ptr<Probe>& probe) {
  if (!probe->address.is_unix() && probe->address.port == 0) {
    probe->error = "cannot be checked: the system chooses the port";
    probe->finished = true;
    return;
  }
  asio::co_spawn(context, run_probe(probe), [probe](const std::exception_ptr& thrown) {
    probe->finished = true;
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::exception& exception) {
      probe->error = fmt::format("cannot be checked: {}", exception.what());
    }
  });
}

}  // namespace

std::vector<std::string> skipped_addresses(const Config& config) {
  std::vector<std::string> notes;
  for (const auto& endpoint : config.endpoints)
    for (const auto& address : endpoint.listen)
      if (address.is_inherited())
        notes.push_back(fmt::format("endpoint {}: {} skipped: inherited socket, address unknown", endpoint.name,
                                    listen_address_to_text(address)));
  return notes;
}

HealthReport check_health(asio::io_context& context, const Config& config, std::chrono::milliseconds timeout) {
  std::vector<std::shared_ptr<Probe>> probes;
  for (const auto& endpoint : config.endpoints)
    for (const auto& address : endpoint.listen)
      if (!address.is_inherited()) probes.push_back(std::make_shared<Probe>(context, endpoint, address));
  for (const auto& probe : probes) start(context, probe);
  context.run_for(timeout);

  HealthReport report;
  for (const auto& probe : probes) {
    if (!probe->finished) probe->error = fmt::format("does not answer within {}", duration_to_text(timeout.count()));
    const auto line = [&](const std::string& text) {
      return fmt::format("endpoint {}: {} {}", probe->name, address_to_text(probe->address), text);
    };
    if (probe->error)
      report.failures.push_back(line(*probe->error));
    else if (probe->note)
      report.notes.push_back(line(*probe->note));
  }
  // Cancels the operations that still wait for the network, and lets their coroutines end.
  for (const auto& probe : probes) {
    std::error_code ignored;
    probe->socket.close(ignored);
  }
  context.run_for(std::chrono::milliseconds(100));
  return report;
}

}  // namespace portico
