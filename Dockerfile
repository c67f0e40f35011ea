# The register as one image: built with Node.js, run without it, as a user who may write to /data only.
#
#   docker build --build-arg COMMIT="$(git rev-parse --short=12 HEAD)" -t commissioning-register .
#
# compose.yaml runs it with PostgreSQL; docs/operating.md says how.

FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build

RUN python -m venv /opt/venv
COPY requirements/base.txt requirements/
RUN /opt/venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r requirements/base.txt

# Node.js and the stylesheet: their own environment, left behind.
COPY requirements/assets.txt requirements/
RUN python -m venv .venv \
    && .venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r requirements/assets.txt
COPY package.json package-lock.json .npmrc ./
COPY scripts/ scripts/
COPY assets/ assets/
COPY static/ static/
RUN .venv/bin/python scripts/assets.py


FROM python:3.13-slim-bookworm
ARG COMMIT=""
ENV COMMIT=${COMMIT} \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    HTTPS=true \
    PATH=/opt/venv/bin:$PATH \
    PORT=8000 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

RUN groupadd --system --gid 10001 register \
    && useradd --system --uid 10001 --gid register --no-create-home --shell /usr/sbin/nologin register \
    && install --directory --owner=register --group=register --mode=0700 /data
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
# Owned by root: what runs cannot change itself.
COPY . .
COPY --from=build /build/static/build static/build

USER 10001:10001
VOLUME /data
EXPOSE 8000
# /health/ asks the database, its migrations and its guards; it answers plain HTTP and any proxy.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "scripts/healthy.py"]
CMD ["python", "scripts/start.py", "web"]
