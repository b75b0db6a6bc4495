targetScope = 'subscription'

import { apiKeysType, endpointType, hubName, settingsType } from 'types.bicep'

@description('Name of the environment; part of the names and tags of everything in it.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('Region of everything.')
param location string

@description('What the environment is made of: one of profiles.bicep.')
param settings settingsType

@description('Keys of the API. Without any, the app answers nobody.')
param apiKeys apiKeysType = {}

@description('Image of gpu-host; empty until the first is built.')
param gpuHostImage string = ''

@description('Where Durable keeps its state. "scheduler" wants an app that was built with DurableBackend=azureManaged.')
@allowed(['storage', 'scheduler'])
param durableBackend string = 'storage'

@description('Who is told of alerts.')
param alertEmail string = ''

@description('First day of the budget\'s first month, as 2026-11-01; empty for no budget.')
param budgetStart string = ''

@description('Address range of the virtual network.')
param networkPrefix string = '10.40.0.0/16'

var token = uniqueString(subscription().id, environmentName, location)
var tags = {
  'azd-env-name': environmentName
  application: 'aigc-functions'
}
var onScheduler = durableBackend == 'scheduler'
var names = {
  app: 'func-aigc-${token}'
  appIdentity: 'id-app-${token}'
  environment: 'cae-aigc-${token}'
  gpuHost: 'ca-gpu-host-${token}'
  hostAccount: 'staigcapp${token}'
  hostIdentity: 'id-gpu-host-${token}'
  insights: 'appi-aigc-${token}'
  modelAccount: 'staigcmod${token}'
  network: 'vnet-aigc-${token}'
  pictureAccount: 'staigcpic${token}'
  plan: 'plan-aigc-${token}'
  redis: 'redis-aigc-${token}'
  registry: 'craigc${token}'
  scheduler: 'dts-aigc-${token}'
  vault: 'kv-aigc-${token}'
  workspace: 'log-aigc-${token}'
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-aigc-${environmentName}'
  location: location
  tags: tags
}

module network 'app/network.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: names.network
    prefix: networkPrefix
  }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceName: names.workspace
    insightsName: names.insights
    alertEmail: alertEmail
    budgetStart: budgetStart
    settings: settings
  }
}

module storage 'app/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    hostAccountName: names.hostAccount
    pictureAccountName: names.pictureAccount
    modelAccountName: names.modelAccount
    #disable-next-line no-hardcoded-env-urls // There is no suffix of apps in environment().
    pageOrigin: 'https://${names.app}.azurewebsites.net'
    mountSubnetId: network.outputs.containersSubnetId
    settings: settings
  }
}

module registry 'app/registry.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: names.registry
    settings: settings
  }
}

module scheduler 'app/scheduler.bicep' = if (onScheduler) {
  scope: group
  params: {
    location: location
    tags: tags
    name: names.scheduler
    hubName: hubName
    settings: settings
  }
}

module cache 'app/cache.bicep' = if (settings.redis) {
  scope: group
  params: {
    location: location
    tags: tags
    name: names.redis
    vaultName: names.vault
  }
}

module roles 'app/roles.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    appIdentityName: names.appIdentity
    hostIdentityName: names.hostIdentity
    hostAccountName: names.hostAccount
    pictureAccountName: names.pictureAccount
    registryName: names.registry
    insightsName: names.insights
    schedulerName: onScheduler ? names.scheduler : ''
    vaultName: settings.redis ? names.vault : ''
    settings: settings
  }
  dependsOn: [storage, registry, monitoring, scheduler, cache]
}

var ofScheduler endpointType[] = onScheduler
  ? [{ name: names.scheduler, resourceId: scheduler.?outputs.id ?? '', group: 'scheduler', zones: ['privatelink.durabletask.io'] }]
  : []

var ofRedis endpointType[] = settings.redis
  ? [
      { name: names.redis, resourceId: cache.?outputs.id ?? '', group: 'redisEnterprise', zones: ['privatelink.redis.azure.net'] }
      { name: names.vault, resourceId: cache.?outputs.vaultId ?? '', group: 'vault', zones: ['privatelink.vaultcore.azure.net'] }
    ]
  : []

var ofModels endpointType[] = settings.modelMount
  ? [{ name: names.modelAccount, resourceId: storage.outputs.modelsId, group: 'file', zones: ['privatelink.file.{storage}'] }]
  : []

var ofStores endpointType[] = [
  { name: '${names.hostAccount}-blob', resourceId: storage.outputs.hostId, group: 'blob', zones: ['privatelink.blob.{storage}'] }
  { name: '${names.hostAccount}-queue', resourceId: storage.outputs.hostId, group: 'queue', zones: ['privatelink.queue.{storage}'] }
  { name: '${names.hostAccount}-table', resourceId: storage.outputs.hostId, group: 'table', zones: ['privatelink.table.{storage}'] }
  { name: '${names.pictureAccount}-blob', resourceId: storage.outputs.picturesId, group: 'blob', zones: ['privatelink.blob.{storage}'] }
  { name: names.registry, resourceId: registry.outputs.id, group: 'registry', zones: ['privatelink.azurecr.io'] }
  {
    name: names.workspace
    resourceId: monitoring.outputs.scopeId
    group: 'azuremonitor'
    zones: [
      'privatelink.monitor.azure.com'
      'privatelink.oms.opinsights.azure.com'
      'privatelink.ods.opinsights.azure.com'
      'privatelink.agentsvc.azure-automation.net'
      'privatelink.blob.{storage}'
    ]
  }
]

module endpoints 'app/endpoints.bicep' = if (settings.private || settings.redis || onScheduler) {
  scope: group
  params: {
    location: location
    tags: tags
    networkId: network.outputs.id
    subnetId: network.outputs.endpointsSubnetId
    endpoints: concat(ofScheduler, ofRedis, settings.private ? concat(ofStores, ofModels) : [])
  }
}

module gpuHost 'app/gpu-host.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    environmentName: names.environment
    name: names.gpuHost
    image: gpuHostImage
    registryServer: registry.outputs.server
    identityId: roles.outputs.hostIdentityId
    identityClientId: roles.outputs.hostClientId
    subnetId: network.outputs.containersSubnetId
    workspaceId: monitoring.outputs.workspaceId
    insightsConnectionString: monitoring.outputs.connectionString
    containerAddress: storage.outputs.containerAddress
    hostAccountName: names.hostAccount
    pictureAccountName: names.pictureAccount
    modelAccountName: names.modelAccount
    onScheduler: onScheduler
    schedulerEndpoint: scheduler.?outputs.endpoint ?? ''
    taskHubName: hubName
    settings: settings
  }
  dependsOn: [endpoints]
}

module hostNames 'app/names.bicep' = {
  scope: group
  params: {
    tags: tags
    networkId: network.outputs.id
    #disable-next-line what-if-short-circuiting // The platform names the domain as it makes the environment: nobody knows it before.
    domain: gpuHost.outputs.domain
    ip: gpuHost.outputs.ip
  }
}

module functions 'app/functions.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    planName: names.plan
    name: names.app
    identityId: roles.outputs.appIdentityId
    identityClientId: roles.outputs.appClientId
    subnetId: network.outputs.appSubnetId
    hostAccountName: names.hostAccount
    packageAddress: storage.outputs.packageAddress
    containerAddress: storage.outputs.containerAddress
    gpuHostAddress: gpuHost.outputs.address
    insightsConnectionString: monitoring.outputs.connectionString
    redisReference: cache.?outputs.secretAddress ?? ''
    onScheduler: onScheduler
    schedulerEndpoint: scheduler.?outputs.endpoint ?? ''
    taskHubName: hubName
    apiKeys: apiKeys
    settings: settings
  }
  dependsOn: [endpoints, hostNames]
}

// The door of the app itself, which is there only once the app is.
module appEndpoint 'app/endpoints.bicep' = if (settings.private) {
  scope: group
  params: {
    location: location
    tags: tags
    networkId: network.outputs.id
    subnetId: network.outputs.endpointsSubnetId
    endpoints: [
      { name: names.app, resourceId: functions.outputs.id, group: 'sites', zones: ['privatelink.azurewebsites.net'] }
    ]
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_CONTAINER_REGISTRY_NAME string = names.registry
output AIGC_REGISTRY_STREAMS bool = settings.registryTier == 'Premium'
output AIGC_GPU_HOST_NAME string = names.gpuHost
output AIGC_GPU_HOST_DOCKERFILE string = settings.accelerator == 'cpu' ? 'gpu-host/Dockerfile.cpu' : 'gpu-host/Dockerfile'
output AIGC_URL string = functions.outputs.address
