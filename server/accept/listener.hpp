#pragma once

#include "server/accept/accept_error.hpp"
#include "server/accept/acceptor.hpp"
#include "server/admission/admission.hpp"
#include "server/endpoint/endpoint.hpp"
#include "server/events/observer.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace portico {

// One bound address: accepts clients, asks the endpoint's admission, and hands those let in to their workers, until it
// is stopped, whatever accepting says. A client that must wait holds up the loop that has accepted it, so no more than
// the loops are many are taken out of the system's queue.
// Owned by the server; runs on one worker's thread (its executor's). It ends when stop() was called, never by an error.
class Listener {
 public:
  Listener(asio::any_io_executor executor, std::unique_ptr<Acceptor> acceptor, std::string address,
           std::shared_ptr<const Endpoint> endpoint, Observer& observer);

  // Runs so many accept loops, at least one: on Windows so many clients are met without a loop in between. Once.
  void start(int outstanding);

  // Closes the address; `closed` is called once, on the listener's thread, when no client can come any more.
  // Any thread; once.
  void stop(std::function<void()> closed);

  const std::string& address() const { return address_; }
  const Endpoint& endpoint() const { return *endpoint_; }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct WaitingClient;

  asio::awaitable<void> accept_loop();
  asio::awaitable<Admission::Action> admit(const Address& peer);
  asio::awaitable<bool> wait_for_slot(const Address& peer, WaitingClient& parked);
  void hand_over(Accepted accepted, Admission::Action action);
  std::chrono::milliseconds failed(const std::error_code& error);
  void succeeded();
  void makes_wait(Refusal reason);
  void made_nobody_wait();
  void resumed(TimePoint since);
  void loop_ended();

  asio::any_io_executor executor_;
  std::unique_ptr<Acceptor> acceptor_;
  std::string address_;
  std::shared_ptr<const Endpoint> endpoint_;
  Observer& observer_;
  AcceptBackoff backoff_;
  std::set<WaitingClient*> parked_;
  std::optional<TimePoint> waiting_since_;  // clients are made to wait: an episode, told once
  TimePoint last_wait_{};
  int loops_ = 0;
  bool stopping_ = false;
  std::function<void()> closed_;
};

}  // namespace portico
