# All of Baton's executables in one image; a service is a command. Built by `docker compose build`.
FROM swift:6.3-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends libzmq3-dev libsqlite3-dev libzbar-dev libqrencode-dev libpng-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Shared ./Shared
COPY Services ./Services
COPY Tests ./Tests
COPY scripts ./scripts
RUN --mount=type=cache,target=/src/.build,sharing=locked \
    swift build -c release --static-swift-stdlib --explicit-target-dependency-import-check error \
 && find "$(swift build -c release --static-swift-stdlib --show-bin-path)" -maxdepth 1 -type f -perm -u+x \
        -name 'baton*' ! -name baton-chaos ! -name baton-simulate -exec install -D -t /out {} +

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libzmq5 libsqlite3-0 libzbar0 libqrencode4 libpng16-16 ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home baton \
 && install -d -o baton -g baton -m 0700 /var/lib/baton /var/lib/baton/keys /keys/edges /keys/readers
COPY --from=build /out/ /usr/local/bin/
USER baton
ENV BATON_ADMIN=0.0.0.0:7700
