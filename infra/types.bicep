// What modules share: shapes, and figures that the applications have in their own code too.

@export()
@description('Tags of a resource.')
type tagsType = {
  *: string
}

@export()
@description('API keys by the name that tells callers apart: "sha256:" and 64 hex digits each. Hashes of random keys, so no secrets.')
type apiKeysType = {
  *: string
}

@export()
@description('One role assignment.')
type roleType = {
  principal: string
  role: string
  reason: string
}

@export()
@description('A private endpoint: what it leads to, and the zones of its names, in which {storage} is the cloud\'s own suffix.')
type endpointType = {
  name: string
  resourceId: string
  group: string
  zones: string[]
}

@export()
@description('What an environment is made of. Every figure is a decision: docs/deploy.md has the reasons.')
type settingsType = {
  @description('What gpu-host runs on: processors of the Consumption profile, or one whole device for each replica.')
  accelerator: 'cpu' | 'T4' | 'A100'

  @description('Replicas of gpu-host while there is no work: 0 is free and costs the first request a cold start.')
  @minValue(0)
  @maxValue(100)
  minReplicas: int

  @description('The most replicas; the subscription must have the quota for as many devices.')
  @minValue(1)
  @maxValue(100)
  maxReplicas: int

  @description('Jobs under way or waiting for each replica that the scale rule aims at. "benchmarks -- scale" recommends it.')
  @minValue(1)
  @maxValue(64)
  jobsPerReplica: int

  @description('How long gpu-host stays up after its last job, in seconds.')
  @minValue(60)
  @maxValue(3600)
  cooldownSeconds: int

  @description('Whether models are on a mount, filled from the container "models", rather than only the one in the image.')
  modelMount: bool

  @description('Instances of the app that never go away, for HTTP and for Durable triggers: 0 is free and costs the first request a start.')
  alwaysReady: {
    @minValue(0)
    http: int
    @minValue(0)
    durable: int
  }

  @description('The most instances of the app.')
  @minValue(40)
  @maxValue(1000)
  maxInstances: int

  @description('Whether stores, registry, telemetry and the app itself are reached from the virtual network alone.')
  private: bool

  @description('Capacity units of the Durable Task Scheduler, where it is the backend: 0 pays by the action, up to 500 of them a second.')
  @minValue(0)
  @maxValue(3)
  schedulerUnits: int

  @description('Whether instances of the app share a Redis in which they remember which pictures are made.')
  redis: bool

  @description('Tier of the registry. Artifact streaming and private endpoints need Premium.')
  registryTier: 'Basic' | 'Standard' | 'Premium'

  @description('Copies of the data: of one zone or of three.')
  storageTier: 'Standard_LRS' | 'Standard_ZRS'

  @description('Days that finished pictures are kept.')
  @minValue(1)
  @maxValue(3650)
  pictureDays: int

  @description('Days that intermediates (embeddings, latents, bases, previews, checkpoints) and uploads are kept.')
  @minValue(1)
  @maxValue(365)
  intermediateDays: int

  @description('Days that deleted blobs can be had back.')
  @minValue(1)
  @maxValue(365)
  softDeleteDays: int

  @description('Days that telemetry is kept.')
  @minValue(30)
  @maxValue(730)
  logDays: int

  @description('Gigabytes of telemetry a day beyond which nothing more is taken in; -1 for no limit.')
  logGigabytesPerDay: int

  @description('When people are told.')
  alerts: {
    @description('Mean time of a job that no ledger entry explains, in milliseconds.')
    overheadMs: int
    @description('Mean wait of a job for a device, in seconds.')
    queueSeconds: int
    @description('Failed jobs of all that ended, in per cent.')
    failedPercent: int
    @description('Minutes that a replica may be up without any work.')
    idleMinutes: 15 | 30 | 60
  }

  @description('What the resource group may cost a month, in the currency of the subscription, before people are told.')
  @minValue(1)
  monthlyBudget: int
}

@export()
@description('The name of the Durable hub; host.json has the same.')
var hubName = 'AigcFunctions'

@export()
@description('The ports of gpu-host: gRPC, and probes over HTTP/1.')
var ports = {
  grpc: 5001
  probe: 6001
}

@export()
@description('Containers and queues.')
var stores = {
  package: 'app-package'
  pictures: 'artifacts'
  models: 'models'
  enhance: 'enhance'
}

@export()
@description('Roles by name. tests/Infra.Tests has the same table.')
var roles = {
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  blobReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
  blobDelegator: 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a'
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  queueReader: '19e7f393-937e-4f77-808e-94535e297925'
  tableContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  acrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d'
  durableTaskContributor: '0ad04412-c4d5-4796-b79c-f76d14c8d402'
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
}
