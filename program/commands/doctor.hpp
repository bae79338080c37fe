#pragma once

#include "config/settings/config.hpp"
#include "program/host/host_facts.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace portico {

// What a host does not allow a configuration, and what it does.
struct Diagnosis {
  // refusal: `run` would not start; warning: it starts, and something is not as the file says.
  enum class Verdict : std::uint8_t { ok, note, warning, refusal };

  Verdict verdict = Verdict::ok;
  std::string subject;
  std::string text;
};

// Everything there is to say, good news too, by subject. Pure.
std::vector<Diagnosis> examine(const Config& config, std::size_t workers, const HostFacts& host);

// "descriptors: ok, 20000 of 1048000 connections fit"
std::string to_string(const Diagnosis& finding);

}  // namespace portico
