# The tag moves with security fixes; PYTHON_DIGEST (sha256:…) holds it to one image.
ARG PYTHON_TAG=3.13-slim-bookworm
ARG PYTHON_DIGEST=

FROM python:${PYTHON_TAG}${PYTHON_DIGEST:+@${PYTHON_DIGEST}} AS kubectl
# A newer version needs its own checksums: KUBECTL_URL/vVERSION/bin/linux/ARCHITECTURE/kubectl.sha256 tells them.
ARG KUBECTL_URL=https://dl.k8s.io/release
ARG KUBECTL_VERSION=1.36.4
ARG KUBECTL_SHA256_AMD64=8b8f088da2dab964f853b38464033b1be15ede2839eca751482357c45abdd05a
ARG KUBECTL_SHA256_ARM64=0ecf44450ee6063bf19dd166a103ee6df4a9034455c2abce626e6eea657d73fb
COPY deploy/image/fetch.py /build/fetch.py
RUN set -eu; \
    architecture="$(dpkg --print-architecture)"; \
    case "${architecture}" in \
        amd64) sha256="${KUBECTL_SHA256_AMD64}" ;; \
        arm64) sha256="${KUBECTL_SHA256_ARM64}" ;; \
        *) echo "no checksum of kubectl for ${architecture}" >&2; exit 1 ;; \
    esac; \
    python /build/fetch.py "${KUBECTL_URL}/v${KUBECTL_VERSION}/bin/linux/${architecture}/kubectl" "${sha256}" \
        /usr/local/bin/kubectl; \
    /usr/local/bin/kubectl version --client

FROM python:${PYTHON_TAG}${PYTHON_DIGEST:+@${PYTHON_DIGEST}} AS build
ARG UV_VERSION=0.13.8
# Bytecode is checked against nothing at the start, because nothing here changes and a copy may have other times.
ENV PYC_INVALIDATION_MODE=UNCHECKED_HASH \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never
RUN python -m pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore "uv==${UV_VERSION}"
WORKDIR /app
# The dependencies are a layer of their own, which a change of the sources does not touch.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY LICENSE NOTICE README.md ./
COPY src ./src
RUN uv sync --frozen --no-dev && python -m compileall -q --invalidation-mode unchecked-hash src

FROM python:${PYTHON_TAG}${PYTHON_DIGEST:+@${PYTHON_DIGEST}}
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="ack-mcp-server" \
      org.opencontainers.image.description="MCP server for operating Alibaba Cloud ACK clusters" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 ack && useradd --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin ack
COPY --from=kubectl /usr/local/bin/kubectl /usr/local/bin/kubectl
COPY --from=build /app /app
# src is on the module path, so that `python -m main_server` works; the server needs to write to /tmp only.
ENV PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/app/src \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/home/ack \
    MCP_TRANSPORT=http \
    HOST=0.0.0.0 \
    HTTP_PORT=8000
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# Any Host is answered there, without a token. On stdio there is nothing to ask: run with --no-healthcheck.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['HTTP_PORT']), timeout=3); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
# Reads only; beyond loopback a bearer token is asked for: MCP_AUTH_TOKEN, or one that is made and shown once.
CMD ["ack-mcp-server"]
