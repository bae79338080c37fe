#pragma once

#include "server/workers/connections.hpp"
#include "tests/support/memory_stream.hpp"
#include "tests/support/recording_observer.hpp"

#include <portico/registry.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace portico::test {

// What remains of a stream that its connection has closed.
struct CloseRecord {
  std::optional<bool> reset;
  std::string written;
  std::string failed_operation;
};

class WatchedStream : public MemoryStream {
 public:
  WatchedStream(asio::io_context& context, CloseRecord& closing) : MemoryStream(context), closing_(closing) {}
  void close(bool reset) override {
    EXPECT_FALSE(closing_.reset) << "closed twice";
    closing_ = {reset, written(), std::string(failed_operation())};
    MemoryStream::close(reset);
  }

 private:
  CloseRecord& closing_;
};

// The connections of one worker, over streams in memory and with the test's time.
struct ConnectionsWorld {
  ~ConnectionsWorld() {
    connections.abort_all(EndReason::killed);  // coroutines go before the connections they refer to
    run();
  }

  // Starts `session`; the stream is the test's until the connection has ended.
  MemoryStream& start(Session session, const Timeouts& timeouts = {}) {
    return start(std::move(session), ConnectionSettings{"e", "h", timeouts});
  }
  MemoryStream& start(Session session, ConnectionSettings settings) {
    return start(Endpoint{std::move(settings), std::move(session)});
  }
  MemoryStream& start(Endpoint endpoint) {
    return start(std::make_shared<const Endpoint>(std::move(endpoint)), Address());
  }
  MemoryStream& start(std::shared_ptr<const Endpoint> endpoint, const Address& peer) {
    auto stream = std::make_unique<WatchedStream>(context, closings.emplace_back());
    auto& kept = *stream;
    prepare(kept);
    connections.start(std::move(stream), peer, std::move(endpoint));
    run();
    return kept;
  }

  void run() { run_until_idle(context); }

  // One sweep, after so long.
  void pass(std::chrono::milliseconds time) {
    // What was done since the last sweep was done right after it.
    host.begin_sweep(host.now + std::chrono::nanoseconds(1));
    connections.sweep();
    host.begin_sweep(host.now + time);
    connections.sweep();
    run();
  }

  // As many sweeps as a worker makes in that time.
  void sweep_for(std::chrono::milliseconds time) {
    for (; time > std::chrono::milliseconds(0); time -= sweep_period) pass(std::min(time, sweep_period));
  }

  // The last connection's.
  const CloseRecord& closing() const { return closings.back(); }

  // The one connection's end.
  RecordingObserver::End end() {
    run();
    const auto ends = observer.ends();
    EXPECT_EQ(ends.size(), 1U);
    EXPECT_EQ(connections.size(), 0U);
    return ends.empty() ? RecordingObserver::End{} : ends.front();
  }

  void expect_end(EndReason reason, bool reset) {
    EXPECT_EQ(to_string(end().reason), to_string(reason));
    EXPECT_EQ(closing().reset, reset);
  }

  asio::io_context context;
  WorkerContext host{context.get_executor(), {}, {}, false};
  RecordingObserver observer;
  std::deque<CloseRecord> closings;  // of each connection, in the order of their starts
  std::function<void(MemoryStream&)> prepare = [](MemoryStream&) {};  // a new stream, before its session starts
  Connections connections{host, observer};
};

}  // namespace portico::test
