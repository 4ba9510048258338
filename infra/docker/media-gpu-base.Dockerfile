# media-base for machines with an NVIDIA GPU; the driver's libraries come from the host, by the NVIDIA Container Toolkit:
#   docker build -f infra/docker/media-gpu-base.Dockerfile --build-context media-base=docker-image://ffapi/media-base -t ffapi/media-gpu-base .

ARG MEDIA_BASE=media-base

FROM ${MEDIA_BASE} AS media-gpu-base
LABEL org.opencontainers.image.title="ffapi media-gpu-base" \
      org.opencontainers.image.description="media-base that asks for NVENC and NVDEC."
# Without `video` the container gets CUDA and neither NVENC nor NVDEC. Which GPUs is said where it runs, never here.
ENV NVIDIA_DRIVER_CAPABILITIES=compute,video,utility
USER 10001:10001
