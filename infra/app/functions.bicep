import { apiKeysType, settingsType, stores, tagsType } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsType

@description('Name of the plan.')
param planName string

@description('Name of the app.')
param name string

@description('The identity it runs by: resource id.')
param identityId string

@description('The identity it runs by: client id.')
param identityClientId string

@description('The subnet that its calls come from.')
param subnetId string

@description('The account of the app.')
param hostAccountName string

@description('The container of its package, by address.')
param packageAddress string

@description('The container of pictures, by address.')
param containerAddress string

@description('Where gpu-host is.')
param gpuHostAddress string

@description('Where telemetry goes.')
param insightsConnectionString string

@description('Where the vault has the connection string of Redis; empty where there is none.')
param redisReference string

@description('Whether the Durable Task Scheduler is the backend, rather than Azure Storage.')
param onScheduler bool

@description('The scheduler\'s address; used where it is the backend.')
param schedulerEndpoint string

@description('The scheduler\'s task hub.')
param taskHubName string

@description('API keys by name.')
param apiKeys apiKeysType

@description('What the environment is made of.')
param settings settingsType

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    publicNetworkAccess: settings.private ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageAddress
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: settings.maxInstances
        alwaysReady: filter(
          [
            { name: 'http', instanceCount: settings.alwaysReady.http }
            { name: 'durable', instanceCount: settings.alwaysReady.durable }
          ],
          group => group.instanceCount > 0
        )
        // Waiting callers and streams of events hold a place each and cost next to nothing; host.json lets in three times as many.
        triggers: { http: { perInstanceConcurrency: 32 } }
      }
    }
  }

  // By identity alone: no publishing password is valid.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
    dependsOn: [ftp]
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        AzureWebJobsStorage__accountName: hostAccountName
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identityClientId
        // The page of the app is at /.
        AzureWebJobsDisableHomepage: 'true'
        APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identityClientId}'
        // Of the identities that DefaultAzureCredential could find, this one.
        AZURE_CLIENT_ID: identityClientId
        Aigc__Container: containerAddress
        Aigc__LinkLife: '00:10:00'
        Aigc__EnhanceQueue: stores.enhance
        Aigc__Hosts: gpuHostAddress
        // One address for all replicas, and the ingress spreads calls: to choose here would be to choose among one.
        Aigc__Balancing: 'round_robin'
        Aigc__RequestsPerMinute: '600'
        Aigc__Concurrency: '32'
      },
      toObject(items(apiKeys), key => 'Aigc__ApiKeys__${key.key}', key => string(key.value)),
      settings.redis ? { Aigc__Redis: '@Microsoft.KeyVault(SecretUri=${redisReference})' } : {},
      onScheduler
        ? {
            DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
            TASKHUB_NAME: taskHubName
          }
        : {}
    )
    dependsOn: [scm]
  }
}

output id string = app.id
output address string = 'https://${app.properties.defaultHostName}'
