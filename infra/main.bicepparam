using 'main.bicep'

import { closed, dev, prod } from 'profiles.bicep'

// azd and the environment say which: dev unless told otherwise.
var profiles = {
  closed: closed
  dev: dev
  prod: prod
}

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')
param settings = profiles[readEnvironmentVariable('AIGC_PROFILE', 'dev')]
param durableBackend = readEnvironmentVariable('DurableBackend', '') == 'azureManaged' ? 'scheduler' : 'storage'
param gpuHostImage = readEnvironmentVariable('AIGC_GPU_HOST_IMAGE', '')
param alertEmail = readEnvironmentVariable('AIGC_ALERT_EMAIL', '')
param budgetStart = readEnvironmentVariable('AIGC_BUDGET_START', '')
param apiKeys = empty(readEnvironmentVariable('AIGC_API_KEY_SHA256', ''))
  ? {}
  : { first: 'sha256:${readEnvironmentVariable('AIGC_API_KEY_SHA256', '')}' }
