# Node, FFmpeg and the sandbox, for the services transcode, audio, subtitle and thumbnail:
#   docker build -f infra/docker/media-base.Dockerfile -t ffapi/media-base .

ARG NODE_VERSION=24.21.0
# sha256:… of that image in the registry you build from; without it the tag is taken for what it is that day.
ARG NODE_DIGEST

FROM node:${NODE_VERSION}-trixie-slim${NODE_DIGEST:+@${NODE_DIGEST}} AS media-base
# 7.1.5 is the first of its branch with the fixes of CVE-2026-8461; Debian 13 has it as 7:7.1.5-0+deb13u1. The HLS fixes
# of CVE-2026-107695 and -107697 are named for 8.1.3 only: playlists are refused as inputs, and FFmpeg has no network.
ARG FFMPEG_VERSION_MIN=7:7.1.5
LABEL org.opencontainers.image.title="ffapi media-base" \
      org.opencontainers.image.description="Node, FFmpeg and setpriv with Landlock and seccomp." \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-2.0-or-later"
# The build ends where the mirror has an older FFmpeg, or a setpriv (util-linux before 2.41) that makes no sandbox.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ffmpeg fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && dpkg --compare-versions "$(dpkg-query --show --showformat='${Version}' ffmpeg)" ge "${FFMPEG_VERSION_MIN}" \
    && setpriv --help | grep -q -- --landlock-access \
    && setpriv --help | grep -q -- --seccomp-filter \
    && install -d /fonts
USER 10001:10001
