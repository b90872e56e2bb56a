# The daemon in a container: docker build -t pylon . && docker run -v pylon:/data pylon
# Runs as the user `node`; everything it keeps is in the volume /data.

FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts \
 && rm -rf out/test out/bench out/.tsbuildinfo out/.web.tsbuildinfo

FROM node:20-slim
ENV NODE_ENV=production \
    PYLON_HOME=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/bin ./bin
COPY --from=build /app/out ./out
COPY --from=build /app/examples ./examples
RUN mkdir -p /data && chown node:node /data && chmod 700 /data \
 && ln -s /app/bin/pylon.js /usr/local/bin/pylon
USER node
VOLUME /data

# The API listens on the container's own loopback; the port is the one the daemon wrote down.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "const { port } = JSON.parse(require('fs').readFileSync(process.env.PYLON_HOME + '/daemon.json', 'utf8')); fetch('http://127.0.0.1:' + port + '/api/health').then((answer) => { process.exitCode = answer.ok ? 0 : 1 }, () => { process.exitCode = 1 })"]

# Node is process 1 and handles SIGTERM itself: jobs in flight are finished, announcements withdrawn.
ENTRYPOINT ["/app/bin/pylon.js"]
CMD ["start", "--foreground"]
