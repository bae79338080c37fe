#include "server/endpoint_tls.hpp"
#include "server/start_error.hpp"
#include "tests/support/test_certificates.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace portico::test {
namespace {

using namespace std::chrono_literals;
constexpr std::chrono::hours day{24};

// Notes what is told of certificates, each as a line.
class Told : public Observer {
 public:
  using Observer::on;
  void on(const events::ConfigProblem& event) override { lines.push_back(event.problem); }
  void on(const events::CertificateReplaced& event) override { lines.push_back("replaced by " + event.serial); }
  void on(const events::CertificateExpires& event) override {
    lines.push_back(event.serial + (event.expired ? " has expired" : " expires"));
  }

  std::vector<std::string> take() { return std::exchange(lines, {}); }

  std::vector<std::string> lines;
};

// An endpoint whose files are in memory, at a time of the test's own.
struct EndpointTlsTest : testing::Test {
  void put(const CertificateRequest& request) {
    const auto identity = make_identity(request);
    files["cert.pem"] = identity.certificate;
    files["key.pem"] = identity.key;
  }

  EndpointTls make() {
    TlsConfig config;
    config.certificate.file = "cert.pem";
    config.key.file = "key.pem";
    const auto read = [this](const std::filesystem::path& file, std::size_t) -> FileText {
      const auto found = files.find(file.string());
      if (found == files.end()) return {std::nullopt, "does not exist"};
      return {found->second, {}};
    };
    return {"secure", config, read, told};
  }

  // Both looks that a change needs.
  void look_twice(EndpointTls& endpoint) {
    endpoint.look(now, false);
    endpoint.look(now, false);
  }

  std::map<std::string, std::string> files;
  Told told;
  EndpointTls::Time now = std::chrono::system_clock::now();
};

using Lines = std::vector<std::string>;

TEST_F(EndpointTlsTest, a_change_counts_when_it_was_seen_twice) {
  put({.serial = 1});
  auto endpoint = make();
  const auto first = endpoint.current()->get();
  put({.serial = 2});
  endpoint.look(now, false);
  EXPECT_EQ(endpoint.current()->get(), first);
  endpoint.look(now, false);
  EXPECT_NE(endpoint.current()->get(), first);
  EXPECT_EQ(told.take(), Lines{"replaced by 02"});
  look_twice(endpoint);
  EXPECT_EQ(told.take(), Lines());
}

TEST_F(EndpointTlsTest, files_that_are_still_being_written_are_left_alone) {
  put({.serial = 1});
  auto endpoint = make();
  for (long serial = 2; serial < 5; ++serial) {
    put({.serial = serial});
    endpoint.look(now, false);
  }
  EXPECT_EQ(told.take(), Lines());
}

TEST_F(EndpointTlsTest, an_order_to_look_does_not_wait_for_the_second_time) {
  put({.serial = 1});
  auto endpoint = make();
  put({.serial = 2});
  endpoint.look(now, true);
  EXPECT_EQ(told.take(), Lines{"replaced by 02"});
}

TEST_F(EndpointTlsTest, what_cannot_be_used_is_told_once_and_the_old_one_stays) {
  put({.serial = 1});
  auto endpoint = make();
  const auto first = endpoint.current()->get();
  files["cert.pem"] = make_identity({.serial = 2}).certificate;
  for (int i = 0; i < 3; ++i) look_twice(endpoint);
  EXPECT_EQ(told.take(),
            Lines{"tls.key: key.pem: does not belong to the certificate; the certificates in use are kept"});
  files.erase("key.pem");
  for (int i = 0; i < 3; ++i) look_twice(endpoint);
  EXPECT_EQ(told.take(), Lines{"tls.key: key.pem: does not exist; the certificates in use are kept"});
  EXPECT_EQ(endpoint.current()->get(), first);
}

TEST_F(EndpointTlsTest, a_certificate_that_is_not_valid_yet_is_used_when_it_is) {
  put({.serial = 1});
  auto endpoint = make();
  put({.serial = 2, .first_day = 1});
  look_twice(endpoint);
  EXPECT_EQ(told.take(),
            Lines{"tls.certificate: CN=localhost is not valid yet; the certificates in use are kept"});
  look_twice(endpoint);
  now += day + 1min;
  endpoint.look(now, false);
  EXPECT_EQ(told.take(), Lines{"replaced by 02"});
}

TEST_F(EndpointTlsTest, an_expired_certificate_is_used_only_when_the_old_one_has_expired_too) {
  put({.serial = 1, .last_day = 20});
  auto endpoint = make();
  put({.serial = 2, .first_day = -9, .last_day = -2});
  look_twice(endpoint);
  EXPECT_EQ(told.take(), Lines{"tls.certificate: CN=localhost has expired; the certificates in use are kept"});
  now += 21 * day;
  put({.serial = 3, .first_day = -9, .last_day = -3});
  look_twice(endpoint);
  EXPECT_EQ(told.take(), (Lines{"replaced by 03", "03 has expired"}));
}

TEST_F(EndpointTlsTest, a_certificate_made_this_moment_is_valid) {
  put({.serial = 1});
  auto endpoint = make();
  put({.serial = 2, .first_day = 0});
  look_twice(endpoint);
  EXPECT_EQ(told.take(), Lines{"replaced by 02"});
}

TEST_F(EndpointTlsTest, the_last_two_weeks_are_told) {
  put({.serial = 1, .last_day = 30});
  const auto endpoint = make();
  endpoint.tell_expiry(now + 15 * day);
  EXPECT_EQ(told.take(), Lines());
  endpoint.tell_expiry(now + 17 * day);
  EXPECT_EQ(told.take(), Lines{"01 expires"});
  endpoint.tell_expiry(now + 31 * day);
  EXPECT_EQ(told.take(), Lines{"01 has expired"});
}

TEST_F(EndpointTlsTest, the_start_needs_files_that_can_be_used) {
  EXPECT_THROW(make(), StartError);
  put({});
  files["key.pem"] = "nonsense";
  EXPECT_THROW(make(), StartError);
}

}  // namespace
}  // namespace portico::test
