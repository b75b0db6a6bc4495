namespace Aigc.Infra.Tests;

/// <summary>Who can reach what: keys, anonymous readers, old TLS, and the internet.</summary>
public sealed class DoorsTests
{
    private const string Accounts = "Microsoft.Storage/storageAccounts";

    public static TheoryData<string> Environments => Deployment.Names;

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Accounts_TakeNeitherKeysNorStrangers(string name)
    {
        var accounts = (await Deployment.OfAsync(name)).Of(Accounts).ToArray();

        Assert.NotEmpty(accounts);
        Assert.All(accounts, static account =>
        {
            Assert.Equal("False", account.Text("properties/allowSharedKeyAccess"));
            Assert.Equal("False", account.Text("properties/allowBlobPublicAccess"));
            Assert.Equal("False", account.Text("properties/allowCrossTenantReplication"));
            Assert.Equal("TLS1_2", account.Text("properties/minimumTlsVersion"));
            Assert.Equal("None", account.Text("properties/networkAcls/bypass"));
            // NFS has no TLS of its own: that account alone is without, and is mounted from one subnet.
            var isMount = account.Text("kind") == "FileStorage";
            Assert.Equal(isMount ? "False" : "True", account.Text("properties/supportsHttpsTrafficOnly"));
            if (isMount)
                Assert.Equal("Deny", account.Text("properties/networkAcls/defaultAction"));
        });
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Containers_ArePrivate(string name)
    {
        var containers = (await Deployment.OfAsync(name)).Of($"{Accounts}/blobServices/containers").ToArray();

        Assert.True(containers.Length >= 2);
        Assert.All(containers, static container => Assert.Equal("None", container.Text("properties/publicAccess")));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task KeysAndPasswords_AreOff(string name)
    {
        var deployment = await Deployment.OfAsync(name);

        var registry = deployment.Only("Microsoft.ContainerRegistry/registries");
        Assert.Equal(("False", "False"), (registry.Text("properties/adminUserEnabled"), registry.Text("properties/anonymousPullEnabled")));
        Assert.Equal("True", deployment.Only("Microsoft.OperationalInsights/workspaces").Text("properties/features/disableLocalAuth"));
        Assert.Equal("True", deployment.Only("Microsoft.Insights/components").Text("properties/DisableLocalAuth"));
        var publishing = deployment.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToArray();
        Assert.Equal(["ftp", "scm"], publishing.Select(static policy => policy.Name).Order(StringComparer.Ordinal));
        Assert.All(publishing, static policy => Assert.Equal("False", policy.Text("properties/allow")));
        Assert.All(deployment.Of("Microsoft.KeyVault/vaults"), static vault => Assert.Equal(
            ("True", "True"), (vault.Text("properties/enableRbacAuthorization"), vault.Text("properties/enablePurgeProtection"))));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Secrets_AreInTheVaultAlone(string name)
    {
        var deployment = await Deployment.OfAsync(name);

        Assert.All(
            deployment.Resources.Where(static resource => resource.Type != "Microsoft.KeyVault/vaults/secrets"),
            static resource => Assert.DoesNotContain("listKeys", resource.Json.GetRawText(), StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("listKeys", deployment.Root.GetProperty("outputs").GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task App_SpeaksTlsAlone(string name)
    {
        var app = (await Deployment.OfAsync(name)).Only("Microsoft.Web/sites");

        Assert.Equal("True", app.Text("properties/httpsOnly"));
        Assert.Equal("1.2", app.Text("properties/siteConfig/minTlsVersion"));
        Assert.Equal("1.2", app.Text("properties/siteConfig/scmMinTlsVersion"));
        Assert.Equal("Disabled", app.Text("properties/siteConfig/ftpsState"));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task GpuHost_WhichAsksNobodyWhoTheyAre_IsNeverOnTheInternet(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var environment = deployment.Only("Microsoft.App/managedEnvironments");

        Assert.Equal("True", environment.Text("properties/vnetConfiguration/internal"));
        Assert.Equal("Disabled", environment.Text("properties/publicNetworkAccess"));
        Assert.Equal("False", deployment.Only("Microsoft.App/containerApps").Text("properties/configuration/ingress/allowInsecure"));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task PasswordsAndSchedulers_AreReachedFromTheNetworkAlone(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        string[] types = ["Microsoft.Cache/redisEnterprise", "Microsoft.KeyVault/vaults", "Microsoft.DurableTask/schedulers"];

        Assert.All(
            deployment.Resources.Where(resource => types.Contains(resource.Type)),
            resource =>
            {
                Assert.Equal("Disabled", resource.Text("properties/publicNetworkAccess"));
                Assert.Contains(Endpoints(deployment), endpoint => endpoint == resource.Id);
            });
        Assert.All(deployment.Of("Microsoft.DurableTask/schedulers"), static one => Assert.Empty(one.List("properties/ipAllowlist")));
    }

    [BicepFact]
    public async Task Closed_EveryResourceThatHasADoor_HasItShut_AndAnEndpointInItsPlace()
    {
        var deployment = await Deployment.OfAsync("closed");
        var endpoints = Endpoints(deployment).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] doors = ["publicNetworkAccess", "publicNetworkAccessForIngestion", "publicNetworkAccessForQuery"];
        var open = deployment.Resources
            .SelectMany(resource => doors.Select(door => (resource, door, value: resource.Text($"properties/{door}"))))
            .Where(static one => one.value is not null and not "Disabled");

        Assert.Empty(open);
        string[] withDoors =
        [
            Accounts, "Microsoft.ContainerRegistry/registries", "Microsoft.Web/sites", "Microsoft.Cache/redisEnterprise",
            "Microsoft.KeyVault/vaults", "Microsoft.Insights/privateLinkScopes",
        ];
        Assert.All(withDoors, type => Assert.All(deployment.Of(type), resource => Assert.Contains(resource.Id, endpoints)));
        // Every type above is there; and of telemetry, the scope has the endpoint.
        Assert.All(withDoors, type => Assert.NotEmpty(deployment.Of(type)));
        Assert.Equal(2, deployment.Of("Microsoft.Insights/privateLinkScopes/scopedResources").Count());
        Assert.All(
            deployment.Resources.Where(static one =>
                one.Type is Accounts or "Microsoft.ContainerRegistry/registries" or "Microsoft.Web/sites"),
            static one => Assert.Equal("Disabled", one.Text("properties/publicNetworkAccess")));
    }

    [BicepFact]
    public async Task Closed_EveryEndpoint_HasItsNamesInTheNetwork()
    {
        var deployment = await Deployment.OfAsync("closed");
        var zones = deployment.Of("Microsoft.Network/privateDnsZones").ToArray();
        var links = deployment.Of("Microsoft.Network/privateDnsZones/virtualNetworkLinks").ToArray();
        var endpoints = deployment.Of("Microsoft.Network/privateEndpoints").ToArray();

        Assert.Equal(zones.Length, links.Length);
        Assert.Equal(
            endpoints.Select(static endpoint => endpoint.Name).Order(StringComparer.Ordinal),
            deployment.Of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups")
                .Select(static group => group.FullName.Split('/')[0]).Order(StringComparer.Ordinal));
        // The host's account has three services, each a name of its own.
        foreach (var service in new[] { "blob", "queue", "table", "registry", "sites", "file", "vault", "redisEnterprise", "azuremonitor" })
            Assert.Contains(endpoints, endpoint => Group(endpoint) == service);
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Subnets_AreTheirOwn(string name)
    {
        var network = (await Deployment.OfAsync(name)).Only("Microsoft.Network/virtualNetworks");
        var subnets = network.List("properties/subnets").ToArray();

        Assert.Equal(["app", "containers", "endpoints"], subnets.Select(static subnet => subnet.GetProperty("name").GetString()));
        var prefixes = subnets.Select(static subnet => subnet.GetProperty("properties").GetProperty("addressPrefix").GetString());
        Assert.Equal(3, prefixes.Distinct().Count());
        Assert.All(subnets, static subnet => Assert.True(subnet.GetProperty("properties").TryGetProperty("networkSecurityGroup", out _)));
        Assert.Empty((await Deployment.OfAsync(name)).Only("Microsoft.Network/networkSecurityGroups").List("properties/securityRules"));
    }

    private static IEnumerable<string> Endpoints(Deployment deployment) => deployment.Of("Microsoft.Network/privateEndpoints")
        .Select(static endpoint => endpoint.Text("properties/privateLinkServiceConnections/0/properties/privateLinkServiceId")!);

    private static string? Group(Resource endpoint) => endpoint.Text("properties/privateLinkServiceConnections/0/properties/groupIds/0");
}
