# One image a service, from the root of the repository:
#   docker build -f infra/docker/service.Dockerfile --build-arg SERVICE=gateway -t ffapi/gateway .
# Services that run FFmpeg stand on media-base:
#   docker build … --build-arg SERVICE=transcode --build-arg BASE=media-base --build-context media-base=docker-image://ffapi/media-base .
# What is in it: --target sbom --output sbom

ARG NODE_VERSION=24.21.0
# sha256:… of that image in the registry you build from; without it the tag is taken for what it is that day.
ARG NODE_DIGEST
ARG BASE=plain

FROM node:${NODE_VERSION}-trixie-slim${NODE_DIGEST:+@${NODE_DIGEST}} AS plain

# What packages depend on. The next stage takes it by its content: with other sources alone, nothing is installed anew.
FROM plain AS manifests
WORKDIR /manifests
COPY package.json package-lock.json ./
COPY contracts contracts
COPY libs libs
COPY services services
COPY infra/local/package.json infra/local/
RUN find . -type f ! -name package.json ! -name package-lock.json -delete && find . -type d -empty -delete

FROM plain AS tree
ARG SERVICE
# The workspace that holds the service: translate is in subtitle.
ARG WORKSPACE=${SERVICE}
WORKDIR /app
COPY --from=manifests /manifests ./
# The sources run as they are: what is left out is packages of other services and of development.
RUN --mount=type=cache,target=/root/.npm \
    : "${SERVICE:?say which service: --build-arg SERVICE=…}" \
    && npm ci --omit=dev --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error \
    --workspace "@ffapi/${WORKSPACE}" --workspace @ffapi/service-kit
RUN npm sbom --omit=dev --package-lock-only --sbom-format=cyclonedx \
    --workspace "@ffapi/${WORKSPACE}" --workspace @ffapi/service-kit > npm.cdx.json
COPY contracts contracts
COPY libs libs
COPY services services
COPY infra/local/package.json infra/local/node-flags.json infra/local/
COPY infra/local/src/main.ts infra/local/src/platform.ts infra/local/src/end-politely.ts \
    infra/local/src/why-it-cannot-start.ts infra/local/src/
COPY docs/reference docs/reference
COPY docs/how-to docs/how-to
COPY docs/explanation docs/explanation
RUN for dir in libs/* services/*; do test -e "node_modules/@ffapi/${dir##*/}" || rm -r "${dir}"; done

FROM ${BASE} AS system
USER root
RUN dpkg-query --show --showformat='${Package} ${Version} ${Architecture}\n' > /debian.txt

FROM scratch AS sbom
COPY --from=tree /app/npm.cdx.json /
COPY --from=system /debian.txt /

FROM ${BASE} AS service
ARG SERVICE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ffapi ${SERVICE}" \
      org.opencontainers.image.description="Media work over REST: the ${SERVICE} service." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production \
    SERVICES=${SERVICE} \
    HOST=0.0.0.0 \
    METRICS_PORT=9464 \
    FFAPI_DATA_DIR=/data
USER root
# Nothing is installed at run time; the folder is here so that a new volume over it belongs to the service.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* \
    && install -d -o 10001 -g 10001 -m 0700 /data
WORKDIR /app
COPY --from=tree /app /app
USER 10001:10001
VOLUME /data
EXPOSE 3000 4000 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.METRICS_PORT + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "infra/local/src/main.ts"]
