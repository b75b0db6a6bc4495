import { settingsType, tagsType } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsType

@description('Name of the registry.')
param name string

@description('What the environment is made of.')
param settings settingsType

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: settings.registryTier }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
    dataEndpointEnabled: false
    publicNetworkAccess: settings.private ? 'Disabled' : 'Enabled'
    // Lets the platform's own builder (az acr build) in where the network is closed.
    networkRuleBypassOptions: 'AzureServices'
  }
}

output id string = registry.id
output server string = registry.properties.loginServer
