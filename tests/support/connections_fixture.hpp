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

// Record of a stream that its connection has closed.
struct CloseRecord {
  std::optional<bool> reset;
  std::string written;
  std::string failed_operation;
};

// A stream that makes a record when it is closed.
class RecordedStream : public MemoryStream {
 public:
  RecordedStream(asio::io_context& context, CloseRecord& record) : MemoryStream(context), record_(record) {}
  void close(bool reset) override {
    EXPECT_FALSE(record_.reset) << "closed twice";
    record_ = {reset, written(), std::string(failed_operation())};
    MemoryStream::close(reset);
  }

 private:
  CloseRecord& record_;
};

// The connections of one worker, over streams in memory and with the test's clock.
struct ConnectionsFixture {
  ~ConnectionsFixture() { abort_all(); }

  // Ends every connection, and its coroutine, before what they refer to is destroyed.
  void abort_all() {
    connections.abort_all(EndReason::killed);
    run();
  }

  // Starts `session` and returns its stream, which is valid until the connection is closed.
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
    auto stream = std::make_unique<RecordedStream>(context, close_records.emplace_back());
    auto& memory = *stream;
    prepare(memory);
    connections.start(std::move(stream), peer, std::move(endpoint));
    run();
    return memory;
  }

  void run() { run_until_idle(context); }

  // Advances the clock and sweeps.
  void advance(std::chrono::milliseconds time) {
    // Dates everything since the last sweep to the moment right after it.
    worker.begin_sweep(worker.now + std::chrono::nanoseconds(1));
    connections.sweep();
    worker.begin_sweep(worker.now + time);
    connections.sweep();
    run();
  }

  // Advances the clock in steps of a sweep period, as a worker does.
  void sweep_for(std::chrono::milliseconds time) {
    for (; time > std::chrono::milliseconds(0); time -= sweep_period) advance(std::min(time, sweep_period));
  }

  // Returns the record of the last connection.
  const CloseRecord& close_record() const { return close_records.back(); }

  // Returns the end of the only connection.
  RecordingObserver::End end() {
    run();
    const auto ends = observer.ends();
    EXPECT_EQ(ends.size(), 1U);
    EXPECT_EQ(connections.size(), 0U);
    return ends.empty() ? RecordingObserver::End{} : ends.front();
  }

  void expect_end(EndReason reason, bool reset) {
    EXPECT_EQ(to_string(end().reason), to_string(reason));
    EXPECT_EQ(close_record().reset, reset);
  }

  asio::io_context context;
  WorkerContext worker{context.get_executor(), {}, {}, false};
  RecordingObserver observer;
  std::deque<CloseRecord> close_records;  // of each connection, in the order of the starts
  std::function<void(MemoryStream&)> prepare = [](MemoryStream&) {
  };  // is called for each new stream before its session starts
  Connections connections{worker, observer};
};

}  // namespace portico::test
