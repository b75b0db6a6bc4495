#!/bin/sh
# Builds gpu-host in the registry, unless that very source is built, and has the container app run it.
set -eu
cd "$(dirname "$0")/../.."

registry=$AZURE_CONTAINER_REGISTRY_NAME
# What the image is made of is its tag: an unchanged source is neither built nor rolled out again.
trees=$(git rev-parse HEAD:core HEAD:gpu-host HEAD:models HEAD:Directory.Packages.props)
tag=$(printf %s "$trees" | sha256sum | cut -c 1-16)
if [ -n "$(git status --porcelain -- core gpu-host models Directory.Packages.props)" ]; then
  tag=$tag-$(date -u +%Y%m%d%H%M%S)
fi
case $AIGC_GPU_HOST_DOCKERFILE in *.cpu) repository=gpu-host-cpu ;; *) repository=gpu-host ;; esac

if ! az acr repository show --name "$registry" --image "$repository:$tag" --output none 2>/dev/null; then
  # Before the first push, so that it is converted too: replicas then start before all of an image is there.
  if [ "$AIGC_REGISTRY_STREAMS" = true ]; then
    az acr artifact-streaming update --name "$registry" --repository "$repository" --enable-streaming true --output none || true
  fi
  az acr build --registry "$registry" --image "$repository:$tag" --file "$AIGC_GPU_HOST_DOCKERFILE" --platform linux/amd64 .
fi

image=$registry.azurecr.io/$repository:$tag
az containerapp update --name "$AIGC_GPU_HOST_NAME" --resource-group "$AZURE_RESOURCE_GROUP" --image "$image" --output none
# The next provisioning must not take it back.
azd env set AIGC_GPU_HOST_IMAGE "$image"
