#include "protocol/tls/tls_ticket_keys.hpp"

#include "protocol/tls/tls_context.hpp"
#include "protocol/tls/tls_openssl.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace portico {

namespace {

constexpr auto option = "ticket_keys";
constexpr std::size_t key_bytes = 16 + 32 + 32;
constexpr std::size_t max_keys = 16;

void randomize(std::span<unsigned char> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw TlsSettingsError("", "OpenSSL has no random numbers (OPENSSL_CONF, openssl.cnf): " + openssl_error());
}

std::shared_ptr<const TicketKeys::Key> make_key() {
  auto key = std::make_shared<TicketKeys::Key>();
  randomize(key->name);
  randomize(key->mac);
  randomize(key->cipher);
  return key;
}

std::optional<unsigned> digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A') + 10;
  return std::nullopt;
}

// Takes the digits of `into` from the beginning of `text`. Returns false if there are not enough.
bool take_hex(std::string_view& text, std::span<unsigned char> into) {
  if (text.size() < 2 * into.size()) return false;
  for (auto& byte : into) {
    const auto high = digit_value(text[0]);
    const auto low = digit_value(text[1]);
    if (!high || !low) return false;
    byte = static_cast<unsigned char>(*high * 16 + *low);
    text.remove_prefix(2);
  }
  return true;
}

std::shared_ptr<const TicketKeys::Key> parse_key(std::string_view line) {
  auto key = std::make_shared<TicketKeys::Key>();
  const bool is_key = take_hex(line, key->name) && take_hex(line, key->mac) && take_hex(line, key->cipher);
  return is_key && line.empty() ? key : nullptr;
}

std::string_view without_spaces(std::string_view line) {
  constexpr auto spaces = " \t\r";
  const auto begin = line.find_first_not_of(spaces);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(spaces) + 1 - begin);
}

}  // namespace

TicketKeys::Key::~Key() {
  OPENSSL_cleanse(mac.data(), mac.size());
  OPENSSL_cleanse(cipher.data(), cipher.size());
}

TicketKeys::TicketKeys(const Secret& file, std::chrono::seconds lifetime, Time now)
    : own_(file.text().empty()), lifetime_(lifetime), made_at_(now) {
  own_ ? keys_.push_back(make_key()) : read(file.text());
}

void TicketKeys::read(std::string_view rest) {
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = without_spaces(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.starts_with('#')) continue;
    auto key = parse_key(line);
    if (!key)
      throw TlsSettingsError(option, "has no key in line " + std::to_string(number) +
                                         ": a key is a line of 160 hexadecimal digits, as \"openssl rand -hex " +
                                         std::to_string(key_bytes) + "\" prints");
    if (keys_.size() == max_keys) throw TlsSettingsError(option, "has more than " + std::to_string(max_keys) + " keys");
    keys_.push_back(std::move(key));
  }
  if (keys_.empty()) throw TlsSettingsError(option, "has no key; \"openssl rand -hex 80\" prints one");
}

void TicketKeys::renew_locked(Time now) {
  if (!own_ || now - made_at_ < lifetime_) return;
  auto last = std::move(keys_.front());
  const bool is_last_usable = now - made_at_ < 2 * lifetime_;
  keys_.clear();
  keys_.push_back(make_key());
  if (is_last_usable) keys_.push_back(std::move(last));
  made_at_ = now;
}

void TicketKeys::renew(Time now) {
  const std::lock_guard lock(mutex_);
  renew_locked(now);
}

std::shared_ptr<const TicketKeys::Key> TicketKeys::current(Time now) {
  const std::lock_guard lock(mutex_);
  renew_locked(now);
  return keys_.front();
}

std::shared_ptr<const TicketKeys::Key> TicketKeys::find(std::span<const unsigned char, 16> name, Time now) {
  const std::lock_guard lock(mutex_);
  renew_locked(now);
  const auto found = std::find_if(keys_.begin(), keys_.end(), [name](const auto& key) {
    return std::equal(name.begin(), name.end(), key->name.begin());
  });
  return found == keys_.end() ? nullptr : *found;
}

}  // namespace portico
