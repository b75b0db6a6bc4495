import { settingsType } from 'types.bicep'

@export()
@description('To try it, and for regions without devices: nothing runs while nothing is asked, and little is kept.')
var dev settingsType = {
  accelerator: 'cpu'
  minReplicas: 0
  maxReplicas: 2
  jobsPerReplica: 4
  cooldownSeconds: 300
  modelMount: false
  alwaysReady: { http: 0, durable: 0 }
  maxInstances: 40
  private: false
  schedulerUnits: 0
  redis: false
  registryTier: 'Basic'
  storageTier: 'Standard_LRS'
  pictureDays: 7
  intermediateDays: 2
  softDeleteDays: 7
  logDays: 30
  logGigabytesPerDay: 1
  alerts: { overheadMs: 500, queueSeconds: 120, failedPercent: 20, idleMinutes: 30 }
  monthlyBudget: 50
}

@export()
@description('For callers on the internet: devices on demand, an app that answers at once, three zones. Stores are open to identities alone.')
var prod settingsType = {
  accelerator: 'T4'
  minReplicas: 0
  maxReplicas: 8
  jobsPerReplica: 4
  cooldownSeconds: 60
  modelMount: true
  alwaysReady: { http: 1, durable: 1 }
  maxInstances: 100
  private: false
  schedulerUnits: 0
  redis: true
  registryTier: 'Premium'
  storageTier: 'Standard_ZRS'
  pictureDays: 30
  intermediateDays: 3
  softDeleteDays: 14
  logDays: 90
  logGigabytesPerDay: 10
  alerts: { overheadMs: 250, queueSeconds: 60, failedPercent: 5, idleMinutes: 30 }
  monthlyBudget: 2000
}

@export()
@description('For callers of one network: as prod, with no door to the internet, on larger devices.')
var closed settingsType = {
  ...prod
  accelerator: 'A100'
  maxReplicas: 2
  jobsPerReplica: 16
  private: true
}
