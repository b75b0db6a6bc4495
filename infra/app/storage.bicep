import { hubName, settingsType, stores, tagsType } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsType

@description('The account of the app: its package, its Durable hub, its queue of enhancements.')
param hostAccountName string

@description('The account of pictures, so that neither takes the other\'s request rate, and each identity sees only what it needs.')
param pictureAccountName string

@description('The account whose NFS share has the models; only made where models are on a mount.')
param modelAccountName string

@description('The origin of the web page, which fetches pictures by signed addresses.')
param pageOrigin string

@description('The subnet that mounts the models.')
param mountSubnetId string

@description('What the environment is made of.')
param settings settingsType

// Both are closed to keys and to anonymous readers, whatever the network.
var closed = {
  accessTier: 'Hot'
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  allowSharedKeyAccess: false
  defaultToOAuthAuthentication: true
  minimumTlsVersion: 'TLS1_2'
  publicNetworkAccess: settings.private ? 'Disabled' : 'Enabled'
  supportsHttpsTrafficOnly: true
  networkAcls: {
    bypass: 'None'
    defaultAction: settings.private ? 'Deny' : 'Allow'
  }
}

var softDelete = {
  enabled: true
  days: settings.softDeleteDays
}

// PictureAddress and InputPicture name them; a test compares.
var intermediates = ['embeddings', 'latents', 'bases', 'previews', 'checkpoints', 'uploads']

resource host 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: hostAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: settings.storageTier }
  properties: closed

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      containerDeleteRetentionPolicy: softDelete
      // No soft delete of blobs: the leases and spilled messages of the hub come and go all day.
      deleteRetentionPolicy: { enabled: false }
    }

    resource package 'containers' = {
      name: stores.package
      properties: { publicAccess: 'None' }
    }
  }

  resource queues 'queueServices' = {
    name: 'default'

    resource enhance 'queues' = {
      name: stores.enhance
    }

    // The hub makes it itself with the first job, but the scale rule of gpu-host looks at it before.
    resource work 'queues' = {
      name: '${toLower(hubName)}-workitems'
    }
  }

  resource tables 'tableServices' = {
    name: 'default'
  }
}

resource pictures 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: pictureAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: settings.storageTier }
  properties: closed

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      containerDeleteRetentionPolicy: softDelete
      deleteRetentionPolicy: softDelete
      cors: {
        corsRules: [
          {
            allowedOrigins: [pageOrigin]
            allowedMethods: ['GET', 'HEAD']
            allowedHeaders: ['range', 'if-none-match']
            exposedHeaders: ['content-length', 'content-range', 'content-type', 'etag']
            maxAgeInSeconds: 3600
          }
        ]
      }
    }

    resource artifacts 'containers' = {
      name: stores.pictures
      properties: { publicAccess: 'None' }
    }

    resource models 'containers' = if (settings.modelMount) {
      name: stores.models
      properties: { publicAccess: 'None' }
    }
  }

  resource life 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'intermediates'
            type: 'Lifecycle'
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: [for stage in intermediates: '${stores.pictures}/${stage}/']
              }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: settings.intermediateDays } } }
            }
          }
          {
            name: 'pictures'
            type: 'Lifecycle'
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: ['${stores.pictures}/pictures/']
              }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: settings.pictureDays } } }
            }
          }
          {
            // The app deletes a job's documents when it purges the job (KeepJobs); this is for what a crash left behind.
            name: 'jobs'
            type: 'Lifecycle'
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: ['${stores.pictures}/jobs/']
              }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: max(30, settings.intermediateDays) } } }
            }
          }
        ]
      }
    }
  }
}

// NFS: the one mount of Container Apps without an account key. It is mounted from one subnet, whose word is all the sign-in there is.
resource models 'Microsoft.Storage/storageAccounts@2026-06-01' = if (settings.modelMount) {
  name: modelAccountName
  location: location
  tags: tags
  kind: 'FileStorage'
  sku: { name: settings.storageTier == 'Standard_ZRS' ? 'Premium_ZRS' : 'Premium_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    // NFS 4.1 is not HTTPS: with this on, no mount is let in.
    supportsHttpsTrafficOnly: false
    publicNetworkAccess: settings.private ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: 'Deny'
      virtualNetworkRules: settings.private ? [] : [{ id: mountSubnetId, action: 'Allow' }]
    }
  }

  resource files 'fileServices' = {
    name: 'default'

    resource share 'shares' = {
      name: stores.models
      properties: {
        enabledProtocols: 'NFS'
        rootSquash: 'NoRootSquash'
        shareQuota: 100
      }
    }
  }
}

output hostId string = host.id
output picturesId string = pictures.id
output modelsId string = models.?id ?? ''
output containerAddress string = '${pictures.properties.primaryEndpoints.blob}${stores.pictures}'
output packageAddress string = '${host.properties.primaryEndpoints.blob}${stores.package}'
