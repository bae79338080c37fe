#pragma once

#include "base/secret.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace portico {

// The keys that encrypt session tickets (RFC 5077 section 4): either made here, or those of a file that several servers
// share. Any thread.
class TicketKeys {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // One key. Overwritten before its memory is freed.
  struct Key {
    std::array<unsigned char, 16> name;    // is part of the ticket
    std::array<unsigned char, 32> mac;     // HMAC with SHA-256
    std::array<unsigned char, 32> cipher;  // AES-256 in CBC mode

    Key() = default;
    Key(const Key&) = default;
    Key& operator=(const Key&) = default;
    ~Key();
  };

  // With an empty `file`, makes keys of its own: a new one each `lifetime`, after which the last one is still accepted
  // for as long, so that each ticket can be used for its whole life. Otherwise the keys are those of the file: each
  // line is one, as 160 hexadecimal digits; empty lines and those that begin with '#' are ignored. New tickets get the
  // first key, and all are accepted. Throws TlsSettingsError.
  TicketKeys(const Secret& file, std::chrono::seconds lifetime, Time now);

  // Returns the key for new tickets.
  std::shared_ptr<const Key> current(Time now);

  // Returns the key of a ticket; null if it is unknown, or too old.
  std::shared_ptr<const Key> find(std::span<const unsigned char, 16> name, Time now);

  // Replaces a key that is too old.
  void renew(Time now);

 private:
  void read(std::string_view file);
  void renew_locked(Time now);

  const bool own_;  // otherwise those of a file, which never change
  const std::chrono::seconds lifetime_;
  std::mutex mutex_;
  Time made_at_;
  std::vector<std::shared_ptr<const Key>> keys_;  // the first encrypts
};

}  // namespace portico
