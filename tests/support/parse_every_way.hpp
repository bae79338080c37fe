#pragma once

#include <portico/framing.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portico::test {

using State = FrameStep::State;
using Messages = std::vector<std::string>;

// Result of parsing one input: its messages, and the state after them.
struct Outcome {
  Messages messages;
  State end = State::incomplete;
  std::size_t rest = 0;  // bytes left over in that state

  friend bool operator==(const Outcome&, const Outcome&) = default;
  friend void PrintTo(const Outcome& outcome, std::ostream* out) {
    for (const auto& message : outcome.messages) *out << testing::PrintToString(message) << ' ';
    *out << "end " << static_cast<int>(outcome.end) << " rest " << outcome.rest;
  }
};

// Parses like a reader whose input arrives up to each of `arrivals` (increasing offsets) in turn.
template <typename Parser>
Outcome parse_in_steps(const Parser& parser, std::string_view input, const std::vector<std::size_t>& arrivals) {
  Outcome outcome;
  std::size_t begin = 0;
  std::size_t seen = 0;
  for (const std::size_t end : arrivals) {
    for (;;) {
      const std::string_view bytes = input.substr(begin, end - begin);
      const FrameStep step = parser.parse(bytes, seen);
      outcome.end = step.state;
      outcome.rest = bytes.size();
      if (step.state == State::too_long || step.state == State::malformed) return outcome;
      if (step.state == State::incomplete) {
        EXPECT_GT(step.needed, bytes.size()) << "a reader would parse again for nothing";
        seen = bytes.size();
        break;
      }
      EXPECT_GE(bytes.data() + bytes.size(), step.message.data() + step.message.size());
      outcome.messages.emplace_back(step.message);
      begin += step.size;
      seen = 0;
    }
  }
  return outcome;
}

// Returns the outcome of the whole input; fails if it depends on the pieces in which the input arrives.
template <typename Parser>
Outcome parse_every_way(const Parser& parser, std::string_view input) {
  Outcome whole = parse_in_steps(parser, input, {input.size()});
  std::vector<std::size_t> each;
  for (std::size_t split = 0; split <= input.size(); ++split) {
    const Outcome outcome = parse_in_steps(parser, input, {split, input.size()});
    EXPECT_EQ(outcome.messages, whole.messages) << "split at " << split;
    EXPECT_EQ(outcome.end, whole.end) << "split at " << split;
    each.push_back(split);
  }
  const Outcome outcome = parse_in_steps(parser, input, each);
  EXPECT_EQ(outcome.messages, whole.messages) << "byte by byte";
  EXPECT_EQ(outcome.end, whole.end) << "byte by byte";
  return whole;
}

inline Outcome complete(Messages messages) { return {std::move(messages), State::incomplete, 0}; }

}  // namespace portico::test
