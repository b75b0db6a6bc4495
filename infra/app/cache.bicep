import { tagsType } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsType

@description('Name of the Redis.')
param name string

@description('Name of the vault that has its connection string.')
param vaultName string

resource cache 'Microsoft.Cache/redisEnterprise@2025-07-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Balanced_B0' }
  properties: {
    // What is lost with it is asked of the store again.
    highAvailability: 'Disabled'
    minimumTlsVersion: '1.2'
    // Its sign-in is a password, so it is reached from the network alone, whatever the rest is.
    publicNetworkAccess: 'Disabled'
  }

  resource database 'databases' = {
    name: 'default'
    properties: {
      // The app's client signs in by password, so keys are on; the vault alone has one.
      accessKeysAuthentication: 'Enabled'
      clientProtocol: 'Encrypted'
      clusteringPolicy: 'EnterpriseCluster'
      evictionPolicy: 'AllKeysLRU'
      port: 10000
    }
  }
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: vaultName
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: 'Disabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: 'Deny'
    }
  }

  resource connection 'secrets' = {
    name: 'redis'
    tags: tags
    properties: {
      contentType: 'StackExchange.Redis connection string'
      value: '${cache.properties.hostName}:${cache::database.properties.port},password=${cache::database.listKeys().primaryKey},ssl=True,abortConnect=False'
    }
  }
}

output id string = cache.id
output vaultId string = vault.id
output secretAddress string = vault::connection.properties.secretUri
