import { settingsType, tagsType } from '../types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagsType

@description('Name of the workspace.')
param workspaceName string

@description('Name of Application Insights.')
param insightsName string

@description('Who is told; empty tells nobody but the owners of the subscription, and them of the budget alone.')
param alertEmail string

@description('First day of the budget\'s first month, as 2026-11-01; empty for no budget.')
param budgetStart string

@description('What the environment is made of.')
param settings settingsType

var access = settings.private ? 'Disabled' : 'Enabled'

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: settings.logDays
    workspaceCapping: { dailyQuotaGb: settings.logGigabytesPerDay }
    publicNetworkAccessForIngestion: access
    publicNetworkAccessForQuery: access
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
    publicNetworkAccessForIngestion: access
    publicNetworkAccessForQuery: access
  }
}

// The one door of both in a closed network: an endpoint leads to the scope, and the scope to them alone.
resource scope 'Microsoft.Insights/privateLinkScopes@2021-09-01' = if (settings.private) {
  name: 'ampls-${workspaceName}'
  location: 'global'
  tags: tags
  properties: {
    accessModeSettings: {
      ingestionAccessMode: 'PrivateOnly'
      queryAccessMode: 'PrivateOnly'
    }
  }

  resource ofWorkspace 'scopedResources' = {
    name: 'workspace'
    properties: { linkedResourceId: workspace.id }
  }

  resource ofInsights 'scopedResources' = {
    name: 'insights'
    properties: { linkedResourceId: insights.id }
  }
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${workspaceName}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'aigc'
    enabled: true
    emailReceivers: empty(alertEmail) ? [] : [{ name: 'operators', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

// Each query has one row of one figure. What a job was is never in it: no prompt and no id is ever a tag.
var alerts = [
  {
    name: 'chain-overhead'
    description: 'Jobs take longer than their ledgers explain: hops, polling or a starved app. The mean over 15 minutes, in ms.'
    query: 'AppMetrics | where Name == "aigc.job.overhead" | summarize Figure = 1000 * sum(Sum) / sum(ItemCount)'
    threshold: settings.alerts.overheadMs
    window: 'PT15M'
    severity: 2
    enabled: true
  }
  {
    name: 'queue-wait'
    description: 'Jobs wait for a device: too few replicas, no quota, or a cold start. The mean over 15 minutes, in seconds.'
    query: 'AppMetrics | where Name == "aigc.job.queue" | summarize Figure = sum(Sum) / sum(ItemCount)'
    threshold: settings.alerts.queueSeconds
    window: 'PT15M'
    severity: 2
    enabled: true
  }
  {
    name: 'failures'
    description: 'Jobs fail. Per cent of those that ended in 15 minutes.'
    query: 'AppMetrics | where Name == "aigc.jobs" | summarize Figure = 100 * sumif(Sum, tostring(Properties["aigc.job.state"]) == "failed") / sum(Sum)'
    threshold: settings.alerts.failedPercent
    window: 'PT15M'
    severity: 1
    enabled: true
  }
  {
    name: 'idle-devices'
    description: 'gpu-host is up and has no work: a device is paid for nothing. Minutes in which it told so, while no other told of work.'
    query: 'AppMetrics | where Name == "aigc.queue.compute" | summarize Busy = max(Max), Minutes = dcount(bin(TimeGenerated, 1m)) | project Figure = iff(Busy > 0, 0, Minutes)'
    // One minute in five may be missing: exports are a minute apart, and late.
    threshold: settings.alerts.idleMinutes * 4 / 5
    window: 'PT${settings.alerts.idleMinutes}M'
    severity: 3
    enabled: settings.minReplicas == 0
  }
]

resource rules 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for alert in alerts: {
    name: 'alert-${alert.name}-${workspaceName}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: alert.name
      description: alert.description
      severity: alert.severity
      enabled: alert.enabled
      scopes: [workspace.id]
      evaluationFrequency: 'PT15M'
      windowSize: alert.window
      // The table is there with the first measurement, and the rule before it.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: alert.query
            metricMeasureColumn: 'Figure'
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: alert.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = if (!empty(budgetStart)) {
  name: 'budget-${workspaceName}'
  properties: {
    amount: settings.monthlyBudget
    category: 'Cost'
    timeGrain: 'Monthly'
    timePeriod: { startDate: budgetStart }
    notifications: {
      spent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: []
        contactGroups: [people.id]
        contactRoles: ['Owner']
      }
      forecast: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: []
        contactGroups: [people.id]
        contactRoles: ['Owner']
      }
    }
  }
}

output workspaceId string = workspace.id
output scopeId string = scope.?id ?? ''
output connectionString string = insights.properties.ConnectionString
