#pragma once

#include "server/connection/server_connection.hpp"

#include <portico/observer.hpp>

#include <mutex>
#include <string>
#include <system_error>
#include <vector>

namespace portico::test {

// Stores events, in order. Any thread.
class RecordingObserver : public Observer {
 public:
  struct End {
    EndReason reason;
    std::string text;
    std::uint64_t bytes_in;
    std::uint64_t bytes_out;
    std::string peer;
    Annotations annotations;
  };

  struct Refused {
    Refusal reason;
    bool observed;
    std::string peer;
  };

  using Observer::on;

  void on(const events::Closed& event) override {
    const std::lock_guard lock(mutex_);
    const auto& connection = static_cast<const ServerConnection&>(event.connection);
    ends_.push_back({event.reason, std::string(event.message), event.bytes_in, event.bytes_out,
                     connection.peer().to_string(), connection.annotations()});
  }
  void on(const events::Refused& event) override {
    const std::lock_guard lock(mutex_);
    refusals_.push_back({event.reason, event.observed, event.peer.to_string()});
  }
  void on(const events::AcceptPaused& event) override {
    const std::lock_guard lock(mutex_);
    causes_.push_back(event.cause);
    paused_.push_back(event.error);
  }
  void on(const events::AcceptResumed& event) override {
    const std::lock_guard lock(mutex_);
    resumed_.push_back(event.paused);
  }

  std::vector<End> ends() const {
    const std::lock_guard lock(mutex_);
    return ends_;
  }
  std::vector<Refused> refusals() const {
    const std::lock_guard lock(mutex_);
    return refusals_;
  }
  std::vector<std::string> causes() const {
    const std::lock_guard lock(mutex_);
    return causes_;
  }
  const std::vector<std::error_code>& paused() const { return paused_; }
  const std::vector<std::chrono::milliseconds>& resumed() const { return resumed_; }

 private:
  mutable std::mutex mutex_;
  std::vector<End> ends_;
  std::vector<Refused> refusals_;
  std::vector<std::string> causes_;
  std::vector<std::error_code> paused_;
  std::vector<std::chrono::milliseconds> resumed_;
};

}  // namespace portico::test
