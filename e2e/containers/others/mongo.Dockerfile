# Stands in for the image mongo: FerretDB on SQLite speaks its protocol.
ARG BASE
FROM ${BASE}
COPY ferretdb mongosh /usr/local/bin/
RUN install -d -o 999 -g 999 /data/db
VOLUME /data/db
CMD ["ferretdb", "--handler=sqlite", "--sqlite-url=file:/data/db/", "--listen-addr=0.0.0.0:27017", "--state-dir=/data/db", "--telemetry=disable", "--log-level=warn"]
