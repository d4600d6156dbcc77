# A tag may get another image any day. docs/install.md, "With containers", says how to name one by its digest.
ARG NODE_IMAGE=node:24-bookworm-slim

# No dependency needs its install script: everything loads as plain JavaScript.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production \
    METRICS_PORT=9464 \
    ROLLBACK_CONFIG=/etc/rollback-bot/rollback.yml
# The worker writes the matrix and the incident log with git, and git reaches its repository with ssh-client.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git openssh-client \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# For `docker compose exec worker rollback-bot doctor`: pages and messages use this name.
RUN ln -s /app/dist/entry/cli.js /usr/local/bin/rollback-bot
# As a number, so that an orchestrator sees that it is not root.
USER 1000:1000
EXPOSE 9464
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.METRICS_PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/entry/cli.js", "start"]
