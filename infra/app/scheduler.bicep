import { settingsType, tagsType } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsType

@description('Name of the scheduler.')
param name string

@description('Name of its task hub.')
param hubName string

@description('What the environment is made of.')
param settings settingsType

// Whatever the rest is, the scheduler is reached from the network alone: what else could be said is a list of addresses, and the app
// has none of its own.
resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    ipAllowlist: []
    publicNetworkAccess: 'Disabled'
    sku: settings.schedulerUnits > 0 ? { name: 'Dedicated', capacity: settings.schedulerUnits } : { name: 'Consumption' }
  }

  resource hub 'taskHubs' = {
    name: hubName
  }
}

output id string = scheduler.id
output endpoint string = scheduler.properties.endpoint
