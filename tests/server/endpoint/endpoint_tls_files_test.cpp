// OCSP responses, CRLs and ticket keys that change while the server runs.

#include "tests/support/endpoint_tls_fixture.hpp"
#include "tests/support/test_revocation.hpp"

#include <string>

namespace portico::test {
namespace {

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

}  // namespace
}  // namespace portico::test
