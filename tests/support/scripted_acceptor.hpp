#pragma once

#include "server/accept/acceptor.hpp"
#include "server/workers/worker.hpp"

#include <portico/connection.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace portico::test {

using Pauses = std::vector<std::chrono::milliseconds>;

// Returns each error of its script, and a client for each success in it; then waits until it is closed.
class ScriptedAcceptor : public Acceptor {
 public:
  ScriptedAcceptor(Worker& worker, std::deque<std::error_code> script, Pauses& pauses)
      : worker_(worker), script_(std::move(script)), pauses_(pauses), end_(worker.context()) {
    end_.expires_at(std::chrono::steady_clock::time_point::max());
  }

  asio::awaitable<Accepted> accept() override {
    Accepted accepted;
    if (script_.empty()) {
      std::error_code cancelled;
      co_await end_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
      accepted.error = asio::error::operation_aborted;
      co_return accepted;
    }
    if (script_.size() == 1 && before_last_) before_last_();
    accepted.error = script_.front();
    script_.pop_front();
    if (!accepted.error) connect(accepted);
    co_return accepted;
  }

  bool is_shared() const override { return shared_; }
  void share() { shared_ = true; }

  asio::awaitable<std::error_code> wait_for_client() override {
    if (!script_.empty()) co_return std::error_code();
    std::error_code cancelled;
    co_await end_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return cancelled;
  }

  Accepted try_accept() override {
    Accepted accepted;
    accepted.error = script_.front();
    script_.pop_front();
    if (!accepted.error) connect(accepted);
    return accepted;
  }

  // Returns how many results are left in the script.
  std::size_t remaining() const { return script_.size(); }

  asio::awaitable<void> sleep(std::chrono::milliseconds duration) override {
    pauses_.push_back(duration);
    now_ += duration;
    co_return;
  }

  std::chrono::steady_clock::time_point now() const override { return now_; }
  bool has_left(Accepted&) override { return has_left_ && has_left_(number_); }
  // `has_left` says if the client of that number, from 1 on, has left by now. For one loop.
  void on_has_left(std::function<bool(int)> has_left) { has_left_ = std::move(has_left); }
  void advance(std::chrono::steady_clock::duration time) { now_ += time; }
  void before_last(std::function<void()> action) { before_last_ = std::move(action); }
  void close() override { end_.cancel(); }

 private:
  void connect(Accepted& accepted) {
    ++number_;
    asio::ip::tcp::acceptor acceptor(worker_.context(), {asio::ip::address_v4::loopback(), 0});
    client_.emplace(worker_.context());
    client_->connect(acceptor.local_endpoint());
    accepted.worker = &worker_;
    accepted.socket.emplace(worker_.context());
    acceptor.accept(*accepted.socket);
    accepted.peer = Address(client_->local_endpoint());
  }

  Worker& worker_;
  std::deque<std::error_code> script_;
  Pauses& pauses_;
  asio::steady_timer end_;
  std::chrono::steady_clock::time_point now_{};
  std::function<void()> before_last_;
  std::function<bool(int)> has_left_;
  int number_ = 0;
  bool shared_ = false;
  std::optional<asio::ip::tcp::socket> client_;
};

inline asio::awaitable<void> return_immediately(Connection&) { co_return; }

}  // namespace portico::test
