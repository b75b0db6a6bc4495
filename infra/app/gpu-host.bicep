import { hubName, ports, settingsType, stores, tagsType } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsType

@description('Name of the environment.')
param environmentName string

@description('Name of the container app.')
param name string

@description('The image; empty until one is built, and then a placeholder that is scaled to nothing.')
param image string

@description('The registry that has it.')
param registryServer string

@description('The identity it runs by: resource id.')
param identityId string

@description('The identity it runs by: client id.')
param identityClientId string

@description('The subnet of the environment.')
param subnetId string

@description('The workspace that its logs go to.')
param workspaceId string

@description('Where telemetry goes.')
param insightsConnectionString string

@description('The container of pictures, by address.')
param containerAddress string

@description('The account of the app, whose hub has the queue of activities.')
param hostAccountName string

@description('The account of pictures, which has the models to copy.')
param pictureAccountName string

@description('The account whose share has the models.')
param modelAccountName string

@description('Whether the Durable Task Scheduler is the backend, rather than Azure Storage.')
param onScheduler bool

@description('The scheduler\'s address; used where it is the backend.')
param schedulerEndpoint string

@description('The scheduler\'s task hub.')
param taskHubName string

@description('What the environment is made of.')
param settings settingsType

// A replica takes a whole device and what comes with it.
var machines = {
  cpu: { profile: 'Consumption', type: 'Consumption', cpu: 4, memory: '8Gi', provider: 'Cpu' }
  T4: { profile: 'gpu', type: 'Consumption-GPU-NC8as-T4', cpu: 8, memory: '56Gi', provider: 'Cuda' }
  A100: { profile: 'gpu', type: 'Consumption-GPU-NC24-A100', cpu: 24, memory: '220Gi', provider: 'Cuda' }
}
var machine = machines[settings.accelerator]

// What gpu-host may still finish once told to end, and ten seconds to store checkpoints of the rest.
var graceSeconds = 90
var endSeconds = 100

var modelVolume = [{ name: 'models', storageType: 'NfsAzureFile', storageName: 'models' }]

resource environment 'Microsoft.App/managedEnvironments@2026-07-01' = {
  name: environmentName
  location: location
  tags: tags
  properties: {
    // gpu-host asks nobody who they are, so that no variant gives it a public address.
    vnetConfiguration: {
      internal: true
      infrastructureSubnetId: subnetId
    }
    publicNetworkAccess: 'Disabled'
    workloadProfiles: concat(
      [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
      settings.accelerator == 'cpu' ? [] : [{ name: machine.profile, workloadProfileType: machine.type }]
    )
    zoneRedundant: settings.storageTier == 'Standard_ZRS'
    // By diagnostic settings, which need no key of the workspace.
    appLogsConfiguration: { destination: 'azure-monitor' }
    peerTrafficConfiguration: { encryption: { enabled: true } }
  }

  resource models 'storages' = if (settings.modelMount) {
    name: 'models'
    properties: {
      nfsAzureFile: {
        accessMode: 'ReadWrite'
        server: '${modelAccountName}.file.${az.environment().suffixes.storage}'
        shareName: '/${modelAccountName}/${stores.models}'
      }
    }
  }
}

#disable-next-line use-recent-api-versions // The one release, of 2016, has another shape and no categories of Container Apps.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: environment
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'ContainerAppConsoleLogs', enabled: true }
      { category: 'ContainerAppSystemLogs', enabled: true }
    ]
  }
}

// What is queued is what wakes it from nothing: an activity stays in the hub's queue, unseen by others, until it is done, and the rule
// counts those too. Requests are no measure: every instance of the app holds a stream of its load open for as long as it lives.
var demand = onScheduler
  ? {
      name: 'scheduled-activities'
      custom: {
        type: 'azure-durabletask-scheduler'
        identity: identityId
        metadata: {
          endpoint: schedulerEndpoint
          taskhubName: taskHubName
          maxConcurrentWorkItemsCount: string(settings.jobsPerReplica)
          workItemType: 'Activity'
        }
      }
    }
  : {
      name: 'queued-activities'
      custom: {
        type: 'azure-queue'
        identity: identityId
        metadata: {
          accountName: hostAccountName
          queueName: '${toLower(hubName)}-workitems'
          queueLength: string(settings.jobsPerReplica)
          queueLengthStrategy: 'all'
        }
      }
    }

// Enhancements of plan Split are messages of a queue of their own, on either backend.
var enhancements = {
  name: 'queued-enhancements'
  custom: {
    type: 'azure-queue'
    identity: identityId
    metadata: {
      accountName: hostAccountName
      queueName: stores.enhance
      queueLength: string(settings.jobsPerReplica)
      queueLengthStrategy: 'all'
    }
  }
}

resource app 'Microsoft.App/containerApps@2026-07-01' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: machine.profile
    configuration: {
      // A new revision takes the traffic once it is ready; the old one then ends as any replica does, with checkpoints.
      activeRevisionsMode: 'Single'
      maxInactiveRevisions: 5
      ingress: {
        // Of the network, since the environment is internal.
        external: true
        transport: 'http2'
        targetPort: ports.grpc
        allowInsecure: false
        clientCertificateMode: 'Ignore'
        traffic: [{ latestRevision: true, weight: 100 }]
      }
      registries: [{ server: registryServer, identity: identityId }]
    }
    template: {
      terminationGracePeriodSeconds: endSeconds
      containers: [
        {
          name: 'gpu-host'
          image: empty(image) ? 'mcr.microsoft.com/k8se/quickstart:latest' : image
          resources: { cpu: machine.cpu, memory: machine.memory }
          env: [
            { name: 'AZURE_CLIENT_ID', value: identityClientId }
            { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insightsConnectionString }
            { name: 'Execution__Provider', value: machine.provider }
            { name: 'Listen__Address', value: '0.0.0.0' }
            { name: 'Listen__GrpcPort', value: string(ports.grpc) }
            { name: 'Listen__ProbePort', value: string(ports.probe) }
            { name: 'Models__Root', value: '/models' }
            { name: 'Shutdown__GraceSeconds', value: string(graceSeconds) }
            { name: 'Store__ContainerUri', value: containerAddress }
          ]
          volumeMounts: settings.modelMount ? [{ volumeName: 'models', mountPath: '/models' }] : []
          // gRPC has no probe here. The process listens at once and loads its model behind /readyz, so that starting is short.
          probes: [
            {
              type: 'Startup'
              httpGet: { path: '/healthz', port: ports.probe, scheme: 'HTTP' }
              periodSeconds: 2
              timeoutSeconds: 2
              failureThreshold: 60
            }
            {
              type: 'Liveness'
              httpGet: { path: '/healthz', port: ports.probe, scheme: 'HTTP' }
              periodSeconds: 10
              timeoutSeconds: 5
              failureThreshold: 6
            }
            {
              type: 'Readiness'
              httpGet: { path: '/readyz', port: ports.probe, scheme: 'HTTP' }
              periodSeconds: 2
              timeoutSeconds: 2
              failureThreshold: 3
            }
          ]
        }
      ]
      volumes: settings.modelMount ? modelVolume : []
      scale: {
        minReplicas: empty(image) ? 0 : settings.minReplicas
        maxReplicas: settings.maxReplicas
        cooldownPeriod: settings.cooldownSeconds
        pollingInterval: 10
        rules: [demand, enhancements]
      }
    }
  }
  dependsOn: settings.modelMount ? [environment::models] : []
}

// Copies the container "models" to the mount; started by hand after an upload.
resource filler 'Microsoft.App/jobs@2026-07-01' = if (settings.modelMount) {
  name: 'job-models'
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Manual'
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
      replicaTimeout: 3600
      replicaRetryLimit: 1
    }
    template: {
      containers: [
        {
          name: 'copy'
          image: 'mcr.microsoft.com/azure-cli:2.77.0'
          command: ['/bin/sh', '-c']
          args: [
            'az login --identity --client-id "$AZURE_CLIENT_ID" && az storage blob download-batch --auth-mode login --account-name "$ACCOUNT" --source "$SOURCE" --destination /models --overwrite'
          ]
          env: [
            { name: 'AZURE_CLIENT_ID', value: identityClientId }
            { name: 'ACCOUNT', value: pictureAccountName }
            { name: 'SOURCE', value: stores.models }
          ]
          resources: { cpu: 1, memory: '2Gi' }
          volumeMounts: [{ volumeName: 'models', mountPath: '/models' }]
        }
      ]
      volumes: modelVolume
    }
  }
  dependsOn: [environment::models]
}

output address string = 'https://${app.properties.configuration.ingress.fqdn}'
output domain string = environment.properties.defaultDomain
output ip string = environment.properties.staticIp
