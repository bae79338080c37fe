# Portico in a Linux container: built and tested on Debian 12, run without root.
#
#   docker build -t portico .
#   docker run -p 7000:7000 -v /my/config:/etc/portico:ro portico
FROM debian:12-slim AS build
WORKDIR /src
COPY scripts/setup.sh scripts/
RUN scripts/setup.sh build
COPY . .
RUN cmake --preset release \
 && cmake --build --preset release --target portico_program portico_tests \
 && build/release/tests/portico_tests --gtest_brief=1

FROM debian:12-slim
RUN apt-get -qq update \
 && apt-get -qq install -y --no-install-recommends libfmt9 libspdlog1.10 libssl3 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/build/release/portico /usr/local/bin/
# Readable for everybody, whatever the umask of the clone.
COPY --chmod=644 examples/portico.json /etc/portico/
# A number, so that Kubernetes' runAsNonRoot can see that it is not root.
USER 65532:65532
EXPOSE 7000
# The file that CMD names; change both.
HEALTHCHECK --interval=30s --timeout=5s CMD ["/usr/local/bin/portico", "healthcheck", "/etc/portico/portico.json"]
# Exec form: the program itself gets SIGTERM, and drains. It starts no other process, so as process 1 it has none to
# reap: no --init is needed, unless an image adds programs that leave processes behind.
ENTRYPOINT ["/usr/local/bin/portico"]
CMD ["run", "/etc/portico/portico.json"]
