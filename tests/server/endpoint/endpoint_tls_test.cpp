// Certificates that change while the server runs, with files and a clock of the test.

#include "tests/support/endpoint_tls_fixture.hpp"

#include <string>

namespace portico::test {
namespace {

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

TEST_F(EndpointTlsTest, UnknownCipherHasASuggestion) {
  config.ciphers = "ECDHE-RSA-AES128-GCM-SHA256:HIHG";
  EXPECT_EQ(start_error(),
            "endpoint e: tls.ciphers: has no cipher \"HIHG\" here; \"openssl ciphers -tls1_2 -s\" lists the names; did "
            "you mean \"HIGH\"?");
  config.ciphers = "HIGH";
  config.cipher_suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA348";
  EXPECT_TRUE(start_error().ends_with("did you mean \"TLS_AES_256_GCM_SHA384\"?")) << start_error();
}

TEST_F(EndpointTlsTest, KeyMayBeInTheConfiguration) {
  config.key = {{{}, files["key.pem"], {}}};
  files.erase("key.pem");
  EXPECT_EQ(serial(), "01");
}

}  // namespace
}  // namespace portico::test
