# Stands in for the image nats: its server, and the wget of the health check.
ARG BASE
FROM ${BASE}
RUN apt-get update \
    && apt-get install --yes --no-install-recommends busybox \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /bin/busybox /usr/local/bin/wget
COPY nats-server /usr/local/bin/
VOLUME /data
ENTRYPOINT ["nats-server"]
