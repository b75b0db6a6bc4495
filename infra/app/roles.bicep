import { roles, roleType, settingsType, stores, tagsType } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsType

@description('Name of the identity of the app.')
param appIdentityName string

@description('Name of the identity of gpu-host.')
param hostIdentityName string

@description('The account of the app.')
param hostAccountName string

@description('The account of pictures.')
param pictureAccountName string

@description('The registry.')
param registryName string

@description('Application Insights.')
param insightsName string

@description('The Durable Task Scheduler; empty where Azure Storage is the backend.')
param schedulerName string

@description('The vault that has the connection string of Redis; empty where there is none.')
param vaultName string

@description('What the environment is made of.')
param settings settingsType

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: appIdentityName
  location: location
  tags: tags
}

resource host 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: hostIdentityName
  location: location
  tags: tags
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: hostAccountName
}

resource pictureAccount 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: pictureAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource artifacts 'containers' existing = {
      name: stores.pictures
    }

    resource models 'containers' existing = {
      name: stores.models
    }
  }
}

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = {
  name: registryName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' existing = {
  name: empty(schedulerName) ? 'none' : schedulerName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: empty(vaultName) ? 'none' : vaultName
}

var onStorage = empty(schedulerName)

var onHostAccount roleType[] = concat(
  [
    {
      principal: 'app'
      role: roles.blobOwner
      reason: 'The Functions host keeps its package, its leases and its keys in blobs of its own account; less than owner it refuses.'
    }
    {
      principal: 'app'
      role: roles.queueContributor
      reason: onStorage
        ? 'The Durable hub makes, fills and empties its queues; enhancements wait in another.'
        : 'Enhancements wait in a queue, which the app fills and empties.'
    }
    {
      principal: 'host'
      role: roles.queueReader
      reason: 'The scale rules of gpu-host read how many activities and enhancements are queued.'
    }
  ],
  onStorage
    ? [
        {
          principal: 'app'
          role: roles.tableContributor
          reason: 'The Durable hub keeps histories and instances in tables.'
        }
      ]
    : []
)

var onPictureAccount roleType[] = [
  {
    principal: 'app'
    role: roles.blobDelegator
    reason: 'The app signs the addresses that callers fetch pictures by; signing is asked of the whole account.'
  }
]

var onPictures roleType[] = [
  {
    principal: 'app'
    role: roles.blobContributor
    reason: 'The app writes job documents and uploads, reads pictures and deletes jobs, in this container alone.'
  }
  {
    principal: 'host'
    role: roles.blobContributor
    reason: 'gpu-host writes pictures, intermediates and checkpoints and reads its inputs, in this container alone.'
  }
]

var onModels roleType[] = settings.modelMount
  ? [
      {
        principal: 'host'
        role: roles.blobReader
        reason: 'The job that fills the mount copies models from this container.'
      }
    ]
  : []

var onRegistry roleType[] = [
  {
    principal: 'host'
    role: roles.acrPull
    reason: 'Container Apps pulls gpu-host\'s image by its identity; the registry has no user.'
  }
]

var onInsights roleType[] = [
  {
    principal: 'app'
    role: roles.metricsPublisher
    reason: 'Telemetry is taken in from identities alone: no key is valid.'
  }
  {
    principal: 'host'
    role: roles.metricsPublisher
    reason: 'Telemetry is taken in from identities alone: no key is valid.'
  }
]

var onScheduler roleType[] = onStorage
  ? []
  : [
      {
        principal: 'app'
        role: roles.durableTaskContributor
        reason: 'The app starts and runs orchestrations on the scheduler.'
      }
      {
        principal: 'host'
        role: roles.durableTaskContributor
        reason: 'The scale rule of gpu-host reads how many activities wait; the scheduler has no narrower role that was tried.'
      }
    ]

var onVault roleType[] = empty(vaultName)
  ? []
  : [
      {
        principal: 'app'
        role: roles.secretsUser
        reason: 'The app reads the connection string of Redis, the one secret here.'
      }
    ]

resource hostAccountRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for one in onHostAccount: {
    name: guid(hostAccount.id, one.principal, one.role)
    scope: hostAccount
    properties: {
      principalId: one.principal == 'app' ? app.properties.principalId : host.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', one.role)
      description: one.reason
    }
  }
]

resource pictureAccountRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for one in onPictureAccount: {
    name: guid(pictureAccount.id, one.principal, one.role)
    scope: pictureAccount
    properties: {
      principalId: one.principal == 'app' ? app.properties.principalId : host.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', one.role)
      description: one.reason
    }
  }
]

resource pictureRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for one in onPictures: {
    name: guid(pictureAccount::blobs::artifacts.id, one.principal, one.role)
    scope: pictureAccount::blobs::artifacts
    properties: {
      principalId: one.principal == 'app' ? app.properties.principalId : host.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', one.role)
      description: one.reason
    }
  }
]

resource modelRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for one in onModels: {
    name: guid(pictureAccount::blobs::models.id, one.principal, one.role)
    scope: pictureAccount::blobs::models
    properties: {
      principalId: one.principal == 'app' ? app.properties.principalId : host.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', one.role)
      description: one.reason
    }
  }
]

resource registryRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for one in onRegistry: {
    name: guid(registry.id, one.principal, one.role)
    scope: registry
    properties: {
      principalId: one.principal == 'app' ? app.properties.principalId : host.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', one.role)
      description: one.reason
    }
  }
]

resource insightsRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for one in onInsights: {
    name: guid(insights.id, one.principal, one.role)
    scope: insights
    properties: {
      principalId: one.principal == 'app' ? app.properties.principalId : host.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', one.role)
      description: one.reason
    }
  }
]

resource schedulerRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for one in onScheduler: {
    name: guid(scheduler.id, one.principal, one.role)
    scope: scheduler
    properties: {
      principalId: one.principal == 'app' ? app.properties.principalId : host.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', one.role)
      description: one.reason
    }
  }
]

resource vaultRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for one in onVault: {
    name: guid(vault.id, one.principal, one.role)
    scope: vault
    properties: {
      principalId: one.principal == 'app' ? app.properties.principalId : host.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', one.role)
      description: one.reason
    }
  }
]

output appIdentityId string = app.id
output appClientId string = app.properties.clientId
output hostIdentityId string = host.id
output hostClientId string = host.properties.clientId
