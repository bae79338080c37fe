#include "program/host/service_manager.hpp"

#include <asio/steady_timer.hpp>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace portico {

namespace {

constexpr std::chrono::milliseconds retry_period{100};

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::string_view(value) : std::string_view();
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct ManagerAddress {
  sockaddr_un address{};
  socklen_t size = 0;  // 0: there is none
};

ManagerAddress address_from_environment() {
  ManagerAddress found;
  found.address.sun_family = AF_UNIX;
  const auto name = variable("NOTIFY_SOCKET");
  if (name.size() < 2 || name.size() >= sizeof found.address.sun_path || (name[0] != '/' && name[0] != '@')) return {};
  std::memcpy(found.address.sun_path, name.data(), name.size());
  if (name[0] == '@')
    found.address.sun_path[0] = '\0';  // an abstract name starts with NUL, is not terminated (unix(7))
  found.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  return found;
}

// Returns WATCHDOG_USEC, if it is meant for this process (sd_watchdog_enabled(3)); 0 otherwise.
std::chrono::microseconds watchdog_from_environment() {
  const auto process = variable("WATCHDOG_PID");
  if (!process.empty() && number_in(process) != ::getpid()) return {};
  return std::chrono::microseconds(std::max<std::int64_t>(0, number_in(variable("WATCHDOG_USEC")).value_or(0)));
}

bool may_succeed_later(int error) {
  for (const int passing : {EAGAIN, ENOBUFS, EINTR, EMFILE, ENFILE, ENOMEM})
    if (error == passing) return true;
  return false;
}

// Returns false if it may succeed later.
bool send(const ManagerAddress& manager, std::string_view report) {
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return !may_succeed_later(errno);  // a sandbox may forbid Unix sockets for good
  const auto sent = ::sendto(socket, report.data(), report.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&manager.address), manager.size);
  const int error = errno;
  ::close(socket);
  // Other errors are ignored: a manager that misses the report has a timeout of its own, and a server that works must
  // not end because of it.
  return sent >= 0 || !may_succeed_later(error);
}

// The time of the manager's clock, by which it tells this reload from an earlier one.
std::int64_t monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

struct ServiceManager::State : std::enable_shared_from_this<State> {
  explicit State(asio::io_context& main) : retry_timer(main), watchdog_timer(main) {}

  void report(std::string text) {
    if (manager.size == 0) return;
    waiting.push_back(std::move(text));
    if (waiting.size() == 1) send_waiting();
  }

  void send_waiting() {
    while (!waiting.empty() && send(manager, waiting.front())) waiting.pop_front();
    if (waiting.empty()) return;
    retry_timer.expires_after(retry_period);
    retry_timer.async_wait([state = shared_from_this()](const std::error_code& error) {
      if (!error) state->send_waiting();
    });
  }

  void schedule_check(std::chrono::microseconds pause) {
    watchdog_timer.expires_after(pause);
    watchdog_timer.async_wait([state = shared_from_this()](const std::error_code& error) {
      if (error) return;
      state->check([state] {
        if (state->waiting.empty()) state->report("WATCHDOG=1");  // an old one would only come late
        state->schedule_check(state->watchdog / 3);
      });
    });
  }

  const ManagerAddress manager = address_from_environment();
  const std::chrono::microseconds watchdog = watchdog_from_environment();
  asio::steady_timer retry_timer;
  asio::steady_timer watchdog_timer;
  std::deque<std::string> waiting;
  std::function<void(std::function<void()>)> check;
  bool is_stopping = false;
};

ServiceManager::ServiceManager(asio::io_context& main) : state_(std::make_shared<State>(main)) {}

ServiceManager::~ServiceManager() {
  state_->retry_timer.cancel();
  state_->watchdog_timer.cancel();
}

void ServiceManager::report_ready() {
  if (!state_->is_stopping) state_->report("READY=1");
}

void ServiceManager::report_reloading() {
  if (!state_->is_stopping) state_->report(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", monotonic_microseconds()));
}

void ServiceManager::report_stopping() {
  state_->is_stopping = true;
  state_->report("STOPPING=1");
}

void ServiceManager::watch(std::function<void(std::function<void()>)> check) {
  if (state_->manager.size == 0 || state_->watchdog.count() == 0) return;
  state_->check = std::move(check);
  state_->schedule_check(std::chrono::microseconds(0));
}

}  // namespace portico
