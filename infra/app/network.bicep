import { tagsType } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsType

@description('Name of the virtual network.')
param name string

@description('Address range of the network: a /16, of which little is used.')
param prefix string

// Nothing from outside: the default rules of a group say so, and nothing here adds to them.
resource outside 'Microsoft.Network/networkSecurityGroups@2026-03-01' = {
  name: 'nsg-${name}'
  location: location
  tags: tags
  properties: {
    securityRules: []
  }
}

resource network 'Microsoft.Network/virtualNetworks@2026-03-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [prefix]
    }
    // All in one request: a subnet of its own resource is deleted by the next deployment of the network.
    subnets: [
      {
        name: 'app'
        properties: {
          // Instances of the app share addresses; a /24 is more than the documented need of its most instances.
          addressPrefix: cidrSubnet(prefix, 24, 0)
          delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
          networkSecurityGroup: { id: outside.id }
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
      {
        name: 'containers'
        properties: {
          addressPrefix: cidrSubnet(prefix, 24, 1)
          delegations: [{ name: 'containers', properties: { serviceName: 'Microsoft.App/environments' } }]
          networkSecurityGroup: { id: outside.id }
          privateEndpointNetworkPolicies: 'Enabled'
          // The share with the models has no keys: it takes whoever comes from this subnet, and nobody else.
          serviceEndpoints: [{ service: 'Microsoft.Storage' }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(prefix, 24, 2)
          defaultOutboundAccess: false
          networkSecurityGroup: { id: outside.id }
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }

  resource app 'subnets' existing = {
    name: 'app'
  }

  resource containers 'subnets' existing = {
    name: 'containers'
  }

  resource endpoints 'subnets' existing = {
    name: 'endpoints'
  }
}

output id string = network.id
output appSubnetId string = network::app.id
output containersSubnetId string = network::containers.id
output endpointsSubnetId string = network::endpoints.id
