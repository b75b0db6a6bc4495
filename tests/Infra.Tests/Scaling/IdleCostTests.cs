using Aigc.Benchmarks.Scaling;

namespace Aigc.Infra.Tests.Scaling;

/// <summary>What is counted is what is deployed.</summary>
public sealed class IdleCostTests
{
    public static TheoryData<string> Environments => Deployment.Names;

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Parts_AreAsManyAsAreDeployed(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var tier = deployment.Only("Microsoft.ContainerRegistry/registries").Text("sku/name");
        var ready = deployment.Only("Microsoft.Web/sites").List("properties/functionAppConfig/scaleAndConcurrency/alwaysReady");
        var shares = deployment.Of("Microsoft.Storage/storageAccounts/fileServices/shares");

        Dictionary<string, int> counted = new()
        {
            ["registry, Basic"] = tier == "Basic" ? 1 : 0,
            ["registry, Premium"] = tier == "Premium" ? 1 : 0,
            ["load balancer and address of the environment"] = deployment.Of("Microsoft.App/managedEnvironments").Count(),
            ["always-ready instances of 2 GiB"] = ready.Sum(static group => group.GetProperty("instanceCount").GetInt32()),
            ["NFS share, GiB"] = shares.Sum(static share => share.Find("properties/shareQuota")!.Value.GetInt32()),
            ["Redis, Balanced B0"] = deployment.Of("Microsoft.Cache/redisEnterprise").Count(),
            ["private endpoints"] = deployment.Of("Microsoft.Network/privateEndpoints").Count(),
            ["private DNS zones"] = deployment.Of("Microsoft.Network/privateDnsZones").Count(),
            ["log alerts, every 15 minutes"] = deployment.Of("Microsoft.Insights/scheduledQueryRules").Count(),
        };

        Assert.Equal(counted, IdleCost.Parts.ToDictionary(static part => part.Name, part => part.In(name)));
    }

    [Fact]
    public void Of_IsTheSumOfPricesAndCounts() => Assert.Equal(5 + 22 + 0.5 + 4 * 0.5, IdleCost.Of("dev"), 6);
}
