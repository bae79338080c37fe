#!/usr/bin/env bash
# Scans a TLS endpoint with its defaults by testssl.sh, for docs/tls.md; takes some minutes.
#
#   scripts/tls_scan.sh [build/release/portico]
#
# Serves on a loopback port with a temporary certificate. Prints the findings of severity "LOW" or higher, and fails if
# there are any that are not about the temporary certificate.
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
  >"$folder/testssl.log" || true # its exit code is the number of findings
python3 - "$folder/found.json" <<'PYTHON'
import json
import sys

# A self-signed certificate is not trusted and cannot be revoked; and HTTP is not scanned.
ABOUT_THE_CERTIFICATE = ("cert_", "DNS_CAArecord", "HSTS", "OCSP_")
with open(sys.argv[1], encoding="utf-8") as file:
    found = [entry for entry in json.load(file) if entry["severity"] not in ("OK", "INFO", "WARN")]  # WARN: of the scan
ours = [entry for entry in found if not entry["id"].startswith(ABOUT_THE_CERTIFICATE)]
for entry in found:
    print(("" if entry in ours else "(certificate) ") + f"{entry['severity']} {entry['id']}: {entry['finding']}")
print(f"{len(ours)} findings")
sys.exit(1 if ours else 0)
PYTHON
