// Certificates that change while the server runs, with files and a clock of the test.

#include "server/endpoint/endpoint_tls.hpp"

#include "server/endpoint/start_error.hpp"
#include "tests/support/test_certificates.hpp"
#include "tests/support/test_revocation.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace portico::test {
namespace {

class ReportObserver : public Observer {
 public:
  using Observer::on;
  void on(const events::ConfigProblem& event) override { reports.push_back("problem: " + event.problem); }
  void on(const events::CertificateReplaced& event) override {
    reports.push_back("replaced: " + std::string(event.serial));
  }
  void on(const events::CertificateExpires& event) override {
    reports.push_back((event.expired ? "expired: " : "expires: ") + std::string(event.serial));
  }

  std::vector<std::string> take() { return std::exchange(reports, {}); }
  std::vector<std::string> reports;
};

using Reports = std::vector<std::string>;

struct EndpointTlsTest : testing::Test {
  EndpointTlsTest() {
    config.certificate = {{"cert.pem", {}, {}}};
    config.key = {{"key.pem", {}, {}}};
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
  FileContent read(const std::filesystem::path& file) const {
    const auto found = files.find(file.string());
    if (found == files.end()) return {std::nullopt, "does not exist"};
    return {found->second, {}};
  }

  // Returns the error of the start; empty if it succeeds.
  std::string start_error() {
    try {
      tls();
      return {};
    } catch (const StartError& error) {
      return error.what();
    }
  }

  Reports poll(bool force = false) {
    tls().poll(now, force);
    return events.take();
  }
  std::string serial() { return tls().current()->get()->certificates().front().serial; }

  std::map<std::string, std::string> files;
  TlsConfig config;
  ReportObserver events;
  EndpointTls::Time now = std::chrono::system_clock::now();
  std::optional<EndpointTls> tls_;
};

TEST_F(EndpointTlsTest, UnchangedFilesCauseNoReports) {
  EXPECT_EQ(poll(), Reports());
  EXPECT_EQ(poll(/*force=*/true), Reports());
  EXPECT_EQ(serial(), "01");
}

TEST_F(EndpointTlsTest, ChangeCountsAfterTwoPolls) {
  tls();
  put(2);
  EXPECT_EQ(poll(), Reports());
  EXPECT_EQ(serial(), "01");
  EXPECT_EQ(poll(), Reports{"replaced: 02"});
  EXPECT_EQ(serial(), "02");
  EXPECT_EQ(poll(), Reports());
}

TEST_F(EndpointTlsTest, ForcedPollReplacesImmediately) {
  tls();
  put(2);
  EXPECT_EQ(poll(/*force=*/true), Reports{"replaced: 02"});
}

TEST_F(EndpointTlsTest, PollReturnsWhatBecameOfTheFiles) {
  using Files = EndpointTls::Files;
  EXPECT_EQ(tls().poll(now, /*force=*/true), Files::in_use);
  put(2);
  EXPECT_EQ(tls().poll(now, /*force=*/false), Files::in_use) << "not before a second poll";
  EXPECT_EQ(tls().poll(now, /*force=*/false), Files::replaced);
  files.erase("key.pem");
  EXPECT_EQ(tls().poll(now, /*force=*/true), Files::rejected);
  EXPECT_EQ(tls().poll(now, /*force=*/true), Files::rejected);
  put(2);
  EXPECT_EQ(tls().poll(now, /*force=*/true), Files::replaced) << "a file that is back is used again";
}

TEST_F(EndpointTlsTest, FilesWrittenOneAfterTheOtherAreOneChange) {
  tls();
  const auto next = make_identity({"localhost", 2});
  files["cert.pem"] = next.certificate;
  EXPECT_EQ(poll(), Reports());
  files["key.pem"] = next.key;
  EXPECT_EQ(poll(), Reports());
  EXPECT_EQ(poll(), Reports{"replaced: 02"});
}

TEST_F(EndpointTlsTest, MismatchedPairIsReportedOnceAndTheOldOneKept) {
  tls();
  files["key.pem"] = make_identity().key;
  poll();
  EXPECT_EQ(poll(),
            Reports{"problem: tls.key: key.pem: does not belong to the certificate; the certificates in use are kept"});
  EXPECT_EQ(poll(), Reports());
  EXPECT_EQ(serial(), "01");
  put(3);
  poll();
  EXPECT_EQ(poll(), Reports{"replaced: 03"});
}

TEST_F(EndpointTlsTest, MissingFileIsReportedOnce) {
  tls();
  const auto kept = files;
  files.erase("key.pem");
  poll();
  EXPECT_EQ(poll(), Reports{"problem: tls.key: key.pem: does not exist; the certificates in use are kept"});
  EXPECT_EQ(poll(), Reports());
  files = kept;
  poll();
  EXPECT_EQ(poll(), Reports{"replaced: 01"}) << "restored files count as a replacement";
}

TEST_F(EndpointTlsTest, ForcedPollReportsTheSameErrorAgain) {
  tls();
  files.erase("key.pem");
  const Reports error{"problem: tls.key: key.pem: does not exist; the certificates in use are kept"};
  EXPECT_EQ(poll(/*force=*/true), error);
  EXPECT_EQ(poll(), Reports());
  EXPECT_EQ(poll(/*force=*/true), error);
  put(2);
  EXPECT_EQ(poll(/*force=*/true), Reports{"replaced: 02"});
  EXPECT_EQ(poll(/*force=*/true), Reports());
}

TEST_F(EndpointTlsTest, ExpiredCertificateDoesNotReplaceAValidOne) {
  tls();
  put(2, /*last_day=*/0);
  poll();
  now += std::chrono::hours(1);
  const auto reports = poll();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_NE(reports[0].find("CN=localhost has expired"), std::string::npos) << reports[0];
  EXPECT_EQ(serial(), "01");
}

TEST_F(EndpointTlsTest, FutureCertificateIsUsedWhenItBecomesValid) {
  tls();
  CertificateRequest request{"localhost", 2};
  request.first_day = 1;
  put(make_identity(request));
  poll();
  EXPECT_EQ(poll(),
            Reports{"problem: tls.certificate: CN=localhost is not valid yet; the certificates in use are kept"});
  EXPECT_EQ(poll(), Reports());
  now += std::chrono::hours(24) + std::chrono::minutes(1);
  EXPECT_EQ(poll(), Reports{"replaced: 02"});
  EXPECT_EQ(poll(), Reports());
}

TEST_F(EndpointTlsTest, CertificateIsValidFromItsFirstSecond) {
  tls();
  CertificateRequest request{"localhost", 2};
  request.first_day = 0;
  put(make_identity(request));
  poll();
  EXPECT_EQ(poll(), Reports{"replaced: 02"});
}

TEST_F(EndpointTlsTest, ExpiryWithinTwoWeeksIsReported) {
  put(1, /*last_day=*/13);
  tls().report_expiry(now);
  EXPECT_EQ(events.take(), Reports{"expires: 01"});
  now += std::chrono::hours(24 * 14);
  tls().report_expiry(now);
  EXPECT_EQ(events.take(), Reports{"expired: 01"});
  put(2, /*last_day=*/40);
  poll();
  EXPECT_EQ(poll(), Reports{"replaced: 02"});
  tls().report_expiry(now);
  EXPECT_EQ(events.take(), Reports());
}

TEST_F(EndpointTlsTest, FutureCertificateAtTheStartIsUsedAndReported) {
  CertificateRequest request{"localhost", 2};
  request.first_day = 1;
  put(make_identity(request));
  tls().report_expiry(now);
  EXPECT_EQ(events.take(), Reports{"problem: tls.certificate: CN=localhost is in use, but not valid yet"});
  EXPECT_EQ(serial(), "02");
}

TEST_F(EndpointTlsTest, StartErrorNamesTheFile) {
  files["key.pem"] = "nonsense";
  EXPECT_EQ(start_error(),
            "endpoint e: tls.key: key.pem: contains no PEM private key (\"-----BEGIN PRIVATE KEY-----\")");
  files.erase("cert.pem");
  EXPECT_THROW(tls(), StartError);
}

TEST_F(EndpointTlsTest, SubstitutedValueIsNeverShown) {
  config.key = {{"/etc/MIGHAgEAMBMGByqGSM49", {}, "${env:TLS_KEY}"}};  // a key, but not in PEM
  EXPECT_EQ(start_error(), "endpoint e: tls.key: ${env:TLS_KEY}: does not exist");
}

TEST_F(EndpointTlsTest, EmptyOcspResponseIsAnError) {
  config.ocsp_response = "ocsp.der";
  files["ocsp.der"] = "";
  EXPECT_EQ(start_error(), "endpoint e: tls.ocsp_response: ocsp.der: is empty");
}

TEST_F(EndpointTlsTest, OcspResponseIsReportedAsSoonAsItExpires) {
  CertificateRequest request{"CA"};
  request.is_ca = true;
  const auto ca = make_identity(request);
  request = {"localhost", 4};
  request.signer = &ca;
  const auto identity = make_identity(request);
  put(identity);
  files["ocsp.der"] =
      make_ocsp_response(ca, identity, V_OCSP_CERTSTATUS_GOOD, {std::chrono::hours(-1), std::chrono::hours(2)});
  config.ocsp_response = "ocsp.der";
  EXPECT_EQ(poll(), Reports());
  now += std::chrono::hours(3);
  const Reports expired{
      "problem: tls.ocsp_response: ocsp.der: the OCSP response for CN=localhost has expired; it is not stapled"};
  EXPECT_EQ(poll(), expired);
  EXPECT_EQ(poll(), Reports());
  tls().report_expiry(now);
  EXPECT_EQ(events.take(), expired) << "and once a day";
  now = std::chrono::system_clock::now();
  put(make_identity({"localhost", 5}));
  files["ocsp.der"] = "nonsense";
  poll();
  EXPECT_EQ(poll().size(), 1U);
  EXPECT_EQ(serial(), "04") << "kept";
}

TEST_F(EndpointTlsTest, CrlIsReloadedAndReportedWhenItExpires) {
  CertificateRequest request{"clients"};
  request.is_ca = true;
  const auto ca = make_identity(request);
  files["ca.pem"] = ca.certificate;
  files["crl.pem"] = make_crl(ca, {});
  config.client_certificates.emplace();
  config.client_certificates->ca.file = "ca.pem";
  config.client_certificates->crl = "crl.pem";
  EXPECT_EQ(poll(), Reports());
  now += std::chrono::hours(25);
  EXPECT_EQ(poll(), Reports{"problem: tls.client_certificates.crl: crl.pem: the CRL of CN=clients has expired; the "
                            "clients of this CA are refused"});
  files["crl.pem"] = make_crl(ca, {7}, {std::chrono::hours(-1), std::chrono::hours(48)});
  EXPECT_EQ(poll(), Reports());
  EXPECT_EQ(poll(), Reports{"replaced: 01"});
  files.erase("crl.pem");
  poll();
  EXPECT_EQ(poll(),
            Reports{"problem: tls.client_certificates.crl: crl.pem: does not exist; the certificates in use are "
                    "kept"});
}

TEST_F(EndpointTlsTest, EachOfSeveralCertificatesIsNamedByItsPlace) {
  config.certificate.push_back({"rsa.pem", {}, {}});
  config.key.push_back({"rsa.key", {}, {}});
  EXPECT_EQ(start_error(), "endpoint e: tls.certificate[1]: rsa.pem: does not exist");
  const auto rsa = make_identity({.common_name = "localhost", .serial = 8, .curve = nullptr});
  files["rsa.pem"] = rsa.certificate;
  files["rsa.key"] = files["key.pem"];
  EXPECT_EQ(start_error(), "endpoint e: tls.key[1]: rsa.key: does not belong to the certificate");
  files["rsa.key"] = rsa.key;
  EXPECT_EQ(start_error(), "");
  EXPECT_EQ(tls().current()->get()->certificates().size(), 2U);
  EXPECT_EQ(tls().current()->get()->certificates()[1].option, "certificate[1]");
}

TEST_F(EndpointTlsTest, TicketKeysAreReloaded) {
  config.ticket_keys = "tickets.txt";
  files["tickets.txt"] = std::string(160, 'a');
  EXPECT_EQ(poll(), Reports());
  files["tickets.txt"] = std::string(160, 'b') + "\n" + std::string(160, 'a');
  poll();
  EXPECT_EQ(poll(), Reports{"replaced: 01"});
  files["tickets.txt"] = "secret";
  poll();
  EXPECT_EQ(poll(),
            Reports{"problem: tls.ticket_keys: tickets.txt: has no key in line 1: a key is a line of 160 "
                    "hexadecimal digits, as \"openssl rand -hex 80\" prints; the certificates in use are kept"});
}

TEST_F(EndpointTlsTest, KeyMayBeInTheConfiguration) {
  config.key = {{{}, files["key.pem"], {}}};
  files.erase("key.pem");
  EXPECT_EQ(serial(), "01");
}

}  // namespace
}  // namespace portico::test
