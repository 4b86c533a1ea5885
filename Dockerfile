# The server alone; its database is the Neo4j of docker-compose.yml, or your own.
FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /app/.venv && /app/.venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home guanxi
WORKDIR /app
COPY --from=build /app/.venv /app/.venv
COPY LICENSE NOTICE ./
COPY graph graph
COPY resolvers resolvers
COPY schema schema
COPY web web
COPY examples examples
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 GUANXI_HOST=0.0.0.0 GUANXI_PORT=8000
USER guanxi
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["/app/.venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["/app/.venv/bin/python", "-m", "web"]
CMD ["serve"]
