#include "program/commands/healthcheck.hpp"

#include "config/values/address_text.hpp"
#include "config/values/ip.hpp"
#include "config/values/units.hpp"
#include "server/net/listening_socket.hpp"

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
#include <string_view>
#include <utility>

namespace portico {

namespace {

using asio::ip::tcp;
using Target = asio::generic::stream_protocol::endpoint;  // TCP or a Unix socket

// One address that is looked at. Kept by its coroutine.
struct Probe {
  Probe(asio::io_context& context, const EndpointConfig& endpoint, const ListenAddress& listen)
      : socket(context), name(endpoint.name), address(listen) {
    // Behind a handshake there is no plain HTTP.
    speaks_http = endpoint.handler == "health" && !endpoint.tls &&
                  (!endpoint.proxy_protocol || endpoint.proxy_protocol->mode == "off");
  }

  asio::generic::stream_protocol::socket socket;
  std::string name;
  ListenAddress address;  // a wildcard is replaced by loopback, for the report too
  bool speaks_http = false;
  bool ended = false;
  std::string fault;  // empty: all is well
};

std::string text_of(const std::error_code& error) {
  auto text = error.message();
  return text.empty() ? fmt::format("error {}", error.value()) : text;
}

bool is_every_v4(const std::string& host) { return ipv4_from_text(host) == Ipv4Bytes{}; }
bool is_every_v6(const std::string& host) { return ipv6_from_text(host) == Ipv6Bytes{}; }

// Where to connect to, in the order to try. A name is looked up.
asio::awaitable<std::vector<Target>> targets(Probe& probe, std::error_code& error) {
  std::vector<Target> found;
  if (probe.address.is_unix()) {
    found.emplace_back(unix_endpoint(probe.address));
    co_return found;
  }
  auto& host = probe.address.host;
  const auto port = probe.address.port;
  const bool every = host.empty();
  if (every || is_every_v4(host)) host = "127.0.0.1";
  if (is_every_v6(host)) host = "::1";
  const auto number = asio::ip::make_address(host, error);
  if (!error) {
    found.emplace_back(tcp::endpoint(number, port));
    if (every) found.emplace_back(tcp::endpoint(asio::ip::address_v6::loopback(), port));
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

// Connects to the first target that accepts; else what was wrong with the first.
asio::awaitable<std::error_code> connect(Probe& probe) {
  std::error_code first;
  const auto all = co_await targets(probe, first);
  for (const auto& target : all) {
    std::error_code error;
    co_await probe.socket.async_connect(target, asio::redirect_error(asio::use_awaitable, error));
    if (!error || error == asio::error::operation_aborted) co_return error;
    if (!first) first = error;
    std::error_code ignored;  // of a socket that did not get anywhere
    probe.socket.close(ignored);
  }
  co_return first;
}

// The first line of the answer is the verdict: "HTTP/1.1 200 OK".
asio::awaitable<std::string> ask(Probe& probe) {
  static constexpr std::string_view request = "GET / HTTP/1.0\r\n\r\n";
  constexpr std::size_t longest = 1024;
  std::error_code error;
  co_await asio::async_write(probe.socket, asio::buffer(request), asio::redirect_error(asio::use_awaitable, error));
  std::string answer;
  if (!error) {
    auto buffer = asio::dynamic_buffer(answer, longest);
    co_await asio::async_read_until(probe.socket, buffer, '\n', asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) co_return fmt::format("accepts, but does not answer: {}", text_of(error));
  const std::string_view line(answer.data(), answer.find_first_of("\r\n"));
  const auto status = line.substr(line.find(' ') + 1);
  if (line.starts_with("HTTP/1.") && (status == "200" || status.starts_with("200 "))) co_return std::string();
  co_return fmt::format("says {}", status);
}

asio::awaitable<void> look_at(std::shared_ptr<Probe> probe) {
  const std::error_code error = co_await connect(*probe);
  if (error) probe->fault = fmt::format("does not accept: {}", text_of(error));
  if (!error && probe->speaks_http) probe->fault = co_await ask(*probe);
}

void start(asio::io_context& context, const std::shared_ptr<Probe>& probe) {
  if (!probe->address.is_unix() && probe->address.port == 0) {
    probe->fault = "cannot be checked: the system chooses the port";
    probe->ended = true;
    return;
  }
  asio::co_spawn(context, look_at(probe), [probe](const std::exception_ptr& thrown) {
    probe->ended = true;
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::exception& failure) {
      probe->fault = fmt::format("cannot be checked: {}", failure.what());
    }
  });
}

}  // namespace

std::vector<std::string> not_checked(const Config& config) {
  std::vector<std::string> notes;
  for (const auto& endpoint : config.endpoints)
    for (const auto& address : endpoint.listen)
      if (address.is_inherited())
        notes.push_back(fmt::format("endpoint {}: {} is not checked: only who opened the socket knows where it listens",
                                    endpoint.name, listen_address_to_text(address)));
  return notes;
}

std::vector<std::string> check_health(asio::io_context& context, const Config& config,
                                      std::chrono::milliseconds patience) {
  std::vector<std::shared_ptr<Probe>> probes;
  for (const auto& endpoint : config.endpoints)
    for (const auto& address : endpoint.listen)
      if (!address.is_inherited()) probes.push_back(std::make_shared<Probe>(context, endpoint, address));
  for (const auto& probe : probes) start(context, probe);
  context.run_for(patience);

  std::vector<std::string> faults;
  for (const auto& probe : probes) {
    if (!probe->ended) probe->fault = fmt::format("does not answer within {}", duration_to_text(patience.count()));
    if (probe->fault.empty()) continue;
    faults.push_back(fmt::format("endpoint {}: {} {}", probe->name, address_to_text(probe->address), probe->fault));
  }
  // What still waits for the network ends now.
  for (const auto& probe : probes) {
    std::error_code ignored;
    probe->socket.close(ignored);
  }
  context.run_for(std::chrono::milliseconds(100));
  return faults;
}

}  // namespace portico
