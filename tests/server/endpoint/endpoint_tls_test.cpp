// CertificateWatcher that change while the server runs, with files and a clock of the test's own.

#include "server/endpoint/endpoint_tls.hpp"

#include "server/endpoint/start_error.hpp"
#include "tests/support/test_certificates.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace portico::test {
namespace {

class Events : public Observer {
 public:
  using Observer::on;
  void on(const events::ConfigProblem& event) override { told.push_back("problem: " + event.problem); }
  void on(const events::CertificateReplaced& event) override {
    told.push_back("replaced: " + std::string(event.serial));
  }
  void on(const events::CertificateExpires& event) override {
    told.push_back((event.expired ? "expired: " : "expires: ") + std::string(event.serial));
  }

  std::vector<std::string> take() { return std::exchange(told, {}); }
  std::vector<std::string> told;
};

using Told = std::vector<std::string>;

struct EndpointTlsTest : testing::Test {
  EndpointTlsTest() {
    config.certificate.file = "cert.pem";
    config.key.file = "key.pem";
    put(1);
  }

  void put(long serial, int last_day = 90) {
    CertificateRequest request{"localhost", serial};
    request.last_day = last_day;
    put(make_identity(request));
  }
  void put(const TlsIdentity& identity) {
    files["cert.pem"] = identity.certificate;
    files["key.pem"] = identity.key;
  }

  EndpointTls& tls() {
    if (!tls_)
      tls_.emplace(
          "e", config, [this](const std::filesystem::path& file, std::size_t) { return read(file); }, events);
    return *tls_;
  }
  FileText read(const std::filesystem::path& file) const {
    const auto found = files.find(file.string());
    if (found == files.end()) return {std::nullopt, "does not exist"};
    return {found->second, {}};
  }

  // Why it does not start; empty: it does.
  std::string start_fault() {
    try {
      tls();
      return {};
    } catch (const StartError& error) {
      return error.what();
    }
  }

  Told look(bool at_once = false) {
    tls().poll(now, at_once);
    return events.take();
  }
  std::string serial() { return tls().current()->get()->certificates().front().serial; }

  std::map<std::string, std::string> files;
  TlsConfig config;
  Events events;
  EndpointTls::Time now = std::chrono::system_clock::now();
  std::optional<EndpointTls> tls_;
};

TEST_F(EndpointTlsTest, nothing_happens_while_nothing_changes) {
  EXPECT_EQ(look(), Told());
  EXPECT_EQ(look(/*at_once=*/true), Told());
  EXPECT_EQ(serial(), "01");
}

TEST_F(EndpointTlsTest, a_change_counts_when_it_was_seen_twice) {
  tls();
  put(2);
  EXPECT_EQ(look(), Told());
  EXPECT_EQ(serial(), "01");
  EXPECT_EQ(look(), Told{"replaced: 02"});
  EXPECT_EQ(serial(), "02");
  EXPECT_EQ(look(), Told());
}

TEST_F(EndpointTlsTest, an_order_is_obeyed_at_once) {
  tls();
  put(2);
  EXPECT_EQ(look(/*at_once=*/true), Told{"replaced: 02"});
}

TEST_F(EndpointTlsTest, files_that_are_written_one_after_the_other_are_one_change) {
  tls();
  const auto next = make_identity({"localhost", 2});
  files["cert.pem"] = next.certificate;
  EXPECT_EQ(look(), Told());
  files["key.pem"] = next.key;
  EXPECT_EQ(look(), Told());
  EXPECT_EQ(look(), Told{"replaced: 02"});
}

TEST_F(EndpointTlsTest, a_pair_that_does_not_match_is_told_once_and_the_old_one_kept) {
  tls();
  files["key.pem"] = make_identity().key;
  look();
  EXPECT_EQ(look(),
            Told{"problem: tls.key: key.pem: does not belong to the certificate; the certificates in use are kept"});
  EXPECT_EQ(look(), Told());
  EXPECT_EQ(serial(), "01");
  put(3);
  look();
  EXPECT_EQ(look(), Told{"replaced: 03"});
}

TEST_F(EndpointTlsTest, a_file_that_has_gone_is_told_once) {
  tls();
  const auto kept = files;
  files.erase("key.pem");
  look();
  EXPECT_EQ(look(), Told{"problem: tls.key: key.pem: does not exist; the certificates in use are kept"});
  EXPECT_EQ(look(), Told());
  files = kept;
  look();
  EXPECT_EQ(look(), Told{"replaced: 01"}) << "what is back is in use again, whatever it is";
}

TEST_F(EndpointTlsTest, who_orders_a_look_is_told_again_what_is_still_wrong) {
  tls();
  files.erase("key.pem");
  const Told told{"problem: tls.key: key.pem: does not exist; the certificates in use are kept"};
  EXPECT_EQ(look(/*at_once=*/true), told);
  EXPECT_EQ(look(), Told());
  EXPECT_EQ(look(/*at_once=*/true), told);
  put(2);
  EXPECT_EQ(look(/*at_once=*/true), Told{"replaced: 02"});
  EXPECT_EQ(look(/*at_once=*/true), Told());
}

TEST_F(EndpointTlsTest, one_that_has_expired_does_not_replace_one_that_has_not) {
  tls();
  put(2, /*last_day=*/0);
  look();
  now += std::chrono::hours(1);
  const auto told = look();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find("CN=localhost has expired"), std::string::npos) << told[0];
  EXPECT_EQ(serial(), "01");
}

TEST_F(EndpointTlsTest, one_that_is_not_valid_yet_is_used_when_it_is) {
  tls();
  CertificateRequest request{"localhost", 2};
  request.first_day = 1;
  put(make_identity(request));
  look();
  EXPECT_EQ(look(), Told{"problem: tls.certificate: CN=localhost is not valid yet; the certificates in use are kept"});
  EXPECT_EQ(look(), Told());
  now += std::chrono::hours(24) + std::chrono::minutes(1);
  EXPECT_EQ(look(), Told{"replaced: 02"});
  EXPECT_EQ(look(), Told());
}

TEST_F(EndpointTlsTest, one_that_was_made_in_this_second_is_valid) {
  tls();
  CertificateRequest request{"localhost", 2};
  request.first_day = 0;
  put(make_identity(request));
  look();
  EXPECT_EQ(look(), Told{"replaced: 02"});
}

TEST_F(EndpointTlsTest, an_end_within_two_weeks_is_told) {
  put(1, /*last_day=*/13);
  tls().report_expiry(now);
  EXPECT_EQ(events.take(), Told{"expires: 01"});
  now += std::chrono::hours(24 * 14);
  tls().report_expiry(now);
  EXPECT_EQ(events.take(), Told{"expired: 01"});
  put(2, /*last_day=*/40);
  look();
  EXPECT_EQ(look(), Told{"replaced: 02"});
  tls().report_expiry(now);
  EXPECT_EQ(events.take(), Told());
}

TEST_F(EndpointTlsTest, one_that_is_not_valid_yet_at_the_start_serves_and_is_told) {
  CertificateRequest request{"localhost", 2};
  request.first_day = 1;
  put(make_identity(request));
  tls().report_expiry(now);
  EXPECT_EQ(events.take(), Told{"problem: tls.certificate: CN=localhost is in use, but not valid yet"});
  EXPECT_EQ(serial(), "02");
}

TEST_F(EndpointTlsTest, a_start_without_a_usable_certificate_names_the_file) {
  files["key.pem"] = "nonsense";
  EXPECT_EQ(start_fault(),
            "endpoint e: tls.key: key.pem: contains no PEM private key (\"-----BEGIN PRIVATE KEY-----\")");
  files.erase("cert.pem");
  EXPECT_THROW(tls(), StartError);
}

TEST_F(EndpointTlsTest, what_was_replaced_in_the_configuration_is_never_shown) {
  config.key = {"/etc/MIGHAgEAMBMGByqGSM49", {}, "${env:TLS_KEY}"};  // a key, but not in PEM
  EXPECT_EQ(start_fault(), "endpoint e: tls.key: ${env:TLS_KEY}: does not exist");
}

TEST_F(EndpointTlsTest, an_empty_ocsp_response_is_a_mistake) {
  config.ocsp_response = "ocsp.der";
  files["ocsp.der"] = "";
  EXPECT_EQ(start_fault(), "endpoint e: tls.ocsp_response: ocsp.der: is empty");
}

TEST_F(EndpointTlsTest, a_key_may_be_in_the_configuration) {
  config.key = {{}, files["key.pem"], {}};
  files.erase("key.pem");
  EXPECT_EQ(serial(), "01");
}

}  // namespace
}  // namespace portico::test
