// OCSP responses: which ones are accepted, and when they are stapled.

#include "tests/support/test_revocation.hpp"
#include "tests/support/tls_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace portico::test {
namespace {

TlsIdentity make_ca(const std::string& name) {
  CertificateRequest request{name};
  request.is_ca = true;
  return make_identity(request);
}

TlsIdentity make_signed(const TlsIdentity& ca, long serial) {
  CertificateRequest request{"a.example", serial};
  request.signer = &ca;
  return make_identity(request);
}

asio::awaitable<void> read_all(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) {
  }
}

struct TlsStapleTest : testing::Test, TlsFixture {
  TlsStapleTest() { settings.identity = own; }

  // Returns the error in a response; empty if it is accepted.
  std::string error_of(const std::string& response) {
    settings.identity.ocsp_response = response;
    try {
      const TlsContext tls_context(settings);
      return "";
    } catch (const TlsSettingsError& error) {
      return error.option() + ": " + error.what();
    }
  }

  // Returns the response that a client gets; empty if it gets none.
  std::string stapled(int version = TLS1_3_VERSION) {
    client = TlsClient({.version = version, .wants_staple = true});
    start_tls(read_all);
    if (!complete_handshake()) return "the handshake fails";
    const unsigned char* bytes = nullptr;
    const long size = SSL_ctrl(client.ssl(), SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, &bytes);
    return size < 0 ? "" : std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }

  const TlsIdentity ca = make_ca("CA");
  const TlsIdentity own = make_signed(ca, 7);
};

TEST_F(TlsStapleTest, ACurrentResponseIsStapled) {
  const auto response = make_ocsp_response(ca, own);
  EXPECT_EQ(error_of(response), "");
  EXPECT_EQ(stapled(TLS1_2_VERSION), response);
  EXPECT_EQ(stapled(TLS1_3_VERSION), response);
  settings.identity.certificate += ca.certificate;
  EXPECT_EQ(error_of(response), "") << "with the issuer in the chain, its key is compared too";
}

TEST_F(TlsStapleTest, AResponseOutsideItsDatesIsNotStapled) {
  using std::chrono::hours;
  for (const RevocationDates& dates :
       {RevocationDates{hours(-48), hours(-24)}, RevocationDates{hours(24), hours(48)}}) {
    EXPECT_EQ(error_of(make_ocsp_response(ca, own, V_OCSP_CERTSTATUS_GOOD, dates)), "");
    EXPECT_EQ(stapled(), "");
    const TlsContext tls_context(settings);
    ASSERT_EQ(tls_context.revocation().size(), 1U);
    EXPECT_EQ(tls_context.revocation()[0].option, "ocsp_response");
    EXPECT_EQ(tls_context.revocation()[0].next_update - tls_context.revocation()[0].this_update, hours(24));
  }
}

TEST_F(TlsStapleTest, ARevokedOrUnknownCertificateIsAnError) {
  EXPECT_EQ(error_of(make_ocsp_response(ca, own, V_OCSP_CERTSTATUS_REVOKED)),
            "ocsp_response: says that the certificate has been revoked: get a new certificate");
  EXPECT_EQ(error_of(make_ocsp_response(ca, own, V_OCSP_CERTSTATUS_UNKNOWN)),
            "ocsp_response: says that the OCSP responder does not know the certificate");
}

TEST_F(TlsStapleTest, AResponseIsStapledWithItsOwnCertificateOnly) {
  CertificateRequest request{"a.example", 8};
  request.signer = &ca;
  request.curve = nullptr;
  settings.identity.alternatives = {make_identity(request)};
  EXPECT_EQ(error_of(make_ocsp_response(ca, settings.identity.alternatives[0])), "");
  EXPECT_EQ(stapled(TLS1_2_VERSION), "");
  EXPECT_EQ(stapled(TLS1_3_VERSION), "") << "for a client that gets the other one";
  const auto response = make_ocsp_response(ca, own);
  EXPECT_EQ(error_of(response), "");
  EXPECT_EQ(stapled(TLS1_2_VERSION), response);
  EXPECT_EQ(stapled(TLS1_3_VERSION), response);
  EXPECT_EQ(error_of(make_ocsp_response(ca, make_signed(ca, 9))), "ocsp_response: is for another certificate");
}

TEST_F(TlsStapleTest, BytesAfterTheResponseAreAnError) {
  EXPECT_EQ(error_of(make_ocsp_response(ca, own) + "tail"), "ocsp_response: has 4 bytes after its OCSP response");
}

TEST_F(TlsStapleTest, AResponseOfAnotherCaIsAnError) {
  const auto other = make_ca("Other CA");
  EXPECT_EQ(error_of(make_ocsp_response(other, make_signed(other, 7))),
            "ocsp_response: is for a certificate of another CA");
  EXPECT_EQ(error_of(make_ocsp_response(ca, make_signed(ca, 8))), "ocsp_response: is for another certificate");
  const auto namesake = make_ca("CA");
  settings.identity.certificate += ca.certificate;
  EXPECT_EQ(error_of(make_ocsp_response(namesake, make_signed(namesake, 7))),
            "ocsp_response: is for a certificate of another CA");
}

}  // namespace
}  // namespace portico::test
