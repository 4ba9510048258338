# Stands in for the image clamav/clamav: Debian's clamd with one signature, that of the EICAR test file.
ARG BASE
FROM ${BASE}
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends clamav-daemon clamdscan \
    && rm -rf /var/lib/apt/lists/*
COPY --chown=clamav:clamav eicar.hdb /var/lib/clamav/
COPY clamdcheck.sh /usr/local/bin/
VOLUME /var/lib/clamav
CMD ["clamd", "--config-file=/etc/clamav/clamd.conf"]
