#pragma once

#include "server/accept/accept_error.hpp"
#include "server/accept/acceptor.hpp"
#include "server/admission/admission.hpp"
#include "server/endpoint/endpoint.hpp"

#include <portico/observer.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace portico {

// The accept loops of one bound address. Each loop accepts a client, asks the endpoint's admission, and passes an
// admitted client to its worker. A client that must wait for a slot blocks the loop that accepted it, so that all
// others stay in the system's backlog. Of a shared socket no client is accepted that would have to wait.
// Owned by the server; runs on one worker's thread (its executor's). Ended by stop(), never by an accept error.
class Listener {
 public:
  Listener(asio::any_io_executor executor, std::unique_ptr<Acceptor> acceptor, std::string address,
           std::shared_ptr<const Endpoint> endpoint, Observer& observer);

  // Runs `outstanding` accept loops, at least one; on Windows each keeps one AcceptEx posted. One for a shared socket,
  // if its clients may have to wait. Call once.
  void start(int outstanding);

  // Closes the address; `on_closed` is called once, on the listener's thread, when no client can be accepted any more.
  // Any thread; call once.
  void stop(std::function<void()> on_closed);

  const std::string& address() const { return address_; }
  const Endpoint& endpoint() const { return *endpoint_; }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct WaitingClient;

  asio::awaitable<void> accept_loop();
  asio::awaitable<void> shared_accept_loop();
  asio::awaitable<bool> wait_for_room(Slots::Outcome& reserved);
  asio::awaitable<void> pause_after(std::error_code error);
  asio::awaitable<Admission::Action> admit(Accepted& accepted);
  asio::awaitable<bool> wait_for_rate(Accepted& accepted, Admission::Turn& turn, std::chrono::milliseconds pause);
  asio::awaitable<void> wait_for_slot(WaitingClient& client, std::function<bool()> cancel);
  void dispatch(Accepted accepted, Admission::Action action);
  std::chrono::milliseconds on_accept_error(const std::error_code& error);
  void on_accept_success();
  void note_waiting(Refusal reason);
  void note_no_waiting();
  void report_resumed(TimePoint since);
  void loop_ended();

  asio::any_io_executor executor_;
  std::unique_ptr<Acceptor> acceptor_;
  std::string address_;
  std::shared_ptr<const Endpoint> endpoint_;
  Observer& observer_;
  AcceptBackoff backoff_;
  std::set<WaitingClient*> waiting_clients_;
  std::optional<TimePoint> waiting_since_;  // start of an episode in which clients must wait; reported once
  TimePoint last_wait_{};
  int loops_ = 0;
  bool stopping_ = false;
  std::function<void()> on_closed_;
};

}  // namespace portico
