# All of Baton's executables in one image; a service is a command. Built by `docker compose build`.
FROM swift:6.3-bookworm AS build
WORKDIR /src
COPY scripts/packages ./scripts/
RUN scripts/packages build && scripts/packages install && rm -rf /var/lib/apt/lists/*
COPY Package.swift ./
COPY Shared ./Shared
COPY Services ./Services
COPY Tests ./Tests
COPY scripts ./scripts
RUN --mount=type=cache,target=/src/.build,sharing=locked \
    swift build -c release --product baton-all --explicit-target-dependency-import-check error \
        -Xswiftc -cross-module-optimization -Xswiftc -enforce-exclusivity=unchecked
COPY README.md ./
COPY docs ./docs
COPY deploy ./deploy
RUN --mount=type=cache,target=/src/.build,sharing=locked \
    DESTDIR=/out scripts/install /usr/local && rm -rf /out/usr/local/lib/debug

FROM debian:bookworm-slim
COPY scripts/packages /usr/local/share/baton/packages
RUN /usr/local/share/baton/packages run && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home baton \
 && install -d -o baton -g baton -m 0700 /var/lib/baton /var/lib/baton/keys /keys/edges /keys/readers
COPY --from=build /out/ /
USER baton
ENV BATON_ADMIN=0.0.0.0:7700
