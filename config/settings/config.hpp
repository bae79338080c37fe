#pragma once

#include "config/settings/endpoint_config.hpp"

#include <portico/options.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace portico {

// The file, checked, as plain data. Knows no sockets.

struct LogConfig {
  std::string format = "auto";
  std::string level = "info";

  static constexpr auto describe() {
    return options(option("format", &LogConfig::format, "auto: text on a terminal, json otherwise.",
                          choices("auto", "text", "json")),
                   option("level", &LogConfig::level, "The least important events that are logged.",
                          choices("debug", "info", "warn", "error")));
  }

  friend bool operator==(const LogConfig&, const LogConfig&) = default;
};

struct LimitsConfig {
  std::optional<ConnectionsRule> connections;

  static constexpr auto describe() {
    return options(option("connections", &LimitsConfig::connections,
                          "Connections of the whole process at a time; unset: as many as the host's descriptors allow.",
                          between(1, 10'000'000)));
  }

  friend bool operator==(const LimitsConfig&, const LimitsConfig&) = default;
};

struct ShutdownConfig {
#ifdef _WIN32
  static constexpr std::chrono::seconds default_drain{4};  // a container is killed 5 s after it was told to stop
#else
  static constexpr std::chrono::seconds default_drain{8};  // `docker stop` waits 10 s
#endif

  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds drain{default_drain};

  static constexpr auto describe() {
    using std::chrono::seconds, std::chrono::hours;
    return options(option("delay", &ShutdownConfig::delay,
                          "Accept on for so long after the order to stop, so that balancers notice.",
                          between(seconds(0), hours(1))),
                   option("drain", &ShutdownConfig::drain,
                          "Then let sessions finish for so long before they are cut; the default is 4s on Windows.",
                          between(seconds(0), hours(24)), shown_default("8s")));
  }

  friend bool operator==(const ShutdownConfig&, const ShutdownConfig&) = default;
};

struct Config {
  int workers = 0;  // 0: one for each processor
  LogConfig log;
  LimitsConfig limits;
  ShutdownConfig shutdown;
  std::vector<EndpointConfig> endpoints;  // in the order of the file

  static constexpr auto describe() {
    return options(option("workers", &Config::workers, "Threads that serve; auto: one for each processor.",
                          between(1, 1024), word("auto", 0)),
                   option("log", &Config::log, "The log, on stderr."),
                   option("limits", &Config::limits, "Limits of the whole process."),
                   option("shutdown", &Config::shutdown, "Stopping."), unlisted(&Config::endpoints));
  }

  friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace portico
