// Client certificates: the names of their CAs, and revocation.

#include "tests/support/test_revocation.hpp"
#include "tests/support/tls_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace portico::test {
namespace {

TlsIdentity make_ca(const std::string& name, const TlsIdentity* signer = nullptr, long serial = 1) {
  CertificateRequest request{name, serial};
  request.is_ca = true;
  request.signer = signer;
  return make_identity(request);
}

TlsIdentity make_client(const TlsIdentity& ca, long serial) {
  CertificateRequest request{"client", serial};
  request.signer = &ca;
  return make_identity(request);
}

asio::awaitable<void> read_all(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) {
  }
}

struct TlsClientTrustTest : testing::Test, TlsFixture {
  TlsClientTrustTest() {
    settings.client_certificates = TlsSettings::ClientCertificates::require;
    settings.client_ca = ca.certificate;
  }

  // Returns the error with which a client is refused; empty if it is admitted.
  std::string refusal(const TlsIdentity& identity) {
    std::string text;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      client = TlsClient({.version = version, .identity = &identity});
      start_tls(read_all);
      complete_handshake();
      client.close();
      carry();
      if (connections.size() != 0) stream->end_input();
      run();
      text = observer.ends().back().reason == EndReason::finished ? "" : observer.ends().back().text;
      if (text.empty()) return "";
    }
    return text;
  }

  std::string settings_error() const {
    try {
      const TlsContext tls_context(settings);
      return "";
    } catch (const TlsSettingsError& error) {
      return error.option() + ": " + error.what();
    }
  }

  const TlsIdentity ca = make_ca("CA");
  const TlsIdentity good = make_client(ca, 5);
  const TlsIdentity bad = make_client(ca, 6);
};

TEST_F(TlsClientTrustTest, ARevokedClientIsRefused) {
  EXPECT_EQ(refusal(bad), "");
  settings.client_crl = make_crl(ca, {6});
  EXPECT_EQ(refusal(good), "");
  EXPECT_EQ(refusal(bad), "certificate verify failed: certificate revoked");
  EXPECT_TRUE(TlsContext(settings).warnings().empty());
}

TEST_F(TlsClientTrustTest, AnExpiredCrlAdmitsNobody) {
  settings.client_crl = make_crl(ca, {6}, {std::chrono::hours(-48), std::chrono::hours(-24)});
  EXPECT_EQ(refusal(good), "certificate verify failed: CRL has expired");
  settings.client_crl += make_crl(ca, {6});
  EXPECT_EQ(refusal(good), "") << "the newer CRL is current";
  const TlsContext tls_context(settings);
  ASSERT_EQ(tls_context.revocation().size(), 1U);
  EXPECT_GT(tls_context.revocation()[0].next_update, std::chrono::system_clock::now());
  EXPECT_EQ(tls_context.revocation()[0].name, "the CRL of CN=CA");
}

TEST_F(TlsClientTrustTest, ClientsOfACaWithoutACrlAreRefusedAndTheCaIsNamed) {
  const auto other = make_ca("Other");
  settings.client_ca += other.certificate;
  settings.client_crl = make_crl(ca, {});
  EXPECT_EQ(refusal(good), "");
  EXPECT_EQ(refusal(make_client(other, 5)), "certificate verify failed: unable to get certificate CRL");
  const TlsContext tls_context(settings);
  ASSERT_EQ(tls_context.warnings().size(), 1U);
  EXPECT_EQ(tls_context.warnings()[0].option, "client_certificates.crl");
  EXPECT_EQ(tls_context.warnings()[0].text, "has no CRL of CN=Other: its clients are refused");
}

TEST_F(TlsClientTrustTest, ARevokedIntermediateCaIsRefused) {
  const auto department = make_ca("department", &ca, 9);
  auto alice = make_client(department, 5);
  alice.certificate += department.certificate;
  settings.client_crl = make_crl(ca, {}) + make_crl(department, {});
  EXPECT_EQ(refusal(alice), "");
  settings.client_crl = make_crl(ca, {9}) + make_crl(department, {});
  EXPECT_EQ(refusal(alice), "certificate verify failed: certificate revoked");
}

TEST_F(TlsClientTrustTest, AListedIntermediateCaNeedsNoCrlOfItsRoot) {
  const auto department = make_ca("department", &ca, 9);
  settings.client_ca = department.certificate;
  settings.client_crl = make_crl(department, {6});
  EXPECT_EQ(refusal(make_client(department, 5)), "");
  EXPECT_EQ(refusal(make_client(department, 6)), "certificate verify failed: certificate revoked");
}

TEST_F(TlsClientTrustTest, ACrlThatWouldBeIgnoredIsAnError) {
  const auto crl = make_crl(ca, {6});
  settings.client_ca += crl;
  EXPECT_EQ(settings_error(),
            "client_certificates.ca: contains a CRL, which has no effect here: name this file in \"crl\" too");
  settings.client_crl = settings.client_ca;
  EXPECT_EQ(settings_error(), "");
  EXPECT_EQ(refusal(bad), "certificate verify failed: certificate revoked");
}

TEST_F(TlsClientTrustTest, AFileWithoutACrlIsAnError) {
  settings.client_crl = ca.certificate;
  EXPECT_EQ(settings_error(), "client_certificates.crl: contains no PEM CRL (\"-----BEGIN X509 CRL-----\")");
  settings.client_crl = std::string("\x30\x82\x01\x00\x30\x1e", 6);
  EXPECT_EQ(settings_error(), "client_certificates.crl: is DER: convert it to PEM (openssl crl -inform der)");
  settings.client_crl = "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n";
  EXPECT_EQ(settings_error().substr(0, 59), "client_certificates.crl: contains an invalid CRL, number 1:")
      << settings_error();
}

TEST_F(TlsClientTrustTest, MoreNamesThanAHandshakeCanCarryAreNotSent) {
  const auto names_sent = [this] {
    EXPECT_EQ(refusal(good), "");
    return sk_X509_NAME_num(SSL_get_client_CA_list(client.ssl()));
  };
  EXPECT_EQ(names_sent(), 1);
  settings.client_ca += ca.certificate;
  EXPECT_EQ(names_sent(), 1) << "the same name once";
  for (int i = 0; i < 1000; ++i) settings.client_ca += make_ca(std::string(60, 'n') + std::to_string(i)).certificate;
  EXPECT_LE(names_sent(), 0);
  const TlsContext tls_context(settings);
  ASSERT_EQ(tls_context.warnings().size(), 1U);
  EXPECT_EQ(tls_context.warnings()[0].option, "client_certificates.ca");
  EXPECT_NE(tls_context.warnings()[0].text.find("has 1001 names of CAs"), std::string::npos)
      << tls_context.warnings()[0].text;
}

}  // namespace
}  // namespace portico::test
