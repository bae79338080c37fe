#pragma once

#include <portico/observer.hpp>

namespace portico {

// Observer that passes every event on to two others, which outlive it.
class ObserverPair final : public Observer {
 public:
  ObserverPair(Observer& first, Observer& second) : first_(first), second_(second) {}

  void on(const events::Listening& event) override { pass(event); }
  void on(const events::Accepted& event) override { pass(event); }
  void on(const events::Closed& event) override { pass(event); }
  void on(const events::Refused& event) override { pass(event); }
  void on(const events::AcceptPaused& event) override { pass(event); }
  void on(const events::AcceptResumed& event) override { pass(event); }
  void on(const events::ConfigProblem& event) override { pass(event); }
  void on(const events::CertificateExpires& event) override { pass(event); }
  void on(const events::CertificateReplaced& event) override { pass(event); }
  void on(const events::StartFailed& event) override { pass(event); }
  void on(const events::Reloaded& event) override { pass(event); }
  void on(const events::Stopping& event) override { pass(event); }
  void on(const events::Draining& event) override { pass(event); }
  void on(const events::Stopped& event) override { pass(event); }

 private:
  template <typename Event>
  void pass(const Event& event) {
    first_.on(event);
    second_.on(event);
  }

  Observer& first_;
  Observer& second_;
};

}  // namespace portico
