import { tagsType } from '../types.bicep'

@description('Tags of every resource.')
param tags tagsType

@description('The network in which the names are answered.')
param networkId string

@description('The domain of the environment\'s apps.')
param domain string

@description('The address of the environment.')
param ip string

// The platform names the domain when it makes the environment, so what-if cannot show this zone.
resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: domain
  location: 'global'
  tags: tags

  resource all 'A' = {
    name: '*'
    properties: {
      ttl: 300
      aRecords: [{ ipv4Address: ip }]
    }
  }

  resource link 'virtualNetworkLinks' = {
    name: 'network'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
}
