using System.Text.RegularExpressions;

namespace Aigc.Infra.Tests;

/// <summary>Names within Azure's limits, and tags by which people and azd find what is whose.</summary>
public sealed class NamesTests
{
    // As learn.microsoft.com has them, "Naming rules and restrictions for Azure resources".
    private static readonly Dictionary<string, string> _rules = new()
    {
        ["Microsoft.App/containerApps"] = "^[a-z][a-z0-9-]{0,30}[a-z0-9]$",
        ["Microsoft.App/jobs"] = "^[a-z][a-z0-9-]{0,30}[a-z0-9]$",
        ["Microsoft.App/managedEnvironments"] = "^[a-z][a-z0-9-]{0,58}[a-z0-9]$",
        ["Microsoft.Cache/redisEnterprise"] = "^[A-Za-z0-9](-?[A-Za-z0-9]){0,59}$",
        ["Microsoft.ContainerRegistry/registries"] = "^[a-zA-Z0-9]{5,50}$",
        ["Microsoft.DurableTask/schedulers"] = "^[a-zA-Z0-9-]{3,64}$",
        ["Microsoft.DurableTask/schedulers/taskHubs"] = "^[a-zA-Z0-9-]{3,64}$",
        ["Microsoft.Insights/components"] = @"^[\w.()-]{1,254}[\w()-]$",
        ["Microsoft.KeyVault/vaults"] = "^[a-zA-Z](-?[a-zA-Z0-9]){1,22}[a-zA-Z0-9]$",
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = "^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$",
        ["Microsoft.Network/privateEndpoints"] = @"^[a-zA-Z0-9][\w.-]{0,62}\w$",
        ["Microsoft.Network/virtualNetworks"] = @"^[a-zA-Z0-9][\w.-]{0,62}\w$",
        ["Microsoft.OperationalInsights/workspaces"] = "^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$",
        ["Microsoft.Resources/resourceGroups"] = @"^[\w.()-]{0,89}[\w()-]$",
        ["Microsoft.Storage/storageAccounts"] = "^[a-z0-9]{3,24}$",
        ["Microsoft.Storage/storageAccounts/blobServices/containers"] = "^[a-z0-9](-?[a-z0-9]){2,62}$",
        ["Microsoft.Storage/storageAccounts/fileServices/shares"] = "^[a-z0-9](-?[a-z0-9]){2,62}$",
        ["Microsoft.Storage/storageAccounts/queueServices/queues"] = "^[a-z0-9](-?[a-z0-9]){2,62}$",
        // A host's identifier is its first 32 characters: two that share them share leases.
        ["Microsoft.Web/sites"] = "^[a-zA-Z0-9][a-zA-Z0-9-]{0,30}[a-zA-Z0-9]$",
        ["Microsoft.Web/serverfarms"] = "^[a-zA-Z0-9-]{1,60}$",
    };

    // Parts of others, or the kinds that take no tags.
    private static readonly string[] _untagged =
    [
        "Microsoft.App/managedEnvironments/storages",
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.Cache/redisEnterprise/databases",
        "Microsoft.Consumption/budgets",
        "Microsoft.DurableTask/schedulers/taskHubs",
        "Microsoft.Insights/diagnosticSettings",
        "Microsoft.Insights/privateLinkScopes/scopedResources",
        "Microsoft.Network/privateDnsZones/A",
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        "Microsoft.Web/sites/basicPublishingCredentialsPolicies",
        "Microsoft.Web/sites/config",
    ];

    public static TheoryData<string> Environments => Deployment.Names;

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Names_AreWithinTheLimits(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var ruled = deployment.Resources.Where(static one => _rules.ContainsKey(one.Type)).ToArray();

        Assert.True(ruled.Length > 15);
        Assert.All(ruled, static one => Assert.Matches(new Regex(_rules[one.Type]), one.Name));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Tags_AreOnEverythingThatTakesThem(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var tagged = deployment.Resources.Where(static one =>
            !_untagged.Contains(one.Type) && !one.Type.StartsWith("Microsoft.Storage/storageAccounts/", StringComparison.Ordinal)).ToArray();

        Assert.True(tagged.Length > 15);
        Assert.All(tagged, one => Assert.Equal(
            (name, "aigc-functions"), (one.Text("tags/azd-env-name"), one.Text("tags/application"))));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Tags_SayWhichServiceAzdDeploysWhere(string name) =>
        Assert.Equal("functions", (await Deployment.OfAsync(name)).Only("Microsoft.Web/sites").Text("tags/azd-service-name"));
}
