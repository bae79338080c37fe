#!/usr/bin/env bash
# Lets testssl.sh look at a TLS endpoint with its defaults, for the page docs/tls.md; takes some minutes.
#
#   scripts/tls_scan.sh [build/release/portico]
#
# Serves on a loopback port of its own with a certificate of its own. Prints what is found from "LOW" on, and fails if
# there is any that is not about the test's certificate.
set -euo pipefail
cd "$(dirname "$0")/.."

program=$(realpath "${1:-build/release/portico}")
port=${PORTICO_SCAN_PORT:-7443}
folder=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$folder"' EXIT

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$folder/key.pem" -out "$folder/cert.pem" \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 90 2>/dev/null
cat >"$folder/portico.json" <<JSON
{ "endpoints": { "health": { "listen": "127.0.0.1:$port", "handler": "health",
                             "tls": { "certificate": "cert.pem", "key": "key.pem" } } } }
JSON
"$program" run "$folder/portico.json" 2>"$folder/log" &
server=$!
until "$program" healthcheck "$folder/portico.json" >/dev/null 2>&1; do
  kill -0 "$server" || { cat "$folder/log"; exit 1; }
done

testssl --quiet --color 0 --warnings off --ip one --jsonfile "$folder/found.json" "localhost:$port" \
  >"$folder/testssl.log" || true # its exit code counts findings
python3 - "$folder/found.json" <<'PYTHON'
import json
import sys

# A certificate that signs itself is trusted by nobody and has no way to be revoked; and HTTP is not what is looked at.
ABOUT_THE_CERTIFICATE = ("cert_", "DNS_CAArecord", "HSTS", "OCSP_")
with open(sys.argv[1], encoding="utf-8") as file:
    found = [entry for entry in json.load(file) if entry["severity"] not in ("OK", "INFO", "WARN")]  # WARN: of the scanner
ours = [entry for entry in found if not entry["id"].startswith(ABOUT_THE_CERTIFICATE)]
for entry in found:
    print(("" if entry in ours else "(certificate) ") + f"{entry['severity']} {entry['id']}: {entry['finding']}")
print(f"{len(ours)} findings")
sys.exit(1 if ours else 0)
PYTHON
