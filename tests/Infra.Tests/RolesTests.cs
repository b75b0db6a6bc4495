using System.Text.RegularExpressions;
using Aigc.TestKit;

namespace Aigc.Infra.Tests;

/// <summary>Which identity may do what, and where: as few as there are, each with its reason.</summary>
public sealed partial class RolesTests
{
    private const string Assignments = "Microsoft.Authorization/roleAssignments";

    // As learn.microsoft.com lists the built-in roles.
    private static readonly Dictionary<string, string> _names = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["ba92f5b4-2d11-453d-a403-e96b0029c9fe"] = "Storage Blob Data Contributor",
        ["2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"] = "Storage Blob Data Reader",
        ["db58b8e5-c6ad-4a2a-8342-4190687cbf4a"] = "Storage Blob Delegator",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["19e7f393-937e-4f77-808e-94535e297925"] = "Storage Queue Data Reader",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
        ["7f951dda-4ed3-4680-a7ca-43fe172d538d"] = "AcrPull",
        ["0ad04412-c4d5-4796-b79c-f76d14c8d402"] = "Durable Task Data Contributor",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
    };

    private static readonly string[] _always =
    [
        "app: Monitoring Metrics Publisher on appi-aigc",
        "app: Storage Blob Data Contributor on artifacts",
        "app: Storage Blob Data Owner on staigcapp",
        "app: Storage Blob Delegator on staigcpic",
        "app: Storage Queue Data Contributor on staigcapp",
        "gpu-host: AcrPull on craigc",
        "gpu-host: Monitoring Metrics Publisher on appi-aigc",
        "gpu-host: Storage Blob Data Contributor on artifacts",
        "gpu-host: Storage Queue Data Reader on staigcapp",
    ];

    private static readonly string[] _onStorage = ["app: Storage Table Data Contributor on staigcapp"];
    private static readonly string[] _onScheduler =
        ["app: Durable Task Data Contributor on dts-aigc", "gpu-host: Durable Task Data Contributor on dts-aigc"];
    private static readonly string[] _full =
        ["app: Key Vault Secrets User on kv-aigc", "gpu-host: Storage Blob Data Reader on models"];

    public static TheoryData<string> Environments => Deployment.Names;

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Assignments_AreTheseAndNoOther(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        IEnumerable<string> expected =
            [.. _always, .. name == "scheduler" ? _onScheduler : _onStorage, .. name == "dev" ? [] : _full];

        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            deployment.Of(Assignments).Select(Say).Order(StringComparer.Ordinal));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Assignments_HaveEachItsReason_AndAreOfIdentities(string name)
    {
        var assignments = (await Deployment.OfAsync(name)).Of(Assignments).ToArray();

        Assert.All(assignments, static one =>
        {
            Assert.Equal("ServicePrincipal", one.Text("properties/principalType"));
            Assert.EndsWith(".", one.Text("properties/description")!, StringComparison.Ordinal);
            Assert.InRange(one.Text("properties/description")!.Length, 40, 1024);
        });
        Assert.Equal(assignments.Length, assignments.Select(static one => one.Id).Distinct().Count());
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Identities_AreOneForEachAppAndNothingElseSignsIn(string name)
    {
        var deployment = await Deployment.OfAsync(name);

        Assert.Equal(2, deployment.Of("Microsoft.ManagedIdentity/userAssignedIdentities").Count());
        var users = deployment.Resources.Where(static one => one.Find("identity") is not null).ToArray();
        Assert.All(users, static one => Assert.Equal("UserAssigned", one.Text("identity/type")));
        Assert.Equal("app", Identity(deployment.Only("Microsoft.Web/sites").Find("identity")!.Value.GetRawText()));
        Assert.Equal("gpu-host", Identity(deployment.Only("Microsoft.App/containerApps").Find("identity")!.Value.GetRawText()));
    }

    [Fact]
    public void Table_IsTheFilesOwn()
    {
        var types = File.ReadAllText(RepositoryRoot.Combine("infra", "types.bicep"));

        Assert.Equal(
            _names.Keys.Order(StringComparer.Ordinal),
            Guids().Matches(types).Select(static match => match.Value).Order(StringComparer.Ordinal));
    }

    private static string Say(Resource assignment)
    {
        var role = _names[assignment.Text("properties/roleDefinitionId")!.Split('/')[^1]];
        var place = assignment.Id.Split("/providers/Microsoft.Authorization")[0].Split('/')[^1];
        return $"{Identity(assignment.Text("properties/principalId")!)}: {role} on {Token().Replace(place, "")}";
    }

    private static string Identity(string text) => Principal().Match(text).Groups["name"].Value;

    [GeneratedRegex("userAssignedIdentities/id-(?<name>app|gpu-host)-")]
    private static partial Regex Principal();

    // The part of a name that is the environment's own.
    [GeneratedRegex("-?[a-z0-9]{13}$")]
    private static partial Regex Token();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Guids();
}
